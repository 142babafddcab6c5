# Square roots by Newton's method: floats, and a loop inside a call.
def root(x):
    guess = x / 2
    for _ in range(8):
        guess = (guess + x / guess) / 2
    return guess


total = 0.0
for n in range(1, 400):
    total += root(n * 1.0)
print(total)
