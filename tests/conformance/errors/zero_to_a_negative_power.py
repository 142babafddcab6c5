x = 2.0
for i in range(2000):
    x -= 0.001
    y = (i - 1999) ** -1
