//! Traces do what the interpreter does: programs in all modes, with the interpreter as the oracle. (That the interpreter
//! does what CPython does is tested in `conformance.rs`.)

mod common;

use common::traced::{EAGER, USUAL, interpreted, run, same_in_all_modes};

/// Every conformance program, as it is: with everything recorded as early as possible, even short loops are traced.
#[test]
fn conformance_programs() {
    let text = include_str!("conformance/programs.py");
    let programs: Vec<&str> = text.split("# case: ").skip(1).collect();
    assert!(programs.len() >= 150);
    for program in programs {
        same_in_all_modes(&format!("# {program}"));
    }
}

/// Every expression of the conformance tests, inside a loop, where its value is kept and used: so each operation runs
/// as part of a trace, and each error is raised out of one.
#[test]
fn expressions_in_a_loop() {
    let mut traced = 0;
    for line in include_str!("conformance/expressions.txt").lines() {
        let program = format!(
            "import math\ndef f(n):\n    last = None\n    for i in range(n):\n        if i >= 0:\n            \
             last = {line}\n    return last\nprint(repr(f(9)))\n"
        );
        let wanted = interpreted(&program);
        for machine in [false, true] {
            let (found, stats) = run(&program, common::traced::Mode { machine, ..EAGER });
            assert_eq!(found, wanted, "machine code: {machine}\n{program}");
            traced += stats.regions_compiled;
        }
    }
    assert!(traced > 400, "only {traced} regions were compiled");
}

/// The loop is hot before the error comes: the traceback is the same.
#[test]
fn errors_out_of_machine_code() {
    let bodies = [
        "total += 10 // (90 - i)",
        "total += items[i]",
        "items[i] = i",
        "total += [1, 'a'][i == 90]",
        "total += g(i)",
        "total += len(i if i == 90 else 'abc')",
        "total += math.sqrt(90 - i - 1)",
        "total += int('7' if i < 90 else 'x')",
        "total += undefined if i == 90 else 1",
        "a, b = (1, 2) if i < 90 else (1, 2, 3)\n        total += a + b",
        "total += late if i > 100 else 1\n        if i == 90: late += 1",
    ];
    for body in bodies {
        same_in_all_modes(&format!(
            "import math\ndef g(x):\n    return 5 % (90 - x)\ndef f(items):\n    total = 0\n    \
             for i in range(200):\n        {body}\n    late = 1\n    return total\nprint(f([1] * 90))\n"
        ));
    }
}

/// Ints overflow in a trace, and go on as big ones.
#[test]
fn overflow_in_a_trace() {
    for step in [
        "x = x * 3 + i",
        "x = x + x",
        "x = -x - x",
        "x = x << 3",
        "x = 5 - x * 7",
    ] {
        same_in_all_modes(&format!(
            "def f(n):\n    x = 1\n    for i in range(n):\n        {step}\n    return x\n\
             print(f(10), f(70), f(300))\n"
        ));
    }
}

/// Types change while a loop runs.
#[test]
fn types_that_change() {
    same_in_all_modes(
        "def f(items):
    total = 0
    for item in items:
        total = total + item
    return total
print(f([1] * 100 + [0.5] * 100 + [1] * 100 + [True] * 50 + [10 ** 30] + [2] * 100))
def g(n):
    x = None
    seen = []
    for i in range(n):
        if x is None:
            x = i
        elif i % 7 == 0:
            x = None
        else:
            x = x + 0.5
        seen.append(x)
    return seen
print(g(200))
",
    );
}

/// Frames of inlined calls come back at exits: locals, operands below, and the right places in the callers.
#[test]
fn exits_inside_calls() {
    same_in_all_modes(
        "def inner(a, b=7):
    c = a * 2
    if c % 11 == 3:
        return c + b
    d = c - b
    if d % 5 == 2:
        e = d * d
        return e
    return d
def middle(x, y):
    first = inner(x)
    return first + inner(y, first % 13) * 2
def outer(n):
    total = 1000
    for i in range(n):
        total += i - middle(i, total % 17) + inner(i + 1)
        total %= 1000003
    return total
print(outer(500))
",
    );
}

/// A loop inside a function that is called in a loop: traces go from frame to frame.
#[test]
fn loops_in_called_functions() {
    let program = "def count(n):
    steps = 0
    while n != 1:
        if n % 2:
            n = 3 * n + 1
        else:
            n //= 2
        steps += 1
    return steps
def main(limit):
    best = 0
    for i in range(1, limit):
        steps = count(i)
        if steps > best:
            best = steps
    return best
print(main(600))
";
    same_in_all_modes(program);
    let (_, stats) = run(program, USUAL);
    assert!(
        stats.transfers > 500,
        "the tracer goes from frame to frame: {stats:?}"
    );
    assert!(stats.exits_linked > 0);
}

/// Lists are changed under a trace that knows their length.
#[test]
fn lists_that_change() {
    same_in_all_modes(
        "def f(n):
    items = [0]
    other = items
    total = 0
    for i in range(n):
        items.append(i)
        total += len(other) * other[-1] + items[len(items) - 1]
        other[0] = i
        total += items[0]
        if i % 10 == 0:
            items += [1, 2]
        items[-2] = 5
    return total, len(items)
print(f(400))
def g(rows):
    total = 0
    for row in rows:
        for item in row:
            total += item
            row[0] = total % 7
    return total
print(g([[1, 2, 3]] * 80))
",
    );
}

/// Ranges of every direction, and ones that end near the limits of 64 bits.
#[test]
fn ranges() {
    for range in [
        "range(100)",
        "range(100, 0, -1)",
        "range(0, 1000, 7)",
        "range(1000, 0, -13)",
        "range(9223372036854775700, 9223372036854775807)",
        "range(9223372036854775000, 9223372036854775807, 10)",
        "range(-9223372036854775000, -9223372036854775808, -9)",
        "range(5, 5)",
    ] {
        same_in_all_modes(&format!(
            "def f(numbers):\n    total = 0\n    for i in numbers:\n        total ^= i\n    return total\n\
             r = {range}\nprint(f(r), f(r))\nfor start in range(3):\n    for i in {range}:\n        start ^= i\nprint(start)\n"
        ));
    }
    same_in_all_modes(
        "def f(n):
    total = 0
    for step in range(1, n):
        for i in range(0, 100, step):
            total += i
        for i in range(100, 0, -step):
            total -= i * 3
    return total
print(f(60))
",
    );
}

/// Module-level variables are globals: they are read and written by traces.
#[test]
fn globals() {
    same_in_all_modes(
        "total = 0
scale = 1
def bump(x):
    global total
    total += x * scale
for i in range(300):
    bump(i)
    if i == 100:
        scale = 2.5
    if i == 200:
        len = abs
    total += len(-i) if i > 200 else 1
print(total, scale, i)
",
    );
}

/// Strings, tuples and formatting go through helpers.
#[test]
fn helpers() {
    same_in_all_modes(
        "def f(n):
    text = ''
    pairs = []
    for i in range(n):
        text += chr(97 + i % 26)
        pair = (i, text[i // 2])
        pairs.append(pair)
        a, b = pair
        text = text if len(text) < 50 else text[0] + f'{a:>3}|{b!r}'
        if text == 'a' or 'zz' in text:
            print(i, end=' ')
    for char in text:
        n += ord(char)
    return text, pairs[-1], n, 2 ** n % 1000
print(f(200))
",
    );
}
