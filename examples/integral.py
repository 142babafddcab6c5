"""Numerical integration: Simpson's rule, the midpoint rule and Newton's method on smooth functions.

Cuts each interval into N pieces and prints the areas beside the exact values.
"""

from math import cos, exp, log, pi, sin, sqrt

N = 1_200_000


def simpson(low, high, pieces):
    """Integrate sin(x) * exp(-x) from `low` to `high` by Simpson's rule; `pieces` is even."""
    width = (high - low) / pieces
    total = sin(low) * exp(-low) + sin(high) * exp(-high)
    for i in range(1, pieces):
        x = low + i * width
        value = sin(x) * exp(-x)
        total += 4.0 * value if i % 2 else 2.0 * value
    return total * width / 3.0


def quarter_circle(pieces):
    """Return the area of a quarter of the unit circle by the midpoint rule."""
    width = 1.0 / pieces
    total = 0.0
    for i in range(pieces):
        x = (i + 0.5) * width
        total += sqrt(1.0 - x * x)
    return total * width


def leibniz(terms):
    """Return pi by the alternating series of the odd fractions."""
    total = 0.0
    sign = 4.0
    for i in range(terms):
        total += sign / (2 * i + 1)
        sign = -sign
    return total


def cube_root(a):
    """Return the cube root of `a` by Newton's method."""
    x = a if a > 1.0 else 1.0
    while True:
        closer = (2.0 * x + a / (x * x)) / 3.0
        if abs(closer - x) < 1e-12:
            return closer
        x = closer


exact = (1.0 - exp(-pi) * (sin(pi) + cos(pi))) / 2.0
print(f"simpson        {simpson(0.0, pi, N):.12f} exact {exact:.12f}")
print(f"quarter circle {quarter_circle(N):.12f} exact {pi / 4.0:.12f}")
print(f"leibniz        {leibniz(N):.12f} exact {pi:.12f}")

roots = 0.0
for i in range(1, N // 20):
    roots += cube_root(float(i))
print(f"cube roots     {roots:.9f}")
print(f"logarithm      {log(roots):.12f}")
