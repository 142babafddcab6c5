def fill(items, count):
    for i in range(count):
        items[i] = i


fill([0] * 2000, 2000)
print("filled")
fill([0] * 2000, 2001)
