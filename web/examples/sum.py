# A sum with a condition: one loop, one branch.
def add_up(n):
    total = 0
    for i in range(n):
        if i % 3:
            total += i
    return total


print(add_up(500))
