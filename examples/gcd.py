"""Pi from the chance that two numbers have no common divisor.

Takes the greatest common divisor of all pairs up to N by Euclid's algorithm. Two numbers are coprime with probability
6 / pi**2. Prints the estimate, the sum of all divisors found, and the pair that took the most steps.
"""

import math

N = 1_600


def gcd(a, b):
    """Return the greatest common divisor of a and b."""
    while b:
        a, b = b, a % b
    return a


def steps(a, b):
    """Return how many divisions Euclid's algorithm takes for a and b."""
    count = 0
    while b:
        a, b = b, a % b
        count += 1
    return count


coprime = 0
total = 0
for a in range(1, N + 1):
    for b in range(1, a):
        divisor = gcd(a, b)
        total += divisor
        if divisor == 1:
            coprime += 1

pairs = N * (N - 1) // 2
print("coprime:", coprime, "of", pairs)
print("pi is about", math.sqrt(6 * pairs / coprime), "and really", math.pi)
print("sum of divisors:", total)

most = 0
slow_a = slow_b = 0
for a in range(1, N + 1):
    for b in range(a // 2, a):
        count = steps(a, b)
        if count > most:
            most, slow_a, slow_b = count, a, b
print(f"most steps: {most} for {slow_a} and {slow_b}")
