"""The built-in functions and the functions of `math`."""

import math
from math import cos, floor, pi, sin, sqrt

for value in [0, 3, -3, 2.5, -2.5, True, 10**20, -(10**20)]:
    print(abs(value), int(value), float(value), bool(value), str(value), round(value))

print(min(3, 1, 2), max(3, 1, 2), min([4, 2, 8]), max([4, 2, 8]), min("b", "a"), max(1, 2.5), max(2, 2.0), min(2.0, 2))
print(sum([]), sum([1, 2, 3]), sum([1.5, 2]), sum([1, 2], 10), sum(range(101)))
print(divmod(17, 5), divmod(-17, 5), divmod(17, -5), divmod(17.5, 5), divmod(2**70, 3**20))
print(pow(2, 10), pow(2, -1), pow(2.0, 3), pow(3, 200, 1000007), pow(-3, 3, 10))
print(round(2.5), round(3.5), round(2.345, 2), round(1234, -2), round(-0.5), round(1e300) > 10**299)
print(len([1, 2]), len("abc"), len(()), len(range(5)))
print(ord("A"), chr(97), int("12"), int("-5"), int("ff", 16), int("101", 2), int(True), float("2.5"), float(7))
print(isinstance(1, int), isinstance(True, int), isinstance(1, bool), isinstance(1.0, float), isinstance("a", str))
print(isinstance(None, int), isinstance([], list), isinstance((), tuple), isinstance(2**70, int), isinstance(1, float))
print(str(), int(), float(), bool())
print(range(5), range(1, 5), range(1, 10, 3))

print(math.sqrt(2), math.floor(-2.5), math.ceil(2.1), math.pi, math.e)
print(sqrt(16), floor(7.9), f"{sin(1.0):.12f} {cos(1.0):.12f} {math.tan(0.5):.12f} {math.atan2(1.0, 2.0):.12f}")
print(f"{math.exp(1.0):.12f} {math.log(10.0):.12f} {math.log(8, 2):.12f} {math.hypot(3.0, 4.0):.12f}", pi)
print(math.gcd(12, 18), math.fabs(-3), math.isnan(math.nan), math.isinf(math.inf), math.trunc(-2.7))

total = 0
for i in range(-1000, 1000):
    total += abs(i) + min(i, 5, 100 - i) - max(i, -i) + int(i / 3) + bool(i)
    quotient, remainder = divmod(i, 7)
    total += quotient * remainder + round(i / 4) + floor(i / 4)
    total += pow(i, 2) + (1 if isinstance(i, int) else 0) + len(str(i))
print(total)

area = 0.0
for i in range(2000):
    x = i * 0.001
    area += sqrt(x) * sin(x) + float(i % 3) + abs(cos(x))
print(f"{area:.9f}")


def clamp(value, low, high):
    return max(low, min(value, high))


total = 0
for i in range(3000):
    total += clamp(i % 17 - 8, -3, 4)
print(total)
