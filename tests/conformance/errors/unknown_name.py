def inner(i):
    if i > 1500:
        return missing
    return i


total = 0
for i in range(2000):
    total += inner(i)
