"""Strings built piece by piece: Roman numerals, binary digits, and a fizz-buzz table.

Goes through the numbers up to N, compares and measures what it builds, and prints the longest and the last in
alphabetical order of each kind.
"""

N = 150_000

VALUES = [1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1]
SYMBOLS = ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"]


def roman(number):
    """Return `number` as a Roman numeral."""
    text = ""
    for i in range(len(VALUES)):
        while number >= VALUES[i]:
            text += SYMBOLS[i]
            number -= VALUES[i]
    return text


def binary(number):
    """Return the binary digits of `number`."""
    text = ""
    while number > 0:
        text = ("1" if number % 2 else "0") + text
        number //= 2
    return text


def fizz_buzz(number):
    """Return what the children's game says for `number`."""
    word = ""
    if number % 3 == 0:
        word += "fizz"
    if number % 5 == 0:
        word += "buzz"
    return word or str(number)


letters = digits = words = 0
longest = last = highest = ""
for number in range(1, N + 1):
    numeral = roman(number % 4000)
    letters += len(numeral)
    if len(numeral) > len(longest):
        longest = numeral
    if numeral > last:
        last = numeral
    bits = binary(number)
    digits += len(bits)
    if bits > highest:
        highest = bits
    words += len(fizz_buzz(number))

print(f"{letters} letters, the longest is {longest}, the last is {last}")
print(f"{digits} binary digits, the last is {highest}")
print(f"{words} characters of fizz and buzz")

for row in range(1, 6):
    line = f"{row:>4} |"
    for column in range(1, 6):
        line += f"{row * column / 4:8.2f}"
    print(line + " | " + fizz_buzz(row))
