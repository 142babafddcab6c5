# case: method of a tuple
def f(x):
    return x.append(1) + x
f((1,2))
# case: several lines
def f(x):
    return (x +
            1 / 0)
y = f(1) + 2
# case: augmented index
xs = [1]
xs[3] += 1
# case: index of an index
xs = [[1]]
print(xs[0][5])
# case: several statements on a line
a = 1 ; b = a +  "x" ; c = 3
# case: brackets around operands
x = (1 + 2) / (3 - 3)
# case: operator of two characters
x = 5 //0
# case: operator against a bracket
x = 1+("a")
# case: brackets around an indexed value
x = ([1]) [5]
# case: letters beyond ASCII
é = "ü"; y = é + é[10]
# case: tabs
for i in range(3):
	if i == 2:
		print(1 %(i-2))
# case: missing argument
def f(a,
      b):
    return a
f(1)
# case: argument on its own line
print(
    1,
    2 +
    "a"
)
# case: unary
x = -"abc"
# case: condition of if
if 1 < None: pass
# case: condition of while
while [] > 1: pass
# case: error in an f-string
print(f"{1/0:5}")
# case: undefined in an f-string
print(f"abc {undefined} def")
# case: error of a format
print("a", f"{1:s}")
# case: augmented
x = 1
x **= "a"
# case: unpack
a, b = 1
# case: unpack brackets
[a, b] = [1, 2, 3]
# case: unpack in a loop
for a, b in [1, 2]: pass
# case: iterate over a number
def f():
    for x in 5:   # comment
        pass
f()
# case: domain error
from math import sqrt
y = sqrt(-1) + 1
# case: nested calls of one line
def f(n):
    if n == 0:
        return 1 / 0
    return f(n - 1)
f(10)
# case: four calls of one line
def f(n):
    if n == 0:
        return 1 / 0
    return f(n - 1)
f(4)
# case: infinite recursion
def f(n):
    return f(n + 1)
f(0)
# case: recursion of two functions
def f(n): return g(n)
def g(n): return 1 + f(n)
f(0)
# case: suggestion of a builtin
lenn
# case: suggestion of a global
count = 1
print(cuont)
# case: suggestion of a local
def f():
    value = 1
    return valeu
f()
# case: no suggestion
x = entirely_different
# case: comment behind
print(1) if 0 else print(1 + None)   # comment
# case: not of minus
x = not -"a"
# case: chained comparison
x = 1 < 2 < "a"
# case: default
def f(x=1/0): pass
# case: append
xs = []
xs.append(1, 2)
# case: attribute
xs = 5
xs.append
# case: blank before a point
"a" .append(1)
# case: chain of operators
x = "a" * "b" * "c"
# case: declared global
def f():
    global x
    return x
f()
# case: conditional expression
x = 1 if 1/0 else 2
# case: builtin
x = max(1, "a")
# case: keyword
int("x", base=10)
# case: store to an index
xs = [1]
xs[10] = 5
# case: output comes first
print("before")
1 // 0
