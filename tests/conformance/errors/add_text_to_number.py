def add(items):
    total = 0
    for item in items:
        total = total + item
    return total


print(add([1] * 2000))
numbers = [1] * 2000
numbers.append("2")
add(numbers)
