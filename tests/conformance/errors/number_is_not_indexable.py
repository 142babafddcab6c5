def first(items):
    return items[0]


for i in range(1500):
    first([i])
first(7)
