# A recording is given up: making a function is never part of a trace.
total = 0
for i in range(200):
    def step(n):
        return n + 1
    total = step(total)
print(total)
