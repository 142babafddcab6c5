"""The product of two N by N matrices of floats, held as lists of rows.

Prints the trace of the product, the sum of its entries and two of its corners.
"""

N = 240


def matrix(n, seed):
    """Return an n by n matrix of floats between 0 and 1, from a small random generator."""
    rows = []
    state = seed
    for _ in range(n):
        row = []
        for _ in range(n):
            state = (state * 1103515245 + 12345) % 2147483648
            row.append(state / 2147483648)
        rows.append(row)
    return rows


def multiply(a, b):
    """Return the product of `a` and `b`."""
    n = len(a)
    inner = len(b)
    width = len(b[0])
    product = []
    for i in range(n):
        row = a[i]
        result = [0.0] * width
        for j in range(width):
            total = 0.0
            for k in range(inner):
                total += row[k] * b[k][j]
            result[j] = total
        product.append(result)
    return product


a = matrix(N, 1)
b = matrix(N, 2)
c = multiply(a, b)

trace = 0.0
for i in range(N):
    trace += c[i][i]
total = 0.0
for row in c:
    total += sum(row)

print("trace", trace)
print("sum", total)
print("corners", c[0][N - 1], c[N - 1][0])
