"""Integers of any size: arithmetic, bits, conversions, and the way back to small ones."""

a = 123456789012345678901234567890
b = 987654321098765432109876543210
print(a + b, a - b, a * b, b // a, b % a, -a // 7, -a % 7, a // -7, a % -7)
print(a & b, a | b, a ^ b, ~a, -a & b, -a | 255, -a ^ b, a >> 20, -a >> 20, a << 70, -a >> 200)
print(a < b, a == b, a > 5, -a < 5, a == a + 0, a != a + 1, a > 1e29, a < 1e30, 2**64 == 2.0**64)
print(float(a), int(1e30), a / b, b / a, a / 3, 1 / a, a // 1.5, -(a**2))
print(str(2**200), len(str(3**1000)), int("9" * 40), int(str(a)) == a)
print(a**3, 7**77, (-3) ** 101, pow(a, b, 1000000007), abs(-a), divmod(a, 97), divmod(-a, 10**15))
print(2**63, -(2**63), 2**63 - 1, 2**64 - 1, -(2**63) - 1, (2**63) // -1, -(2**63) // -1, -(2**63) * -1)
print(bool(a), bool(a - a), a - a, a // a, a % a, a - a + 5, "small again")

total = 0
for i in range(300):
    total += (a * i) ^ (b >> (i % 90))
    total -= i << (i % 80)
print(total)

n = 10**60 + 7
bits = 0
while n:
    bits += n & 1
    n >>= 1
print(bits)


def isqrt(n):
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


print(isqrt(2 * 10**80), isqrt(10**100) == 10**50, isqrt(17))

digits = 0
n = 2**1000
while n > 0:
    digits += n % 10
    n //= 10
print(digits)

small = 0
for i in range(2000):
    big = (i + 1) * 2**64
    small += big // 2**64 - (big >> 64) + big % 7
print(small)

x = 1
history = 0
for i in range(500):
    x = x * 6364136223846793005 + 1442695040888963407
    history ^= x >> 17
    x &= 2**64 - 1
    if x > 2**63:
        x -= 2**64
print(x, history)

# Around 128 bits, where the form of an int changes.
edges = [1 << 64, (1 << 127) - 1, 1 << 127, -(1 << 127), -(1 << 127) - 1, (1 << 128) + 5, -(1 << 64), 3, -3, 0]
for a in edges:
    print(a, -a, ~a, abs(a), float(a), a << 1, a << 63, a >> 1, a >> 64, a >> 200, bool(a))
    for b in edges:
        print(a + b, a - b, a * b, a & b, a | b, a ^ b, a < b, a == b, a >= b)
        if b:
            print(a // b, a % b, divmod(a, b), a / b)
