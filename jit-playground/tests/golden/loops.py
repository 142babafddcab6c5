def total(n):
    t = 0
    for i in range(n):
        if i % 3 == 0 and i > 5:
            continue
        t += i
    else:
        t = -t
    while t < 100:
        t = t + 1
        if t == 50:
            break
    return t
print(total(10))
