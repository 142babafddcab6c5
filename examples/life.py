"""Conway's game of life on a torus of N by N cells.

Starts from an R-pentomino and a glider, prints the board's middle after the last generation, the number of cells alive,
and a checksum over all generations.
"""

N = 64

GENERATIONS = 600


def empty(size):
    """Return a board without a living cell."""
    board = []
    for _ in range(size):
        board.append([0] * size)
    return board


def step(board, after):
    """Write the generation that follows `board` to `after`; return the number of cells alive in it."""
    size = len(board)
    alive = 0
    for y in range(size):
        above = board[y - 1]
        here = board[y]
        below = board[(y + 1) % size]
        row = after[y]
        for x in range(size):
            left = x - 1
            right = (x + 1) % size
            neighbours = (
                above[left] + above[x] + above[right]
                + here[left] + here[right]
                + below[left] + below[x] + below[right]
            )
            if neighbours == 3 or (neighbours == 2 and here[x]):
                row[x] = 1
                alive += 1
            else:
                row[x] = 0
    return alive


board = empty(N)
after = empty(N)
middle = N // 2
board[middle - 1][middle] = board[middle - 1][middle + 1] = 1
board[middle][middle - 1] = board[middle][middle] = board[middle + 1][middle] = 1
board[1][2] = board[2][3] = board[3][1] = board[3][2] = board[3][3] = 1

alive = 10
checksum = 0
for generation in range(GENERATIONS):
    alive = step(board, after)
    board, after = after, board
    checksum = (checksum * 31 + alive) % 1_000_000_007

for y in range(max(middle - 8, 0), min(middle + 8, N)):
    line = ""
    for x in range(max(middle - 16, 0), min(middle + 16, N)):
        line += "o" if board[y][x] else "."
    print(line)
print("alive:", alive, "checksum:", checksum)
