print(min([3, 1]))
print(min([]))
