"""Every operator on every pair of integers around the places where machine arithmetic changes."""

EDGES = [
    0, 1, -1, 2, -2, 3, -3, 7, -7, 10, 63, 64, 255, 256, -256,
    2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**32, 2**53, 2**53 + 1,
    2**62, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64 - 1, 2**64, -(2**64), 10**30, -(10**30),
]


def fold(total, value):
    return (total * 1000003 + value) % 2147483647


def add(values):
    total = 0
    for a in values:
        for b in values:
            total = fold(total, a + b)
    return total


def subtract(values):
    total = 0
    for a in values:
        for b in values:
            total = fold(total, a - b)
    return total


def multiply(values):
    total = 0
    for a in values:
        for b in values:
            total = fold(total, a * b)
    return total


def divide(values):
    total = 0
    for a in values:
        for b in values:
            if b:
                total = fold(total, a // b)
                total = fold(total, a % b)
                quotient, remainder = divmod(a, b)
                if quotient * b + remainder != a:
                    print("divmod", a, b)
    return total


def bits(values):
    total = 0
    for a in values:
        total = fold(total, ~a)
        for b in values:
            total = fold(total, a & b)
            total = fold(total, a | b)
            total = fold(total, a ^ b)
    return total


def shifts(values):
    total = 0
    for a in values:
        for count in range(0, 130):
            total = fold(total, a << count)
            total = fold(total, a >> count)
    return total


def compare(values):
    total = 0
    for a in values:
        for b in values:
            code = 0
            if a < b:
                code += 1
            if a <= b:
                code += 2
            if a == b:
                code += 4
            if a != b:
                code += 8
            if a > b:
                code += 16
            if a >= b:
                code += 32
            total = fold(total, code)
    return total


def powers(values):
    total = 0
    for a in values:
        for exponent in range(0, 9):
            total = fold(total, a**exponent)
        total = fold(total, pow(a, 5, 1000003))
    return total


def negate(values):
    total = 0
    for a in values:
        total = fold(total, -a)
        total = fold(total, +a)
        total = fold(total, abs(a))
    return total


for rounds in range(3):
    print("add", add(EDGES))
    print("subtract", subtract(EDGES))
    print("multiply", multiply(EDGES))
    print("divide", divide(EDGES))
    print("bits", bits(EDGES))
    print("shifts", shifts(EDGES))
    print("compare", compare(EDGES))
    print("powers", powers(EDGES))
    print("negate", negate(EDGES))

for a in EDGES:
    print(a, -a, ~a, a // 3, a % 3, a // -7, a % -7, a >> 1, a << 1, a * a)
