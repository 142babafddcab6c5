def outer(i):
    return middle(i) + 1


def middle(i):
    a = i * 2
    b = inner(a, 3500 - i)
    return a + b


def inner(a, b):
    return (
        a
        // b
    )


total = 0
for i in range(10000):
    total += outer(i)
