# An addition overflows 64 bits: the overflow guard leaves the trace, and big integers go on.
a = 1
b = 1
for _ in range(150):
    a, b = b, a + b
print(a)
