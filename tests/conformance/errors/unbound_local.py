def f(flag):
    if flag:
        value = 1
    return value


print(f(1))
for i in range(1500, -1, -1):
    f(i)
