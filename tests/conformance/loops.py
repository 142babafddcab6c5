"""Loops of every kind: how they end, what they leave behind, and what happens to what they run over."""

for i in range(3):
    pass
print(i)
for i in range(5, 5):
    print("never")
else:
    print("not entered, else runs", i)

for i in range(10, 0, -3):
    print(i, end=" ")
print()
for i in range(0, -10, -4):
    print(i, end=" ")
print(len(range(0, 10, 3)), len(range(10, 0)), len(range(10, 0, -1)))


def first_factor(n):
    for candidate in range(2, n):
        if n % candidate == 0:
            break
    else:
        return n
    return candidate


total = 0
for n in range(2, 400):
    total = (total * 31 + first_factor(n)) % 1000003
print("factors", total)


def while_else(limit):
    n = 0
    while n < limit:
        n += 3
        if n == 600:
            break
    else:
        return -n
    return n


print(while_else(10), while_else(1000), while_else(599), while_else(601))


def skip(rounds):
    total = 0
    for i in range(rounds):
        if i % 3 == 0:
            continue
        for j in range(i % 5):
            if j == 2:
                continue
            if j == 3:
                break
            total += i * j
        else:
            total += 1
    return total


print("skip", skip(2000))

items = [1]
for item in items:
    if len(items) < 1000:
        items.append(item + len(items) % 3)
print("grown", len(items), items[999])

end = 5
for i in range(end):
    end = 100
    i += 10
print("range is fixed", i, end)

count = 0
while True:
    count += 1
    if count > 5000:
        break
    if count % 2:
        continue
    count += 1
print("count", count)


def nested(n):
    total = 0
    for a in range(n):
        for b in range(a, n):
            c = a
            while c < b:
                c += a + 1
                total += c
                if total % 97 == 0:
                    break
            if total % 89 == 0:
                break
        if total % 83 == 0:
            total += 5
    return total, a, b, c


print(nested(60))

steps = 0
for step in [1, 2, 3, -1, -2, -7]:
    for i in range(-50, 50, step):
        steps += i
    for i in range(50, -50, step):
        steps -= i * 3
print("steps", steps)


def early(items, wanted):
    for i in range(len(items)):
        if items[i] == wanted:
            return i
    return -1


found = 0
for wanted in range(-3, 12):
    found = found * 7 + early([5, 3, 9, 1, 7], wanted)
print("early", found)
