"""Floating-point numbers: arithmetic, comparison with integers, conversions, and how they are printed."""

from math import floor, sqrt

INF = 1e308 * 10
NAN = INF - INF
VALUES = [
    0.0, -0.0, 1.0, -1.0, 0.1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, -3.7, 1e16, 1e15, 123456789.125, 1e-5, 1e-4, 1e22, 1e23,
    5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740992.0, 9007199254740993.0, 1 / 3, 2 / 3,
    INF, -INF, NAN,
]
INTEGERS = [0, 1, -1, 3, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**64, 10**22, 10**23]


def table():
    for value in VALUES:
        print(value, -value, abs(value), value * 2, value + 1, value == value, bool(value))


def arithmetic(rounds):
    for _ in range(rounds):
        line = ""
        for a in VALUES:
            for b in VALUES:
                c = a + b * 0.5 - a * b
                if c != c:
                    line += "n"
                elif c > 0:
                    line += "+"
                elif c < 0:
                    line += "-"
                else:
                    line += "0"
    return line


def division():
    for a in VALUES:
        line = ""
        for b in [1.0, -1.0, 0.3, -0.3, 2.5, 1e300, INF, -INF]:
            line += f"{a / b} {a // b} {a % b}; "
        print(line)


def compare_with_integers(rounds):
    total = 0
    for _ in range(rounds):
        for a in VALUES:
            for b in INTEGERS:
                total = total * 5 % 1000003
                total += (a < b) + (a <= b) * 2 + (a == b) * 3 + (a > b) * 4 + (b > a) * 5 + (b == a) * 6
    return total


def mixed(rounds):
    total = 0
    for i in range(rounds):
        total += i * 0.5
        total -= i // 3
        total *= 1.000001
        if i % 7 == 0:
            total = total / 2
    return total


def rounding():
    for value in [0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1e20, 0.49999999999999994, -7.999, 123.456]:
        print(round(value), int(value), floor(value), round(value, 1), round(value, 2))


def power():
    for a in [0.0, 1.0, 2.0, 0.5, 10.0, -2.0]:
        for b in [0, 1, 2, -1, 3, 10]:
            if a != 0.0 or b >= 0:
                print(a, "**", b, "=", a**b)
    print(2**-1, 10**-2, (-2) ** -3, 4**0.5, 2.0**0.5)


def newton(count):
    total = 0.0
    for i in range(1, count):
        x = 1.0
        for _ in range(40):
            x = 0.5 * (x + i / x)
        total += abs(x - sqrt(i))
    return total < 1e-9


table()
print(arithmetic(5))
division()
print(compare_with_integers(20))
print(mixed(5000))
rounding()
power()
print(newton(50))
print(0.1 + 0.2, 1e16 + 1, 1e100, 1.0e-10, 100000000000000000000.0, 123456.789e3)
print(7 / 2, -7 / 2, 7 // 2.0, -7 // 2.0, 7 % -2.5, 2**53 / 3, 10**25 / 10**5, 1 / 3)
print(int(1e18), int(-1e19), int(2.5e25), float(2**70), float(10**25))
print(5.0 == 5, 0.1 == 1 / 10, NAN == NAN, NAN != NAN, INF > 10**400, -INF < -(10**400))

# Numbers with an exact half behind the last digit that is printed, and others of every size.
state = 1
for i in range(120):
    state = state * 6364136223846793005 % 2**64
    whole = state >> 40
    print(whole / 2**17 + 0.5**28, whole * 2.0 ** (i * 8 - 500), -whole / 3)
