n = 1
for i in range(2000):
    n *= 2
    x = n / 3.0
