"""The edit distance between two sequences of N random letters, given as character codes.

Prints the distance, the length of the longest common subsequence, and both for the sequences shifted against each other.
"""

N = 1_400


def letters(count, seed):
    """Return the codes of `count` random letters out of the first six of the alphabet."""
    codes = []
    state = seed
    for _ in range(count):
        state = (state * 69069 + 1) % 4294967296
        codes.append(ord("a") + state // 65536 % 6)
    return codes


def distance(a, b):
    """Return the least number of insertions, deletions and replacements that turn `a` into `b`."""
    previous = []
    for j in range(len(b) + 1):
        previous.append(j)
    current = [0] * (len(b) + 1)
    for i in range(1, len(a) + 1):
        current[0] = i
        letter = a[i - 1]
        for j in range(1, len(b) + 1):
            best = previous[j - 1] if letter == b[j - 1] else previous[j - 1] + 1
            if previous[j] + 1 < best:
                best = previous[j] + 1
            if current[j - 1] + 1 < best:
                best = current[j - 1] + 1
            current[j] = best
        previous, current = current, previous
    return previous[len(b)]


def common(a, b):
    """Return the length of the longest sequence that both contain in order."""
    previous = [0] * (len(b) + 1)
    for letter in a:
        current = [0]
        for j in range(len(b)):
            if letter == b[j]:
                current.append(previous[j] + 1)
            else:
                current.append(max(previous[j + 1], current[j]))
        previous = current
    return previous[len(b)]


def word(codes, count):
    """Return the first `count` letters of `codes` as a string."""
    text = ""
    for i in range(count):
        text += chr(codes[i])
    return text


first = letters(N, 1)
second = letters(N, 2)
shown = min(N, 20)
print(f"{word(first, shown)}.. and {word(second, shown)}..")
print("distance", distance(first, second), "common", common(first, second))
