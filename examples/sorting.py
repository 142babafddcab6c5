"""Four ways to sort a list: quicksort, heapsort, merge sort, and insertion sort for a shorter one.

Sorts N random numbers with each, checks the order, and prints a checksum in which every place counts.
"""

N = 60_000


def random_numbers(count, seed):
    """Return `count` numbers below a million."""
    numbers = []
    state = seed
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        numbers.append(state // 64 % 1_000_000)
    return numbers


def quicksort(items, low, high):
    """Sort the entries of `items` from `low` to `high`, both included."""
    while low < high:
        pivot = items[(low + high) // 2]
        left = low
        right = high
        while left <= right:
            while items[left] < pivot:
                left += 1
            while items[right] > pivot:
                right -= 1
            if left <= right:
                items[left], items[right] = items[right], items[left]
                left += 1
                right -= 1
        quicksort(items, low, right)
        low = left


def sift(items, root, end):
    """Let the entry at `root` sink to its place in the heap that ends before `end`."""
    value = items[root]
    while 2 * root + 1 < end:
        child = 2 * root + 1
        if child + 1 < end and items[child] < items[child + 1]:
            child += 1
        if value >= items[child]:
            break
        items[root] = items[child]
        root = child
    items[root] = value


def heapsort(items):
    """Sort `items` in place, by way of a heap."""
    count = len(items)
    for root in range(count // 2 - 1, -1, -1):
        sift(items, root, count)
    for end in range(count - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        sift(items, 0, end)


def merge_sort(items):
    """Sort `items` in place, merging ever longer runs."""
    count = len(items)
    spare = [0] * count
    width = 1
    while width < count:
        for start in range(0, count, 2 * width):
            middle = min(start + width, count)
            end = min(start + 2 * width, count)
            left = start
            right = middle
            for place in range(start, end):
                if left < middle and (right == end or items[left] <= items[right]):
                    spare[place] = items[left]
                    left += 1
                else:
                    spare[place] = items[right]
                    right += 1
        for place in range(count):
            items[place] = spare[place]
        width *= 2


def insertion_sort(items):
    """Sort `items` in place, one entry after the other."""
    for i in range(1, len(items)):
        value = items[i]
        place = i
        while place > 0 and items[place - 1] > value:
            items[place] = items[place - 1]
            place -= 1
        items[place] = value


def checksum(items):
    """Return a number in which every place counts, or -1 if `items` is not in order."""
    total = 0
    for i in range(len(items)):
        if i > 0 and items[i - 1] > items[i]:
            return -1
        total = (total * 31 + items[i]) % 1_000_000_007
    return total


quick = random_numbers(N, 1)
quicksort(quick, 0, len(quick) - 1)
print("quicksort     ", checksum(quick))

heap = random_numbers(N, 1)
heapsort(heap)
print("heapsort      ", checksum(heap))

merged = random_numbers(N, 1)
merge_sort(merged)
print("merge sort    ", checksum(merged))

inserted = random_numbers(N // 12, 1)
insertion_sort(inserted)
print("insertion sort", checksum(inserted))
