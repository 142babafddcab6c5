"""Prime numbers by trial division, and the factors of numbers.

Finds the first N primes by dividing by the primes found so far, then factors the numbers just below a million.
"""

N = 50_000


def first_primes(count):
    """Return the first `count` primes."""
    primes = [2]
    candidate = 3
    while len(primes) < count:
        for prime in primes:
            if prime * prime > candidate:
                primes.append(candidate)
                break
            if candidate % prime == 0:
                break
        candidate += 2
    return primes


def factors(number, primes):
    """Return the prime factors of `number`, with repetition."""
    found = []
    for prime in primes:
        if prime * prime > number:
            break
        while number % prime == 0:
            found.append(prime)
            number //= prime
    if number > 1:
        found.append(number)
    return found


primes = first_primes(N)
print("prime number", N, "is", primes[N - 1], "and the sum of all is", sum(primes))

most = []
total = 0
for number in range(1_000_000 - N, 1_000_000):
    found = factors(number, primes)
    total += len(found)
    if len(found) > len(most):
        most = found
print("factors in all:", total)
print("the most factors:", end="")
for prime in most:
    print("", prime, end="")
print()
