from math import sqrt


def square(x):
    return x * x


def norm(items):
    total = 0.0
    for item in items:
        total += square(item)
    return sqrt(total)


print(norm([0.5] * 300))
