# Given up: value has another type at the end of each round than at its beginning.
value = 1
for i in range(400):
    if isinstance(value, int):
        value = value + 0.5
    else:
        value = int(value)
print(value)
