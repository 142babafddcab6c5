# Given up at first: the loop gets hot just when it ends, so the recording leaves it.
def add_up(n):
    total = 0
    for i in range(n):
        total += i
    return total


for n in range(50, 60):
    print(add_up(57))
