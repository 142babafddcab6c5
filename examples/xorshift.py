"""A random generator made of shifts and exclusive ors, and the bits of its numbers counted three ways.

All numbers stay below 2**32. Prints the distribution of the counts, and a checksum over N numbers.
"""

N = 400_000

MASK = 0xFFFFFFFF


def count_bits(x):
    """Count the bits of x by clearing the lowest until none is left."""
    count = 0
    while x:
        x &= x - 1
        count += 1
    return count


def count_in_parallel(x):
    """Count the bits of a 32-bit number by adding neighbours."""
    x = x - ((x >> 1) & 0x55555555)
    x = (x & 0x33333333) + ((x >> 2) & 0x33333333)
    x = (x + (x >> 4)) & 0x0F0F0F0F
    return (x * 0x01010101 & MASK) >> 24


def parity(x):
    """Return 1 if x has an odd number of bits."""
    x ^= x >> 16
    x ^= x >> 8
    x ^= x >> 4
    return (0x6996 >> (x & 15)) & 1


def main(count):
    """Draw the numbers and print what was counted."""
    state = 2463534242
    histogram = [0] * 33
    checksum = 0
    wrong = 0
    for _ in range(count):
        state ^= state << 13 & MASK
        state ^= state >> 17
        state ^= state << 5 & MASK
        bits = count_bits(state)
        if bits != count_in_parallel(state) or bits % 2 != parity(state):
            wrong += 1
        histogram[bits] += 1
        checksum = (checksum >> 1 | (checksum & 1) << 31) ^ state
    for bits in range(33):
        if histogram[bits] * 50 > count:
            print(f"{bits:2d} bits: {histogram[bits]:7d}")
    print("checksum", checksum, "wrong", wrong)


main(N)
