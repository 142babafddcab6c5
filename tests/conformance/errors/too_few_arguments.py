def area(width, height, depth=1):
    return width * height * depth


print(area(1, 2))
print(area(1))
