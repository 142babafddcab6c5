"""Recursive functions that every textbook has: Fibonacci, Ackermann, Takeuchi, Hanoi, even and odd.

N is the Fibonacci number to compute; the other sizes follow from it. Prints each result.
"""

N = 32

moves = 0


def fibonacci(n):
    """Return the n-th Fibonacci number, the slow way."""
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def ackermann(m, n):
    """Return Ackermann's function of m and n."""
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def takeuchi(x, y, z):
    """Return Takeuchi's function, which calls itself four times."""
    if y >= x:
        return z
    return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y))


def hanoi(disks, source=1, target=3, spare=2):
    """Move a tower from peg `source` to peg `target`; return a checksum of the moves."""
    global moves
    if disks == 0:
        return 0
    before = hanoi(disks - 1, source, spare, target)
    moves += 1
    after = hanoi(disks - 1, spare, target, source)
    return (before * 3 + disks * source * target + after) % 1_000_003


def is_even(n):
    """Say whether n is even."""
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    """Say whether n is odd."""
    return False if n == 0 else is_even(n - 1)


print("fibonacci", fibonacci(N))
print("ackermann", ackermann(2, 2 * N))
print("takeuchi", takeuchi(N * 3 // 5, N * 2 // 5, N // 5))
print("hanoi", hanoi(N * 3 // 5), "after", moves, "moves")

evens = 0
for n in range(10 * N):
    if is_even(n):
        evens += 1
print("even numbers", evens)
