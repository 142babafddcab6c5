"""The longest Collatz chain that starts below N.

Halve an even number, take three times an odd one plus one, until 1 is reached. Prints the start of the longest chain,
its length, the highest number on any chain, and the number of steps in all.
"""

N = 100_000


def main(limit):
    """Walk all chains that start below `limit` and print what was found."""
    best_start = 1
    best_length = 1
    highest = 1
    steps = 0
    for start in range(1, limit):
        n = start
        length = 1
        while n != 1:
            if n % 2 == 0:
                n //= 2
            else:
                n = 3 * n + 1
                if n > highest:
                    highest = n
            length += 1
        steps += length - 1
        if length > best_length:
            best_length = length
            best_start = start
    print("longest chain: starts at", best_start, "and has", best_length, "numbers")
    print("highest number:", highest)
    print("steps:", steps)


main(N)
