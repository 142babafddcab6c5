for i in range(3):
    print(i)
for i in 5:
    print(i)
