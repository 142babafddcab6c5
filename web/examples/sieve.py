# The sieve of Eratosthenes: a list, and loops inside a loop.
def sieve(limit):
    prime = [True] * limit
    for n in range(2, limit):
        if prime[n]:
            for multiple in range(n * n, limit, n):
                prime[multiple] = False
    return sum(prime) - 2


print(sieve(2000))
