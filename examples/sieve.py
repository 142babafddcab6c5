"""The sieve of Eratosthenes: all primes up to N.

Prints how many there are, their sum, the largest, and the widest gap between two neighbours.
"""

N = 5_000_000


def sieve(limit):
    """Return a list whose entry i says whether i is prime."""
    prime = [True] * (limit + 1)
    prime[0] = prime[1] = False
    i = 2
    while i * i <= limit:
        if prime[i]:
            for multiple in range(i * i, limit + 1, i):
                prime[multiple] = False
        i += 1
    return prime


prime = sieve(N)

count = 0
total = 0
last = 2
widest = 0
for number in range(2, N + 1):
    if prime[number]:
        count += 1
        total += number
        if number - last > widest:
            widest = number - last
        last = number

print(count, "primes up to", N)
print("sum", total, "largest", last, "widest gap", widest)
