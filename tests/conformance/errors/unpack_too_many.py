def pair(i):
    return (i, i) if i < 1500 else (i, i, i)


total = 0
for i in range(2000):
    a, b = pair(i)
    total += a * b
