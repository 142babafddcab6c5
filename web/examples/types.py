# The type of a variable changes half way: a guard fails, and another trace is made.
def grow(n):
    value = 1
    for i in range(n):
        value = value + 1
        if i == 250:
            value = value * 0.5
    return value


print(grow(500))
