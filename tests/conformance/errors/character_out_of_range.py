print(chr(97))
print(chr(1114112))
