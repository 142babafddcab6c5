for step in [2, 1, 0]:
    for i in range(0, 4, step):
        print(i)
