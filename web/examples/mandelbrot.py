# The Mandelbrot set in characters: float arithmetic in three nested loops.
def escape(cr, ci):
    zr = zi = 0.0
    for step in range(30):
        zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
        if zr * zr + zi * zi > 4.0:
            return step
    return 30


for row in range(-8, 9):
    line = ""
    for column in range(-40, 20):
        line += " .:-=+*#%@"[escape(column / 20, row / 8) // 4]
    print(line)
