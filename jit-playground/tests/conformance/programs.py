# case: empty program

# case: only comments
# nothing
    # indented comment

# case: documentation string
"""A module."""
def f():
    "A function."
    return 1
print(f())
# case: assignment chain
a = b = [1]
b[0] = 5
print(a, b)
# case: swap
a, b = 1, 2
a, b = b, a
print(a, b)
# case: nested unpacking
(a, b), [c, (d,)] = (1, 2), (3, [4])
print(a, b, c, d)
# case: unpack string
a, b, c = "xyz"
print(c, b, a)
# case: unpack range
a, b = range(2)
print(a, b)
# case: unpack too many
a, b = 1, 2, 3
# case: unpack too few
a, b, c = [1, 2]
# case: unpack non-iterable
a, b = 5
# case: unpack none
a, = None
# case: augmented names
x = 10
x += 5; print(x)
x -= 3; print(x)
x *= 2; print(x)
x //= 5; print(x)
x **= 3; print(x)
x %= 13; print(x)
x /= 4; print(x)
y = 6
y <<= 3; print(y)
y >>= 1; print(y)
y |= 3; print(y)
y &= 21; print(y)
y ^= 5; print(y)
# case: augmented index
xs = [1, 2, 3]
xs[1] += 10
xs[-1] *= 2
print(xs)
# case: augmented index evaluates once
def at():
    print("at")
    return 0
xs = [5]
xs[at()] += 1
print(xs)
# case: augmented list shares
a = [1]
b = a
a += [2]
a += (3,)
a += "xy"
a += range(2)
a *= 2
print(b, a is b)
# case: list plus does not share
a = [1]
b = a
a = a + [2]
print(a, b)
# case: augmented list with itself
a = [1, 2]
a += a
print(a)
# case: augmented list error
a = [1]
a += 5
# case: augmented tuple
t = (1, 2)
u = t
t += (3,)
t *= 2
print(t, u)
# case: augmented string
s = "a"
s += "b"
s *= 3
print(s)
# case: augmented type error
x = 1
x += "a"
# case: augmented power error
x = "a"
x **= 2
# case: annotated assignment
x: int = 5
y: str
print(x)
# case: annotated without value is unbound
x: int
print(x)
# case: index assignment
xs = [0] * 3
xs[0], xs[-1] = "a", "b"
print(xs)
# case: index assignment out of range
xs = [1]
xs[1] = 2
# case: index assignment negative out of range
xs = [1]
xs[-2] = 2
# case: index assignment wrong type
xs = [1]
xs["0"] = 2
# case: assignment to tuple item
t = (1, 2)
t[0] = 5
# case: assignment to string item
s = "ab"
s[0] = "c"
# case: assignment to int item
n = 5
n[0] = 1
# case: if chain
for x in range(-1, 4):
    if x < 0:
        print("negative")
    elif x == 0:
        print("zero")
    elif x == 1:
        print("one")
    else:
        print("many", x)
# case: nested if
for a in (0, 1):
    for b in (0, 1):
        if a:
            if b:
                print("both")
            else:
                print("a")
        else:
            if b: print("b")
            else: print("none")
# case: truth of values
for x in [0, 1, -1, 0.0, 0.5, "", "a", [], [0], (), (0,), None, True, False, range(0), range(1), 10 ** 30, len, int]:
    print(not x, end=" ")
    if x:
        print("yes")
    else:
        print("no")
# case: and or values
print(0 or 5, 0 and 5, 3 or 5, 3 and 5, "" or [] or 0, 1 and 2 and 3)
# case: and or short circuit
def t(x):
    print("t", x)
    return x
if t(1) and t(0) and t(2): print("A")
if t(0) or t(3) or t(4): print("B")
if not (t(0) or t(0)): print("C")
if not t(1) or t(0): print("D")
else: print("E")
if (t(1) or t(2)) and not (t(0) and t(5)): print("F")
x = t(0) and t(1) or t(7)
print(x)
# case: not of conditions
for a in (False, True):
    for b in (False, True):
        print(not a and not b, not (a and b), not (a or b), a and not b or b and not a)
        if not (a and b): print("nand")
        if not (a or b): print("nor")
        while not a and b:
            print("loop")
            break
# case: chained comparison
for x in range(5):
    if 1 <= x < 4: print("in", x)
    if not 1 <= x < 4: print("out", x)
    print(0 < x < 3 != 2, 1 < x or x < 1, 3 > x > 1)
# case: chained comparison evaluates once
def f(x):
    print("f", x)
    return x
print(f(1) < f(2) < f(3))
print(f(1) < f(0) < f(3))
if f(3) > f(2) > f(1): print("yes")
if f(3) > f(4) > f(1): print("no")
while f(1) > f(2) > f(3): pass
# case: conditional expression
for x in range(3):
    print("a" if x == 0 else "b" if x == 1 else "c")
# case: while loop
i = 0
while i < 3:
    print(i)
    i += 1
else:
    print("else")
# case: while break
i = 0
while True:
    i += 1
    if i == 3: continue
    if i > 5: break
    print(i)
else:
    print("never")
print("end", i)
# case: for else
for x in [1, 2]:
    print(x)
else:
    print("else")
for x in [1, 2]:
    break
else:
    print("never")
print(x)
# case: for over an empty list
for x in []:
    print("never")
else:
    print("else")
# case: nested loops with break and continue
for i in range(4):
    if i == 1: continue
    for j in range(4):
        if j == i: break
        if j == 0: continue
        print(i, j)
    else:
        print("full", i)
# case: for over range with steps
for i in range(0, 10, 3): print(i, end=" ")
for i in range(10, 0, -4): print(i, end=" ")
for i in range(5, 5): print("never")
for i in range(5, 0): print("never")
for i in range(0, -5, -2): print(i, end=" ")
print(i)
# case: range near the limits
for i in range(9223372036854775805, 9223372036854775807): print(i)
for i in range(9223372036854775800, 9223372036854775807, 5): print(i)
for i in range(-9223372036854775807, -9223372036854775808, -1): print(i)
for i in range(-9223372036854775801, -9223372036854775808, -5): print(i)
# case: loop variable can be assigned
for i in range(3):
    print(i)
    i = 10
print(i)
# case: for over string
for c in "aé€😀": print(c, ord(c), len(c))
# case: for over tuple and nested targets
for a, (b, c) in ((1, (2, 3)), (4, (5, 6))): print(a, b, c)
# case: for target is an index
xs = [0, 0]
for xs[1] in range(3): print(xs)
# case: list grows while iterated
xs = [1, 2, 3]
for x in xs:
    if len(xs) < 8: xs.append(x * 10)
    print(x, end=" ")
print(xs)
# case: iterate over int
for x in 5: pass
# case: iterate over none
for x in None: pass
# case: iterate over float in function
def f():
    for x in 1.5:
        pass
f()
# case: pass statements
def f():
    pass
if 1: pass
for x in range(2): pass
while 0: pass
print(f())
# case: function with defaults
def f(a, b=2, c="x"):
    print(a, b, c)
f(1)
f(1, 3)
f(1, 3, 4)
f(1, c=5)
f(b=6, a=7)
f(c=1, b=2, a=3)
# case: defaults are evaluated once
def f(x=[]):
    x.append(len(x))
    return x
print(f(), f(), f([5]))
# case: default from an outer value
n = 5
def f(x=n * 2):
    return x
n = 6
print(f())
# case: recursion
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)
print(fact(5), fact(20), fact(30))
# case: mutual recursion
def even(n):
    return True if n == 0 else odd(n - 1)
def odd(n):
    return False if n == 0 else even(n - 1)
print(even(100), odd(7))
# case: ackermann
def ack(m, n):
    if m == 0: return n + 1
    if n == 0: return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))
print(ack(2, 3))
# case: return without value
def f(x):
    if x: return
    return 5
print(f(1), f(0))
# case: return inside loops
def f():
    for i in range(5):
        for j in range(5):
            while True:
                if i * j == 6: return i, j
                break
print(f())
# case: functions are values
def add(a, b): return a + b
def mul(a, b): return a * b
for op in [add, mul, max, min, divmod, pow]:
    print(op(7, 3))
# case: function defined in function
def outer(x):
    def inner(y):
        return y * 2
    return inner(x) + 1
print(outer(5))
# case: recursion of an inner function through a parameter
def outer():
    def inner(f, n):
        return 0 if n == 0 else 1 + f(f, n - 1)
    return inner(inner, 5)
print(outer())
# case: function redefined
def f(): return 1
print(f())
def f(): return 2
print(f())
# case: missing arguments
def f(a, b, c): pass
f(1)
# case: one missing argument
def f(a, b): pass
f(1)
# case: all three missing
def f(a, b, c): pass
f()
# case: too many arguments
def f(a, b): pass
f(1, 2, 3)
# case: too many arguments with defaults
def f(a, b=1): pass
f(1, 2, 3)
# case: too many arguments for none
def f(): pass
f(1)
# case: too many arguments for one
def f(a): pass
f(1, 2)
# case: unexpected keyword
def f(a): pass
f(1, b=2)
# case: keyword twice
def f(a): pass
f(1, a=2)
# case: missing with keywords
def f(a, b, c=1): pass
f(b=2)
# case: missing in nested function
def g():
    def f(a): pass
    f()
g()
# case: call of an int
x = 5
x()
# case: call of none
def f(): pass
f()()
# case: call of a string
"abc"(1)
# case: global declaration
count = 0
def f():
    global count
    count += 1
f(); f()
print(count)
# case: global creates a name
def f():
    global fresh
    fresh = 5
f()
print(fresh)
# case: local hides global
x = 1
def f():
    x = 2
    return x
print(f(), x)
# case: unbound local
x = 1
def f():
    print(x)
    x = 2
f()
# case: unbound local in loop
def f():
    for i in range(0):
        y = i
    return y
f()
# case: unbound local augmented
n = 0
def f():
    n += 1
f()
# case: unbound loop variable
def f():
    for i in []:
        pass
    print(i)
f()
# case: undefined name
print(undefined_thing)
# case: undefined name in function
def f():
    return nowhere + 1
f()
# case: name used before definition
print(later)
later = 1
# case: global assigned later
def f(): return later
later = 5
print(f())
# case: builtin is shadowed later
print(len("abc"))
len = 5
print(len)
# case: builtin is shadowed in function
def f():
    max = 3
    return max
print(f(), max(1, 2))
# case: builtin shadowed by function
def abs(x): return "mine"
print(abs(-1))
# case: builtin shadowed through global
def f():
    global min
    min = 7
print(min(2, 1))
f()
print(min)
# case: builtin is unbound as local
def f():
    print(len)
    len = 1
f()
# case: print separators
print(1, 2, 3, sep="-")
print(1, 2, 3, sep="", end="!\n")
print("a", "b", sep=None, end=None)
print()
print("", "")
print(sep="x")
# case: print of everything
print(1, 1.5, "s", None, True, [1, "a", None], (1,), (1, 2), range(3), range(0, 5, 2), [], ())
# case: print nested quotes
print(["it's", 'say "hi"', 'both \' and "', "new\nline", "tab\t", "\\", "\x00\x1f\x7f\xa0é"])
# case: print recursive list
xs = [1]
xs.append(xs)
print(xs)
ys = [xs, xs]
print(ys)
# case: print flush
print("a", flush=True)
# case: string operations
s = "hello"
print(s + " " + s, s * 2, len(s), s[0], s[-1], s < "help", s == "hello", s != s)
# case: string building
s = ""
for i in range(300):
    s += chr(97 + i % 26)
t = s + "X"
u = s + "Y"
print(s, t, u, len(s), len(t))
# case: string building forks
s = "x" * 100
t = s + "1"
u = t + "2"
v = t + "3"
w = u + "4"
print(t, u, v, w, s)
# case: unicode strings
s = "naïve €uro 😀"
print(len(s), s[2], s[6], s[-1])
for i in range(len(s)): print(s[i], end="|")
print()
# case: string comparison
words = ["b", "a", "B", "ab", "", "é", "z"]
for a in words:
    for b in words:
        print(a < b, a <= b, a == b, a > b, end=" ")
# case: escapes
print("a\tb\nc\\d\'e\"f\x41\u00e9\U0001F600\101\0end")
print(r"raw\n", 'single', """triple
line""")
# case: implicit concatenation
print("a" 'b' "c"
      "d")
# case: f-strings
x = 5
name = "world"
print(f"hello {name}! {x + 1} {x * 2.5} {x!r} {name!r} {name!s:>8} {'é'!a}")
# case: f-string expressions
xs = [1, 2]
print(f"{xs} {xs[0]} {len(xs)} {(1, 2)} {1 if xs else 2} {xs == [1, 2]}")
# case: f-string debugging
x = 5
s = "a"
print(f"{x=} {s=} {x + 1 = } {x=:>5} {s=!s} {x = :03}")
# case: f-string nested format
w = 10
p = 3
print(f"{3.14159:{w}.{p}f}|{'a':{'*'}^{w}}|{42:0{w}d}|")
# case: f-string braces
print(f"{{x}} {{{5}}} }}{{")
# case: f-string concatenated
x = 1
print("a" f"{x}" "b" f"{x}{x}" 'c')
# case: f-string multi-line
x = 3
print(f"""line {x}
second {x + 1}
""")
# case: f-string bad code
x = 1.5
print(f"{x:d}")
# case: f-string bad spec for list
print(f"{[1]:>5}")
# case: f-string error inside
print(f"{1 / 0}")
# case: int overflow to big
x = 9223372036854775807
x += 1
print(x)
x -= 1
print(x)
y = -x - 1
print(y, y - 1, -y, abs(y), y // -1)
# case: big arithmetic
a = 123456789 ** 5
b = 987654321 ** 3
print(a + b, a - b, a * b, a // b, a % b, -a // b, -a % b, a // -b, a % -b)
print(a & b, a | b, a ^ b, ~a, a >> 50, b << 70, a == a + 0, a < b)
print(a / b, float(a), divmod(a, b), divmod(-a, b))
# case: big loops
x = 1
for i in range(1, 40):
    x = x * i + 1
    if x % 3 == 0: x //= 3
print(x)
# case: linear congruential generator
x = 12345
for i in range(100):
    x = (x * 6364136223846793005 + 1442695040888963407) % 2 ** 64
print(x)
# case: fibonacci big
a, b = 0, 1
for i in range(300): a, b = b, a + b
print(a)
# case: collatz
n = 27
steps = 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
print(steps)
# case: mixed numeric types
for a in (0, 1, -3, 2.5, True, False, 2 ** 65):
    for b in (1, 2, -7, 0.5, True, 3 ** 50):
        print(a + b, a - b, a * b, a / b, a // b, a % b, a < b, a == b, a >= b)
# case: float formatting
for x in (0.1, 1 / 3, 1e16, 1e-5, 123456789.123456789, 1e22, 5e-324, 1.5e300, 100.0, -0.0, 2.0 ** 70):
    print(x, str(x), repr(x), f"{x}", f"{x:.3f}", f"{x:g}", f"{x:e}", f"{x:12.4}")
# case: infinities and nan
inf = float("inf")
nan = float("nan")
print(inf, -inf, nan, inf - inf, inf * 0, nan == nan, nan != nan, inf > 1e308, -inf < 0, nan < 1, max(1, nan), min(nan, 1))
print(inf // 1, inf % 2, 5 % inf, -5 % inf, 5 // inf, -5 // inf, 1e308 * 10)
# case: division by zero int
print(1 // 0)
# case: division by zero float
print(1.0 / 0)
# case: modulo by zero
print(5 % 0)
# case: float modulo by zero
print(5.5 % 0)
# case: true division by zero
x = 0
print(3 / x)
# case: division in function
def f(a, b):
    return a / b
def g(x):
    return f(x, x - 1)
print(g(1))
# case: zero to negative power
print(0 ** -1)
# case: power overflow
print(10.0 ** 400)
# case: int too large for float
print(10 ** 400 + 1.5)
# case: int too large for division
print(10 ** 400 / 7)
# case: negative shift
print(1 << -1)
# case: huge shift
print(1 << (1 << 64))
# case: huge text of int
print(10 ** 5000)
# case: long int text limit
print(len(str(10 ** 4299)))
# case: huge repetition
x = "ab" * (1 << 62)
# case: huge list
x = [1, 2] * (1 << 60)
# case: list index error
xs = [1, 2, 3]
print(xs[3])
# case: list negative index error
xs = [1, 2, 3]
print(xs[-4])
# case: empty list index
print([][0])
# case: string index error
print("abc"[10])
# case: tuple index error
print((1, 2)[2])
# case: index of int
print(5[0])
# case: index of function
def f(): pass
f[0]
# case: index with float
print([1, 2][1.0])
# case: string index with string
print("abc"["a"])
# case: add int and str
print(1 + "a")
# case: add str and int
print("a" + 1)
# case: add list and tuple
print([1] + (2,))
# case: multiply lists
print([1] * [2])
# case: unary minus of string
print(-"a")
# case: invert float
print(~1.5)
# case: compare int and str
print(1 < "a")
# case: compare none
print(None >= 1)
# case: compare lists with mixed items
print([1, "a"] < [1, 2])
# case: equality of mixed types
print(1 == "1", [1] == (1,), None == 0, "a" == ["a"], 1 == True, 0 == False, 2 == True, 1.0 == 1, (1, 2) == [1, 2])
# case: is and in
a = [1]
b = a
print(a is b, a is [1], a is not b, None is None, 1 in a, 2 not in a, "el" in "hello", 3 in (1, 2, 3), 4 in range(0, 10, 2), 3 in range(0, 10, 2))
# case: in string needs string
print(1 in "abc")
# case: in int
print(1 in 5)
# case: lists of lists
grid = []
for i in range(3):
    row = []
    for j in range(4):
        row.append(i * j)
    grid.append(row)
grid[1][2] = 99
grid[2][-1] += 5
print(grid, grid[1][2], len(grid[0]))
# case: repeated rows share
rows = [[0] * 2] * 2
rows[0][0] = 1
print(rows)
# case: append returns none
xs = []
print(xs.append(1), xs)
# case: append bound
xs = []
add = xs.append
add(1)
add(2)
print(xs)
# case: append arguments
[].append()
# case: append too many
[].append(1, 2)
# case: append on a string
"a".append("b")
# case: append on none
x = None
x.append(1)
# case: list of functions
fs = [abs, len, str]
print(fs[0](-5), fs[1]("abc"), fs[2](5) + "!")
# case: tuples
t = 1, 2, 3
print(t, t[1], len(t), t + (4,), t * 2, (1,), (), t == (1, 2, 3), t < (1, 3))
# case: single tuple
x = 5,
print(x, len(x))
# case: trailing commas
xs = [1, 2,]
t = (1,)
def f(a, b,): return a + b
print(xs, t, f(1, 2,))
# case: sieve
n = 50
sieve = [True] * n
for i in range(2, n):
    if sieve[i]:
        for j in range(i * i, n, i):
            sieve[j] = False
for i in range(2, n):
    if sieve[i]: print(i, end=" ")
# case: bubble sort
xs = [5, 2, 9, 1, 7, 3]
for i in range(len(xs)):
    for j in range(len(xs) - 1 - i):
        if xs[j] > xs[j + 1]:
            xs[j], xs[j + 1] = xs[j + 1], xs[j]
print(xs)
# case: matrix multiplication
def matmul(a, b):
    n = len(a)
    c = []
    for i in range(n):
        row = [0] * n
        for j in range(n):
            s = 0
            for k in range(n):
                s += a[i][k] * b[k][j]
            row[j] = s
        c.append(row)
    return c
print(matmul([[1, 2], [3, 4]], [[5, 6], [7, 8.5]]))
# case: gcd
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a
print(gcd(1071, 462), gcd(2 ** 80, 6 ** 40))
# case: newton square root
def root(x):
    guess = x
    while abs(guess * guess - x) > 1e-12 * x:
        guess = (guess + x / guess) / 2
    return guess
print(root(2.0), root(1e6))
# case: builtins on numbers
print(abs(-3), abs(-2.5), min(3, 1, 2), max([1, 5, 3]), sum([1, 2, 3]), sum([0.1] * 3), round(2.5), round(3.5), round(2.567, 2), divmod(7, 2), pow(2, 10), pow(2, 10, 1000))
# case: conversions
print(int("42"), int(3.9), int("-7"), int("ff", 16), float("2.5"), float(3), str(5), str(1.5), bool(0), bool("x"), int(True), list("abc"), tuple([1, 2]), list(range(3)))
# case: int of bad text
int("abc")
# case: int of empty text
int("")
# case: int of text with point
int("1.5")
# case: int of list
int([])
# case: int of none
int(None)
# case: float of bad text
float("abc")
# case: float of list
float([1])
# case: int of nan
int(float("nan"))
# case: int of infinity
int(float("inf"))
# case: len of int
len(5)
# case: abs of string
abs("a")
# case: min of nothing
min([])
# case: sum of strings
sum(["a", "b"])
# case: ord of long text
ord("ab")
# case: chr out of range
chr(-1)
# case: round of string
round("a")
# case: range with float
range(1.5)
# case: range step zero
range(1, 10, 0)
# case: range values
r = range(2, 20, 5)
print(r, len(r), r[0], r[-1], list(r), 7 in r, 8 in r, r == range(2, 18, 5))
# case: range index error
range(3)[3]
# case: isinstance
for x in (1, 1.5, "a", True, None, [], (), range(1)):
    print(isinstance(x, int), isinstance(x, float), isinstance(x, (str, list)), isinstance(x, bool), isinstance(x, tuple))
# case: isinstance bad class
isinstance(1, 5)
# case: math functions
import math
print(math.sqrt(2), math.sin(1), math.cos(1), math.floor(2.7), math.ceil(2.1), math.pi, math.gcd(12, 18), math.factorial(10), math.isqrt(99))
# case: math names
from math import sqrt, sin as sine, pi
print(sqrt(16), sine(0), pi)
# case: math alias
import math as m
print(m.floor(-0.5), m.e)
# case: import in function
def f():
    import math
    from math import cos
    return math.pi + cos(0)
print(f())
# case: math domain error
import math
math.sqrt(-1)
# case: math type error
import math
math.sin("a")
# case: math range error
import math
math.exp(1000)
# case: math attribute as value
import math
fs = [math.floor, math.ceil, math.sqrt]
for f in fs: print(f(2.25))
# case: name of module
print(__name__)
if __name__ == "__main__":
    print("main")
# case: semicolons
x = 1; y = 2; print(x + y)
if x: y = 3; print(y)
# case: line continuation
x = 1 + \
    2
y = (1 +
     2 +
     3)
print(x, y)
# case: deep expression
print(((((((((1 + 2) * 3) - 4) * 5) + 6) * 7) - 8) * 9))
# case: long sum
print(1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 - 1 - 2 - 3 * 2 * 2 // 3 % 5)
# case: operator precedence
print(2 + 3 * 4 ** 2 / 8 - 1, -2 ** 2, (-2) ** 2, 2 ** -1, not 1 == 2, 1 | 2 ^ 3 & 4 << 1, 7 // 2 * 2 + 7 % 2, ~1 + 2, -3 // 2, 1 < 2 == True)
# case: recursion limit
def f(n):
    return f(n + 1)
f(0)
# case: recursion limit through two functions
def f(n): return g(n)
def g(n): return 1 + f(n)
f(0)
# case: hundreds of frames
def f(n):
    return 0 if n == 0 else 1 + f(n - 1)
print(f(900))
# case: shadowed loop variable
def f(n):
    for n in range(n): pass
    return n
print(f(5))
# case: many locals
def f(a, b, c, d, e):
    x1 = a + b; x2 = b + c; x3 = c + d; x4 = d + e; x5 = e + a
    return x1 * x2 * x3 * x4 * x5
print(f(1, 2, 3, 4, 5))
# case: comparison of floats and ints
print(1 < 1.5, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 63 > 9.3e18, -1 < -0.5, 10 ** 20 == 1e20)
# case: garbage
def build(n):
    xs = []
    for i in range(n): xs.append([i, str(i), (i, float(i))])
    return xs
for k in range(5):
    ys = build(200)
print(ys[199], len(ys))
# case: garbage in nested calls
def make(n):
    if n == 0: return []
    return [make(n - 1), "s" * n, n * 10 ** 20]
def total(t):
    return 0 if not t else t[2] + total(t[0]) + len(t[1])
print(total(make(50)))
# case: output before an error
print("before")
print("during", 1 // 0)
print("after")
# case: error in condition
if 1 < "a":
    print("never")
# case: error in argument
def f(x): return x
f(f(f(1 / 0)))
# case: error in default
def f(x=1 / 0): pass
# case: specialised instructions change their minds
def f(a, b): return a + b * a - b
for args in [(1, 2), (1.5, 2.5), ("", 0), (3, 4), (2 ** 62, 2 ** 62), (1, 2.5), (True, 1)]:
    if isinstance(args[0], str): continue
    for i in range(20):
        r = f(args[0], args[1])
    print(r)
# case: comparisons change their minds
def f(a, b): return a < b, a == b, a >= b
for i in range(30): f(i, 5)
print(f(1, 2), f(1.5, 2), f("a", "b"), f([1], [2]), f(2 ** 70, 1))
# case: indexing changes its mind
def f(xs, i): return xs[i]
for k in range(30): f([1, 2, 3], k % 3)
print(f((1, 2), 0), f("ab", 1), f(range(5), 3), f([1, 2], -1), f([5], False))
# case: names with underscores and unicode
_x = 1
__y = 2
größe = 3
print(_x + __y + größe)
# case: constants
print(True, False, None, 0xff, 0b11, 0o17, 1_000, 1e3, .5, 5., 1.5e-3)
# case: expression statements
1 + 1
"text"
[1, 2]
print
len("abc")
# case: comparisons of functions
def f(): pass
def g(): pass
print(f == f, f == g, f != g, print == print, int == int, int == float, [].append == [].append)
# case: order of evaluation
def p(x):
    print(x, end=" ")
    return x
xs = [0, 0, 0]
xs[p(1)] = p(2)
p(1) + p(2) * p(3)
p(min)(p(5), p(6))
[p(1), p(2)][p(0)]
# case: keyword argument order
def p(x):
    print(x, end=" ")
    return x
def f(a, b, c): return a
f(p(1), c=p(2), b=p(3))
# case: delayed undefined function
def f(): return g()
try_later = 1
f()
# case: many branches
def classify(n):
    if n < 0: return "neg"
    elif n == 0: return "zero"
    elif n < 10: return "small"
    elif n < 100: return "medium"
    elif n < 1000: return "large"
    else: return "huge"
for n in (-5, 0, 5, 50, 500, 5000): print(classify(n))
