"""Loops whose integers outgrow the machine's, some of them long after the loop has become hot, and come back again."""


def climb(step, rounds):
    value = 0
    for _ in range(rounds):
        value += step
    return value


def climb_and_return(step, rounds):
    value = 0
    for _ in range(rounds):
        value += step
    for _ in range(rounds):
        value -= step
    return value


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def factorial(n):
    product = 1
    for i in range(2, n + 1):
        product *= i
    return product


def double(rounds):
    value = 1
    seen = 0
    for _ in range(rounds):
        value = value << 1
        seen ^= value
    return seen


def square_and_cut(rounds):
    value = 12345
    for _ in range(rounds):
        value = value * value % 4294967291
    return value


def negative_edge(rounds):
    value = -(2**63) + rounds // 2
    low = 0
    for _ in range(rounds):
        value -= 1
        if value < -(2**63):
            low += 1
    return value, low


def negate_lowest(rounds):
    total = 0
    value = -(2**63) + rounds // 2
    for _ in range(rounds):
        value -= 1
        total += -value
        total -= abs(value)
        total ^= value // -1
    return total


def mixed(rounds):
    small = 1
    large = 2**70
    for i in range(rounds):
        small += large % (i + 1)
        large -= small * i
        if large < 0:
            large += 2**80
    return small, large


print(climb(2**52, 1000))
print(climb(2**52, 5000))
print(climb(-(2**52), 5000))
print(climb_and_return(2**53, 3000))
for n in range(0, 300, 30):
    print(fibonacci(n))
print(fibonacci(2000) % 10**20)
for n in range(15, 30):
    print(factorial(n))
print(factorial(500) % (10**9 + 7))
print(double(200))
print(square_and_cut(5000))
print(negative_edge(4000))
print(negate_lowest(4000))
print(mixed(3000))

total = 2**63 - 2000
for i in range(4000):
    total += 1
print(total)
total = 3
for i in range(100):
    total *= -3
print(total)
