def f():
    return 1


for i in range(1200):
    f = f if i < 1000 else 5
    f()
