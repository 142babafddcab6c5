"""What `and`, `or`, `not`, chained comparisons and conditional expressions give, and what they leave unevaluated."""

calls = 0


def noted(value):
    global calls
    calls += 1
    return value


VALUES = [0, 1, -1, 0.0, 2.5, "", "a", None, True, False, [], [0], (), (0,)]

for a in VALUES:
    print(a, bool(a), not a, a and 1, a or 2, "yes" if a else "no")

for a in VALUES:
    for b in VALUES:
        noted(a) and noted(b)
        noted(a) or noted(b)
        not noted(a) or noted(b) and noted(a)
print("calls", calls)

chain = 0
for i in range(2000):
    if 10 < noted(i % 20) <= 15:
        chain += 1
    if 3 > noted(i % 5) != 1:
        chain += 10
    if not 2 < i % 7 < 5 or i % 11 == 0:
        chain += 100
print("chain", chain, "calls", calls)

picked = 0
for i in range(3000):
    a = i % 3
    b = i % 5
    picked += (a or b) * 2 + (a and b) - (b if a else -b)
    picked += (a == b) + (a < b) * True
    picked -= i % 2 and 7 or 3
print("picked", picked)

print(True + True, True * 3, -True, True == 1, False < True, True & False, True | False, True ^ True, ~True)
print(1 if 0 else 2 if 0 else 3, (1 if 1 else 0) + 1, not 0 == 1, not (1 and 0))
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 1, 1 == 1.0 == True)
