"""Functions: defaults, recursion, globals, many arguments, and calls inside hot loops."""


def power(base, exponent=2, offset=0):
    result = 1
    for _ in range(exponent):
        result *= base
    return result + offset


print(power(3), power(3, 3), power(3, 3, 1), power(2, 100))


def remember(item, seen=[]):
    seen.append(item)
    return len(seen)


for i in range(200):
    last = remember(i)
print("remembered", last)


def nothing():
    pass


def bare():
    return


print(nothing(), bare())


def split(n):
    return n // 10, n % 10


digits = 0
for n in range(3000):
    high, low = split(n)
    digits += high * low
print("digits", digits)


def even(n):
    if n == 0:
        return True
    return odd(n - 1)


def odd(n):
    if n == 0:
        return False
    return even(n - 1)


evens = 0
for n in range(150):
    if even(n):
        evens += 1
print("evens", evens)

counter = 0


def count():
    global counter
    counter += 1
    return counter


total = 0
for i in range(2000):
    total += count() * (i % 3)
print("counter", counter, total)


def many(a, b, c, d, e, f, g, h, i, j):
    return a - b + c - d + e - f + g - h + i - j


total = 0
for i in range(1000):
    total += many(i, 2, i * 2, 4, i * i, 6, 7, i, 9, i // 2)
print("many", total)


def one(n):
    return two(n + 1) + 1


def two(n):
    return three(n * 2) - 3


def three(n):
    if n % 5 == 0:
        return four(n)
    return n


def four(n):
    if n % 3 == 0:
        return five(n, n) * 2
    return n - 1


def five(a, b):
    total = 0
    for i in range(a % 4):
        total += b
    return total


total = 0
for i in range(3000):
    total = (total + one(i)) % 1000003
print("chain", total)


def gcd(a, b):
    return a if b == 0 else gcd(b, a % b)


total = 0
for a in range(1, 80):
    for b in range(1, 80):
        total += gcd(a, b)
print("gcd", total)


def shadow(len):
    max = len * 2
    return max + 1


total = 0
for i in range(500):
    total += shadow(i)
print("shadow", total)


def first(n):
    return n + 1


def second(n):
    return n * 2


chosen = first
total = 0
for i in range(2000):
    if i == 1000:
        chosen = second
    total += chosen(i)
print("rebound", total)


def before():
    return later() + 1


def later():
    return 41


print(before())


def apply(function, n):
    return function(n)


total = 0
for i in range(1500):
    total += apply(first if i % 3 else second, i)
print("apply", total)
