def sum_pairs(items):
    total = 0
    for i in range(len(items)):
        total += items[i] + items[i + 1]
    return total


numbers = [1] * 3000
print(len(numbers))
sum_pairs(numbers)
