"""More live values than any machine has registers, whole numbers and floats, carried around loops and across calls."""


def whole(rounds):
    a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8
    i, j, k, l, m, n, o, p = 9, 10, 11, 12, 13, 14, 15, 16
    q, r, s, t, u, v, w, x = 17, 18, 19, 20, 21, 22, 23, 24
    for y in range(rounds):
        a, b, c, d, e, f, g, h = b, c, d, e, f, g, h, a ^ y
        i, j, k, l, m, n, o, p = p, i, j, k, l, m, n, o + a & 0xFFFF
        q, r, s, t, u, v, w, x = r + i & 0xFFFF, q, t, s, v, u, x, w ^ h
    return (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x)


def real(rounds):
    a, b, c, d, e, f, g, h = 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8
    i, j, k, l, m, n, o, p = 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8
    for y in range(rounds):
        a, b, c, d = b * 0.5 + c, c * 0.25 - d, d * 0.125 + a, a * 0.5 - b
        e, f, g, h = h - a * 0.25, e * 0.5, f + b * 0.125, g * 0.75
        i, j, k, l = (i + m) * 0.5, (j + n) * 0.5, (k + o) * 0.5, (l + p) * 0.5
        m, n, o, p = n - e * 0.5, o * 0.5, p + y * 0.001, m * 0.5
    return (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)


def both(rounds):
    a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8
    p, q, r, s, t, u, v, w = 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0
    for i in range(rounds):
        a += b & 7
        b += c & 7
        c += d & 7
        d += a & 7
        p = q * 0.5 + a
        q = r * 0.5 + b
        r = s * 0.5 + c
        s = p * 0.25 + d
        if i % 3 == 0:
            e, f, g, h = f, g, h, e + 1
            t, u, v, w = u, v, w, t * 0.5
        if a > 1000:
            a -= 1000
    return (a, b, c, d, e, f, g, h, p, q, r, s, t, u, v, w)


def helper(a, b, c):
    return (a * b + c) % 1009


def across_calls(rounds):
    a, b, c, d, e, f = 1, 2, 3, 4, 5, 6
    x, y, z = 0.5, 1.5, 2.5
    for i in range(rounds):
        a = helper(a, b, i)
        b = helper(b, c, a)
        c = helper(c, d, b)
        x = x * 0.5 + abs(z - a)
        d = helper(d, e, c) + (2**65 % (i + 1))
        e = helper(e, f, d)
        y = round(y + x * 0.125, 3)
        f = helper(f, a, e)
        z = (x + y) * 0.25
    return (a, b, c, d, e, f, x, y, z)


print(whole(5000))
print(real(2000))
print(both(3000))
print(across_calls(2000))

one, two, three, four, five, six, seven, eight, nine, ten = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
for turn in range(3000):
    one, two, three, four, five = two, three, four, five, one + turn & 1023
    six, seven, eight, nine, ten = ten, six, seven, eight, nine ^ one
print(one, two, three, four, five, six, seven, eight, nine, ten)
