"""Where names live: globals seen and changed by functions in hot loops, locals that hide them, late definitions."""

limit = 10
total = 0


def read():
    return limit * 2


def write(value):
    global limit
    limit = value


for i in range(2000):
    total += read()
    if i == 1000:
        write(50)
    if i == 1500:
        limit = 3
print("limit", limit, total)


def local():
    limit = 99
    for i in range(100):
        limit += 1
    return limit


print(local(), limit)


def make_global():
    global fresh
    fresh = 5


make_global()
print(fresh)


def accumulate(rounds):
    global total
    for i in range(rounds):
        total += i
        if total > 100000:
            total = 0
    return total


print(accumulate(3000), total)

values = [1, 2, 3]


def through_global(rounds):
    for i in range(rounds):
        values[i % 3] += i
    return values[0] - values[1] + values[2]


print(through_global(2000), values)

for name in [1, 2, 3]:
    last = name
print(name, last)


def unset(flag):
    if flag:
        value = 1
    else:
        value = 2
    return value


count = 0
for i in range(1000):
    count += unset(i % 3)
print(count)


def constants():
    return PI_TIMES_TEN + 1


PI_TIMES_TEN = 31
print(constants())
PI_TIMES_TEN = 3.1
print(constants())


def swap_function(rounds):
    global step
    total = 0
    for i in range(rounds):
        if i == rounds // 2:
            step = step_back
        total += step(i)
    return total


def step_forward(i):
    return i


def step_back(i):
    return -i


step = step_forward
print(swap_function(2000))
print(swap_function(2000))
