"""The heat equation on a square plate of N by N points.

The upper edge is hot, the others are cold, and each step moves every point towards the mean of its neighbours. All loops
stand at module level. Prints the temperatures along the middle, the heat in all, and the largest change of the last step.
"""

N = 64

STEPS = 500
RATE = 0.2

plate = []
for y in range(N):
    plate.append([100.0 if y == 0 else 0.0] * N)
after = []
for y in range(N):
    after.append([100.0 if y == 0 else 0.0] * N)

change = 0.0
for step in range(STEPS):
    change = 0.0
    for y in range(1, N - 1):
        above = plate[y - 1]
        here = plate[y]
        below = plate[y + 1]
        row = after[y]
        for x in range(1, N - 1):
            flow = RATE * (above[x] + below[x] + here[x - 1] + here[x + 1] - 4.0 * here[x])
            row[x] = here[x] + flow
            if flow > change:
                change = flow
            elif -flow > change:
                change = -flow
    plate, after = after, plate

middle = N // 2
for y in range(0, N, max(N // 8, 1)):
    print(f"row {y:3d}: {plate[y][middle]:10.6f}")

heat = 0.0
for row in plate:
    for temperature in row:
        heat += temperature
print(f"heat {heat:.6f}, last change {change:.9f}")
