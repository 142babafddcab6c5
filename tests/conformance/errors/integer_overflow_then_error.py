def f(rounds):
    x = 1
    for i in range(rounds):
        x = x * 3
        if x > 10**40:
            x = x // (90 - i)
    return x


print(f(80))
print(f(100))
