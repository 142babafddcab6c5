"""The Mandelbrot set on a grid of N by N points.

Prints a coarse picture of the set, the number of points that never escape, and the number of iterations spent in all.
"""

N = 420

LIMIT = 100
COLUMNS = 48
ROWS = 24


def iterations(cr, ci):
    """Count the steps until z = z * z + c leaves the circle of radius 2; LIMIT if it stays."""
    zr = zi = 0.0
    count = 0
    while count < LIMIT:
        rr = zr * zr
        ii = zi * zi
        if rr + ii > 4.0:
            return count
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
        count += 1
    return count


def picture():
    """Print the set in characters."""
    for row in range(ROWS):
        line = ""
        for column in range(COLUMNS):
            steps = iterations(-2.0 + 2.6 * column / COLUMNS, -1.2 + 2.4 * row / ROWS)
            if steps == LIMIT:
                line += "#"
            elif steps > 8:
                line += "+"
            elif steps > 4:
                line += "."
            else:
                line += " "
        print(line)


def measure(size):
    """Return how many points of the grid are in the set, and the iterations of all points."""
    inside = 0
    total = 0
    for row in range(size):
        ci = -1.2 + 2.4 * row / size
        for column in range(size):
            steps = iterations(-2.0 + 2.6 * column / size, ci)
            total += steps
            if steps == LIMIT:
                inside += 1
    return inside, total


picture()
inside, total = measure(N)
print("inside:", inside, "iterations:", total)
