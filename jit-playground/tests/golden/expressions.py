a, b = 1, 2
a, b = b, a
c = a < b <= 3 or not a
d = "big" if a > 10 else f"{a!r:>{b}} of {b=}"
e = -a ** 2 + ~b * (3 - 1) / 2.5
t = (1, "x", None)
p, (q, r) = a, [b, c]
s = a is not None and 2 in t
