"""Hot loops with many ways through them: exits that are taken often, rarely, once, and never."""


def dispatch(rounds):
    state = 12345
    accumulator = 0
    counts = [0] * 8
    for _ in range(rounds):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        kind = state >> 28
        counts[kind] += 1
        if kind == 0:
            accumulator += 1
        elif kind == 1:
            accumulator -= 3
        elif kind == 2:
            accumulator ^= state
        elif kind == 3:
            accumulator = accumulator >> 1
        elif kind == 4:
            accumulator = accumulator * 3 & 0xFFFFFF
        elif kind == 5:
            accumulator = -accumulator
        elif kind == 6:
            accumulator |= 1
        else:
            accumulator %= 1000003
    return accumulator, counts


def rare(rounds):
    total = 0
    for i in range(rounds):
        if i % 1000 == 999:
            total += 1000000
        elif i == 4321:
            total -= 7
        total += i & 3
    return total


def phases(rounds):
    total = 0
    for i in range(rounds):
        if i < rounds // 3:
            total += 1
        elif i < 2 * rounds // 3:
            total += 100
        else:
            total += 10000
    return total


def diamond(rounds):
    a = b = c = d = 0
    for i in range(rounds):
        if i & 1:
            a += i
        else:
            b += i
        if i & 2:
            c += a
        else:
            d += b
        if i & 4:
            a -= c & 15
        if i & 8:
            if i & 16:
                b ^= d
            else:
                b += 1
    return a, b, c, d


def inner_exits(rounds):
    total = 0
    for i in range(rounds):
        j = 0
        while True:
            j += 1
            if j * j > i:
                break
            if i % (j + 1) == 0:
                total += j
                break
            if (i ^ j) & 63 == 7:
                total += 2
                continue
        total += j
    return total


def walk(grid, rounds):
    x = y = 0
    dx, dy = 1, 0
    size = len(grid)
    for _ in range(rounds):
        if grid[y][x]:
            dx, dy = -dy, dx
            grid[y][x] = 0
        else:
            dx, dy = dy, -dx
            grid[y][x] = 1
        x = (x + dx) % size
        y = (y + dy) % size
    black = 0
    for row in grid:
        black += sum(row)
    return black, x, y


print(dispatch(20000))
print(rare(20000))
print(phases(9000))
print(diamond(10000))
print(inner_exits(3000))
grid = []
for _ in range(31):
    grid.append([0] * 31)
print(walk(grid, 15000))
