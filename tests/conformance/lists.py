"""Lists and tuples: indexing, aliases, growth, and the order in which assignments happen."""

row = [0] * 5
grid = [row] * 3
grid[0][1] = 7
print(grid, len(grid))

items = [10, 20, 30, 40]
print(items[-1], items[-4], items[0], items[3], len(items))
items[-2] = 99
items[1] += 5
items[-1] *= 2
print(items)

i = 0
i, items[i] = 2, "changed"
print(i, items)

a, b, c = 1, 2, 3
a, b, c = c, a, b
print(a, b, c)
(a, b), c = (4, 5), 6
[x, y] = [7, 8]
print(a, b, c, x, y)
a = b = [1]
a.append(2)
print(a, b, a == b)

calls = 0


def index():
    global calls
    calls += 1
    return calls % 3


data = [0, 0, 0]
for n in range(900):
    data[index()] += n
print(data, calls)

matrix = []
for y in range(30):
    line = []
    for x in range(30):
        line.append(x * y - (x ^ y))
    matrix.append(line)
total = 0
for y in range(30):
    for x in range(30):
        total += matrix[y][x] * matrix[-x - 1][-y - 1]
print("matrix", total)

mixed = [1, 2.5, "three", None, True, [4, [5]], (6, 7), (8,), ()]
for item in mixed:
    print(item, end="; ")
print()
print(mixed)

total = 0
for item in [1, 2.5, True, 10**20, -3]:
    for _ in range(300):
        total += item
print(total)


def rotate(values, rounds):
    for _ in range(rounds):
        first = values[0]
        for i in range(len(values) - 1):
            values[i] = values[i + 1]
        values[-1] = first
    return values


print(rotate([1, 2, 3, 4, 5, 6, 7], 1000))


def bubble(values):
    swapped = True
    while swapped:
        swapped = False
        for i in range(len(values) - 1):
            if values[i] > values[i + 1]:
                values[i], values[i + 1] = values[i + 1], values[i]
                swapped = True
    return values


numbers = []
state = 17
for _ in range(60):
    state = state * 1103515245 % 2147483647
    numbers.append(state % 1000 - 500)
print(bubble(numbers))
print(min(numbers), max(numbers), sum(numbers), sum([0.5, 1, 2]), max(3, 1, 2), min(2.5, 1))
print([1, 2] + [3], [1, 2] * 2, [1, 2] == [1, 2.0], [1, 2] < [1, 3], (1, 2) < (1, 2, 3), [] == ())

pairs = []
for n in range(100):
    pairs.append((n, n * n))
total = 0
for pair in pairs:
    n, square = pair
    total += square - n
print("pairs", total)

cells = [0] * 256
position = 0
for step in range(20000):
    cells[position & 255] = (cells[(position - 1) & 255] + cells[(position + 7) & 255] + step) & 65535
    position = (position * 5 + 1) & 255
print("cells", sum(cells), cells[0], cells[128], cells[-1])
