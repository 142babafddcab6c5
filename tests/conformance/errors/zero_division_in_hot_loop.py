def mean(total, count):
    return total // count


def run(limit):
    result = 0
    for i in range(limit):
        result += mean(1000, 4000 - i)
    return result


print("start")
print(run(4000))
print(run(5000))
