from math import sqrt

total = 0.0
for i in range(2000):
    total += sqrt(1800.0 - i)
