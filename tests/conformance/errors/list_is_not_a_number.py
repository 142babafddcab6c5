def negate(x):
    return -x


for i in range(1500):
    negate(i)
negate([1])
