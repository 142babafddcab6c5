"""Shortest paths between all pairs of N places (the algorithm of Floyd and Warshall).

The roads are random and one-way. Prints the longest of the shortest paths, their sum, and the way of one of them.
"""

N = 240

FAR = 1_000_000_000


def roads(n):
    """Return the lengths of the direct roads, FAR where there is none, as a list of rows."""
    table = []
    state = 7
    for i in range(n):
        row = [FAR] * n
        row[i] = 0
        for _ in range(6):
            state = (state * 1103515245 + 12345) % 2147483648
            j = state // 1024 % n
            if j != i:
                row[j] = 1 + state // 65536 % 100
        row[(i + 1) % n] = min(row[(i + 1) % n], 90)
        table.append(row)
    return table


def all_pairs(distance):
    """Turn road lengths into shortest distances; return for each pair the first place on the way."""
    n = len(distance)
    through = []
    for i in range(n):
        row = [-1] * n
        for j in range(n):
            if distance[i][j] < FAR:
                row[j] = j
        through.append(row)
    for k in range(n):
        for i in range(n):
            first = distance[i][k]
            if first == FAR:
                continue
            for j in range(n):
                length = first + distance[k][j]
                if length < distance[i][j]:
                    distance[i][j] = length
                    through[i][j] = through[i][k]
    return through


distance = roads(N)
through = all_pairs(distance)

longest = 0
total = 0
start = end = 0
for i in range(N):
    for j in range(N):
        length = distance[i][j]
        total += length
        if length > longest:
            longest = length
            start, end = i, j

print("longest", longest, "sum", total)
print("from", start, end="")
place = start
while place != end:
    place = through[place][end]
    print(" to", place, end="")
print()
