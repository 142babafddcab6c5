"""Hot loops in which variables change their type, so that what was assumed stops being true."""


def drift(rounds):
    value = 0
    for i in range(rounds):
        if i == rounds // 2:
            value = value + 0.5
        value += i
    return value


def alternate(rounds):
    total = 0
    for i in range(rounds):
        item = i if i % 2 else i + 0.25
        total = total + item
    return total


def cycle(rounds):
    state = 0
    seen = 0
    for i in range(rounds):
        if i % 4 == 0:
            state = i
        elif i % 4 == 1:
            state = state * 1.5
        elif i % 4 == 2:
            state = None
        else:
            state = "text"
        if state:
            seen += 1
        if state == None:
            seen += 10
    return seen


def maybe_none(rounds):
    best = None
    for i in range(rounds):
        candidate = (i * 7919) % 1009
        if best == None or candidate > best:
            best = candidate
    return best


def bool_or_int(rounds):
    total = 0
    flag = False
    for i in range(rounds):
        flag = not flag if i % 5 else i
        total += flag
    return total


def grow_list(rounds):
    items = [1]
    total = 0
    for i in range(rounds):
        items.append(items[i] + 1 if i < 800 else items[i] + 0.5)
        total += items[-1]
    return total, items[-1]


def add(a, b):
    return a + b


def polymorphic(rounds):
    number = 0
    real = 0.0
    text = ""
    items = []
    for i in range(rounds):
        number = add(number, i)
        real = add(real, 0.5)
        if i % 50 == 0:
            text = add(text, "x")
            items = add(items, [i])
    return number, real, text, len(items)


def sum_of(items):
    total = 0
    for item in items:
        total += item
    return total


print(drift(3000), drift(10), drift(501))
print(alternate(3000))
print(cycle(3000))
print(maybe_none(2000))
print(bool_or_int(2000))
print(grow_list(1600))
print(polymorphic(2000))
for _ in range(50):
    a = sum_of([1, 2, 3] * 20)
    b = sum_of([1.5, 2.5] * 20)
    c = sum_of([1, 2.5, True] * 20)
    d = sum_of([2**62] * 20)
print(a, b, c, d)

value = 1
for i in range(4000):
    if i == 1500:
        value = float(value)
    if i == 3000:
        value = int(value)
    value = value + i % 3
print(value)

flip = 0
for i in range(3000):
    flip = i / 2 if flip == i - 1 else i
print(flip)
