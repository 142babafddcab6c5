# Collatz chains: a while loop whose branch goes both ways, so a side trace grows.
def steps(n):
    count = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        count += 1
    return count


longest = 0
for start in range(1, 300):
    longest = max(longest, steps(start))
print(longest)
