def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


print(down(900))
for i in range(50):
    down(500)
print(down(100000))
