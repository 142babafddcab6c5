x = 1.5
for i in range(2000):
    x = x**1.0 if i < 1900 else x**2.0
    if i % 100 == 0:
        print(i, x)
