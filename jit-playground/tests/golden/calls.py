import math
from math import sqrt as root
count = 0
def f(a, b=2):
    global count
    count += 1
    xs = [a, b]
    xs.append(a)
    xs[0] += b
    return root(xs[0]), math.pi
x, y = f(1, b=3)
print(len("ab"), x, sep="")
