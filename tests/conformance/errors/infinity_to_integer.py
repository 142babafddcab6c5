x = 1.0
for i in range(2000):
    x *= 2.0
    n = int(x)
