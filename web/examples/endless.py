# A program that never ends. Press Stop, or Escape.
n = 0
while True:
    n = n + 1
