total = 0
for i in range(2000):
    total += 7 % (1 + i % 5) + 1.5 / (1 + i % 3)
print(total)
print(5.0 % (total - total))
