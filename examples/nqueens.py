"""How many ways there are to put N queens on an N by N board so that none attacks another.

Backtracking, one row after the other. Prints the number of solutions, the number of queens placed on the way, and the
first solution found.
"""

N = 11

solutions = 0
placed = 0


def solve(n, row, columns, rising, falling, queens):
    """Place queens in `row` and all rows after it; the three lists of flags say which lines are taken."""
    global solutions, placed
    if row == n:
        if not solutions:
            show(queens)
        solutions += 1
        return
    for column in range(n):
        up = row + column
        down = row - column + n - 1
        if columns[column] or rising[up] or falling[down]:
            continue
        columns[column] = rising[up] = falling[down] = True
        queens[row] = column
        placed += 1
        solve(n, row + 1, columns, rising, falling, queens)
        columns[column] = rising[up] = falling[down] = False


def show(queens):
    """Print the board."""
    for queen in queens:
        line = ""
        for column in range(len(queens)):
            line += " Q" if column == queen else " ."
        print(line)


def count_by_bits(full, columns, rising, falling):
    """Return the number of solutions, with the attacked lines of a row as bits of three integers."""
    if columns == full:
        return 1
    count = 0
    free = full & ~(columns | rising | falling)
    while free:
        bit = free & -free
        free -= bit
        count += count_by_bits(full, columns | bit, (rising | bit) << 1, (falling | bit) >> 1)
    return count


solve(N, 0, [False] * N, [False] * (2 * N), [False] * (2 * N), [0] * N)
print(N, "queens:", solutions, "solutions,", placed, "queens placed")
print(N + 1, "queens:", count_by_bits((1 << (N + 1)) - 1, 0, 0, 0), "solutions")
