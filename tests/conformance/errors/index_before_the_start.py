items = [1, 2, 3]
total = 0
for i in range(2000):
    total += items[-(i % 3) - 1]
print(total)
items[-4] = 1
