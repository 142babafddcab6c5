text = "a"
for i in range(100):
    text = text + "b" if len(text) < 50 else text + 1
