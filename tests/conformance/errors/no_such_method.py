items = [1]
items.append(2)
print(items)
items.push(3)
