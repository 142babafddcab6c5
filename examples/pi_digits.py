"""The first N digits of pi, one after the other, with integers of thousands of bits.

A spigot: a continued product of fractions, kept as three growing integers, gives a digit as soon as it is certain.
"""

N = 4_000

LINE = 50


def pi_digits(count):
    """Print `count` digits of pi, and return their sum."""
    total = 0
    produced = 0
    line = ""
    numerator, denominator, offset = 1, 1, 0
    k = 1
    while produced < count:
        offset = (2 * numerator + offset) * (2 * k + 1)
        numerator *= k
        denominator *= 2 * k + 1
        k += 1
        if numerator > offset:
            continue
        digit = (3 * numerator + offset) // denominator
        rest = (3 * numerator + offset) % denominator
        if rest + numerator >= denominator:
            continue
        total += digit
        produced += 1
        line += str(digit)
        if len(line) == LINE:
            print(line)
            line = ""
        offset = 10 * (offset - denominator * digit)
        numerator *= 10
    if line:
        print(line)
    return total


print("sum of digits:", pi_digits(N))
