"""Random numbers from a 64-bit linear congruential generator, whose products outgrow 64 bits.

Throws N darts at a square to estimate pi, and sorts the numbers into buckets. Prints the estimate, the buckets, and the
final state, which depends on every bit of every product.
"""

N = 1_500_000

MULTIPLIER = 6364136223846793005
INCREMENT = 1442695040888963407
MASK = (1 << 64) - 1


def main(throws):
    """Throw the darts and print what came of it."""
    state = 42
    hits = 0
    buckets = [0] * 8
    for _ in range(throws):
        state = (state * MULTIPLIER + INCREMENT) & MASK
        x = state >> 40
        state = (state * MULTIPLIER + INCREMENT) & MASK
        y = state >> 40
        if x * x + y * y < 1 << 48:
            hits += 1
        buckets[state >> 61] += 1
    print("pi is about", 4.0 * hits / throws)
    for count in buckets:
        print(count, end=" ")
    print()
    print("state", state)


main(N)
