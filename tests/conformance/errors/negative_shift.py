total = 0
for i in range(2000):
    total ^= 1 << 1900 - i
