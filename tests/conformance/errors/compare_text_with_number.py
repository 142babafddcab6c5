best = 0
for item in [1, 5, 3, "7"]:
    if item > best:
        best = item
        print(best)
