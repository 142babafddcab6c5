"""Strings: building, comparing, and formatting."""

print("plain", 'single', "with 'quotes'", 'with "quotes"', """three
lines""", "tab\tend", "back\\slash", "\x41\u00e9\U0001f40d", r"raw\n")
print("a" "b", "a" + "b" * 3, 3 * "xy", "" * 5, "abc" * 0, "abc" * -1)
print(len(""), len("abc"), len("é"), len("日本語"), len("🐍"))
print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "é" > "z", "x" == "x", "x" != "y")
print(["a", 'b"c', "d'e", "f\n", "é", "\x00", "\\"], ("x",))

text = ""
for i in range(2000):
    text += chr(97 + i % 26)
    if len(text) > 50:
        text = ""
print(text)

best = ""
count = 0
for i in range(1, 1500):
    word = str(i * 7919 % 10007)
    if word > best:
        best = word
        count += 1
    if word == "7919" or "3" + word < "31":
        count += 100
print(best, count)

for i in [0, 7, -7, 42, 12345, -123456789, 2**40, 10**25]:
    print(f"[{i}] [{i:d}] [{i:5d}] [{i:<8}] [{i:>8}] [{i:^8}] [{i:08d}] [{i:+d}] [{i:,}] [{i:x}] [{i:b}] [{i:o}]")
for x in [0.0, -0.0, 1.0, 0.1, -2.5, 3.14159265, 1e10, 1e-10, 123456789.987654321, 1e100]:
    print(f"[{x}] [{x:f}] [{x:.2f}] [{x:10.3f}] [{x:<10.1f}] [{x:e}] [{x:.3e}] [{x:g}] [{x:+.1f}] [{x:010.2f}]")
for s in ["", "a", "hello", "é日"]:
    print(f"[{s}] [{s:5}] [{s:<5}] [{s:>5}] [{s:^5}] [{s:*^9}] [{s!r}]")

name = "world"
n = 3
print(f"{name} {n + 1} {'nested'} {n * 'ab'} {{braces}} {n:>{n}}")
print(f"{True} {None} {[1, 2.5]} {(1,)} {n == 3} {1 if n else 2}")
print(str(1) + str(2.5) + str(True) + str(None) + str("s") + str([1, "a"]))
print(int("42"), int(" -17 "), int("1_000"), float("1.5"), float("-1e3"), float("inf"), float(" 2 "))
print(ord("a"), ord("é"), ord("🐍"), chr(65), chr(233), chr(128013))
print(1, "two", 3.0, None, sep=", ", end="!\n")
print(sep="-")
print("no newline", end="")
print()
print("a", "b", sep="")

digits = ""
n = 2**100
while n:
    digits = chr(48 + n % 10) + digits
    n //= 10
print(digits, digits == str(2**100))
