"""The spectral norm of an infinite matrix, cut to N by N.

The matrix has the entries 1 / ((i + j)(i + j + 1) / 2 + i + 1). The power method on its product with its own transpose
comes close to the square of the norm, whose root is printed.
"""

from math import sqrt

N = 300

ROUNDS = 10


def entry(i, j):
    """Return the matrix's entry in row i and column j."""
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v, out):
    """Write the matrix times `v` to `out`."""
    n = len(v)
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += entry(i, j) * v[j]
        out[i] = total


def transposed_times(v, out):
    """Write the transposed matrix times `v` to `out`."""
    n = len(v)
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += entry(j, i) * v[j]
        out[i] = total


def spectral_norm(n):
    """Return the largest factor by which the matrix stretches a vector of n entries."""
    u = [1.0] * n
    v = [0.0] * n
    between = [0.0] * n
    for _ in range(ROUNDS):
        times(u, between)
        transposed_times(between, v)
        times(v, between)
        transposed_times(between, u)
    uv = vv = 0.0
    for i in range(n):
        uv += u[i] * v[i]
        vv += v[i] * v[i]
    return sqrt(uv / vv)


print(f"{spectral_norm(N):.9f}")
