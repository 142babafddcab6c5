"""Pancake flipping over all permutations of N numbers.

Looks at the first number k of a permutation, reverses the first k numbers, and repeats until a 1 is in front. Prints a
checksum over the counts of all permutations, added and subtracted in turn, and the largest count.
"""

N = 9


def flips(pancakes):
    """Flip `pancakes`, numbered from 0, until 0 is in front; return how often that took."""
    count = 0
    first = pancakes[0]
    while first:
        low = 0
        high = first
        while low < high:
            pancakes[low], pancakes[high] = pancakes[high], pancakes[low]
            low += 1
            high -= 1
        count += 1
        first = pancakes[0]
    return count


def fannkuch(n):
    """Return the checksum and the largest number of flips over all permutations of n numbers."""
    permutation = []
    for i in range(n):
        permutation.append(i)
    work = [0] * n
    turns = [0] * n
    level = n
    checksum = 0
    largest = 0
    sign = 1

    while True:
        while level > 1:
            turns[level - 1] = level
            level -= 1

        for i in range(n):
            work[i] = permutation[i]
        count = flips(work)
        checksum += sign * count
        if count > largest:
            largest = count
        sign = -sign

        # The next permutation: rotate ever longer beginnings until one has turns left.
        while True:
            if level == n:
                return checksum, largest
            front = permutation[0]
            for i in range(level):
                permutation[i] = permutation[i + 1]
            permutation[level] = front
            turns[level] -= 1
            if turns[level] > 0:
                break
            level += 1


checksum, largest = fannkuch(N)
print(checksum)
print(f"largest number of flips for {N}: {largest}")
