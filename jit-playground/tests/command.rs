//! The command `mimeo run` on input of every sort: bad files, refusals, and programs of extreme shapes.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Exit status, standard output, standard error.
struct Run {
    status: i32,
    output: String,
    errors: String,
}

fn run_file(path: &Path) -> Run {
    let result = Command::new(env!("CARGO_BIN_EXE_mimeo"))
        .args(["run", "--jit", "off"])
        .arg(path)
        .output()
        .unwrap();
    Run {
        // No code means that a signal ended it: an abort or a stack overflow.
        status: result.status.code().unwrap_or(-1),
        output: String::from_utf8(result.stdout).unwrap(),
        errors: String::from_utf8(result.stderr).unwrap(),
    }
}

fn run_bytes(bytes: &[u8]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("program.py");
    std::fs::write(&path, bytes).unwrap();
    run_file(&path)
}

fn run(text: &str) -> Run {
    run_bytes(text.as_bytes())
}

/// Checks that a program is refused at a place, with words.
fn refused(text: &str, place: &str, words: &str) {
    let run = run(text);
    let shown: String = text.chars().take(100).collect();
    assert_eq!(run.status, 2, "{shown}\n{}", run.errors);
    assert_eq!(run.output, "", "{shown}");
    let first = run.errors.lines().next().unwrap_or_default();
    assert!(
        first.contains(&format!("program.py:{place}: error: ")),
        "{text}\n{}",
        run.errors
    );
    assert!(run.errors.contains(words), "{text}\n{}", run.errors);
    assert!(run.errors.contains('^'), "{text}\n{}", run.errors);
}

#[test]
fn unreadable_files() {
    let folder = tempfile::tempdir().unwrap();
    let missing = run_file(&folder.path().join("missing.py"));
    assert_eq!(missing.status, 2);
    assert!(missing.errors.contains("cannot read"), "{}", missing.errors);
    let directory = run_file(folder.path());
    assert_eq!(directory.status, 2);
    assert!(
        directory.errors.contains("is a directory"),
        "{}",
        directory.errors
    );
    let latin = run_bytes(b"x = 1\ny = '\xe9'\n");
    assert_eq!(latin.status, 2);
    assert!(
        latin.errors.contains(":2: the program is not UTF-8"),
        "{}",
        latin.errors
    );
}

#[test]
fn empty_files() {
    for text in ["", "\n", "   ", "# comment", "\u{feff}print(1)\n"] {
        let run = run(text);
        assert_eq!((run.status, run.errors.as_str()), (0, ""), "{text:?}");
    }
}

#[test]
fn syntax_errors() {
    refused("x = (1\n", "2:1", "invalid syntax");
    refused("if x\n    pass\n", "1:5", "invalid syntax");
    refused("x = 'abc\n", "1:5", "invalid syntax");
    refused("def f(:\n  pass\n", "1:7", "invalid syntax");
    refused("x = 1 +\n", "1:8", "invalid syntax");
    refused("  x = 1\n", "1:1", "invalid syntax");
    refused("x = f'{1'\n", "1:9", "invalid syntax");
    refused("\0", "1:1", "invalid syntax");
}

#[test]
fn misplaced_statements() {
    refused("return 1\n", "1:1", "'return' outside function");
    refused("break\n", "1:1", "'break' outside loop");
    refused("continue\n", "1:1", "'continue' not properly in loop");
    refused("def f(a, a): pass\n", "1:10", "duplicate argument 'a'");
    refused("def f(x):\n    global x\n", "1:7", "parameter and global");
    refused(
        "def f():\n    x = 1\n    global x\n",
        "3:12",
        "prior to global declaration",
    );
    refused(
        "for x in y:\n    def f():\n        break\n",
        "3:9",
        "outside loop",
    );
}

#[test]
fn constructs_outside_the_subset() {
    for (text, place, words) in [
        ("class A: pass\n", "1:1", "a class definition"),
        ("import os\n", "1:8", "module `os`"),
        ("from math import foo\n", "1:18", "`math.foo`"),
        ("import math\nmath.foo(1)\n", "2:6", "`math.foo`"),
        ("from . import x\n", "1:1", "module `.`"),
        ("try:\n    pass\nexcept: pass\n", "1:1", "`try`"),
        ("with x: pass\n", "1:1", "`with`"),
        ("raise x\n", "1:1", "`raise`"),
        ("del x\n", "1:1", "`del`"),
        ("assert x\n", "1:1", "`assert`"),
        ("x = {}\n", "1:5", "a dict"),
        ("x = {1}\n", "1:5", "a set"),
        ("x = [y for y in z]\n", "1:5", "a list comprehension"),
        ("f = lambda: 1\n", "1:5", "`lambda`"),
        ("print((x := 1))\n", "1:8", "walrus"),
        ("x = y[1:2]\n", "1:7", "a slice"),
        ("f(*x)\n", "1:3", "star-unpacking"),
        ("f(**x)\n", "1:3", "star-unpacking"),
        ("a, *b = x\n", "1:4", "starred"),
        ("x.y = 1\n", "1:1", "assignment to an attribute"),
        ("x.upper()\n", "1:3", "attribute `upper`"),
        ("open('x')\n", "1:1", "the builtin `open`"),
        ("eval('1')\n", "1:1", "the builtin `eval`"),
        ("x = 1j\n", "1:5", "a complex number"),
        ("x = b'a'\n", "1:5", "a bytes literal"),
        ("x = ...\n", "1:5", "`...`"),
        ("async def f(): pass\n", "1:11", "an async function"),
        ("@d\ndef f(): pass\n", "1:1", "a decorator"),
        ("def f(*a): pass\n", "1:7", "this kind of parameter"),
        ("def f(*, a): pass\n", "1:10", "this kind of parameter"),
        ("def f():\n    yield 1\n", "2:5", "`yield`"),
        (
            "def f():\n    x = 1\n    def g(): return x\n",
            "3:21",
            "closures",
        ),
        ("match x:\n    case 1: pass\n", "1:1", "`match`"),
        ("type X = int\n", "1:1", "3.12"),
        ("print(f'{x!r:{f\"{y}\"}}', f'{a['b']}')\n", "1:31", "3.12"),
    ] {
        refused(text, place, words);
    }
}

#[test]
fn every_refusal_is_reported() {
    let run = run("import os\nprint(1)\nx = {}\n\nclass A: pass\n");
    assert_eq!(run.errors.matches("error: ").count(), 3, "{}", run.errors);
    assert_eq!(run.output, "");
}

#[test]
fn nested_parentheses() {
    let text = format!("print({}1{})\n", "(".repeat(10_000), ")".repeat(10_000));
    refused(&text, "1:206", "too many nested parentheses");
    let text = format!("print({}1{})\n", "(".repeat(199), ")".repeat(199));
    assert_eq!(run(&text).output, "1\n");
    refused(&"[".repeat(100_000), "1:201", "too many nested parentheses");
    refused(
        &"f(".repeat(100_000),
        "1:402",
        "too many nested parentheses",
    );
}

#[test]
fn long_chains() {
    let sum = |terms: usize| format!("print(1{})\n", "+1".repeat(terms));
    assert_eq!(run(&sum(2500)).output, "2501\n");
    assert_eq!(run(&sum(100_000)).status, 2);
    let variables = format!("x = 1\nprint(x{})\n", " + x".repeat(2500));
    assert_eq!(run(&variables).output, "2501\n");
    let and = format!("x = 1\nprint(x{})\n", " and x".repeat(100_000));
    assert_eq!(run(&and).output, "1\n");
    let compare = format!("x = 1\nprint(x{})\n", " <= x".repeat(20_000));
    assert_eq!(run(&compare).output, "True\n");
    assert_eq!(
        run(&format!("print({}1)\n", "-".repeat(2500))).output,
        "1\n"
    );
    assert_eq!(
        run(&format!("print({}1)\n", "- ".repeat(100_000))).status,
        2
    );
    assert_eq!(run(&format!("x = {}1\n", "not ".repeat(100_000))).status, 2);
    assert_eq!(
        run(&format!("x = {}1\n", "2 ** ".repeat(100_000))).status,
        2
    );
    assert_eq!(
        run(&format!("x = {}0\n", "1 if y else ".repeat(100_000))).status,
        2
    );
    assert_eq!(
        run(&format!("x = y{}\n", ".append".repeat(100_000))).status,
        2
    );
    assert_eq!(run(&format!("x = y{}\n", "[0]".repeat(100_000))).status, 2);
}

#[test]
fn long_branches() {
    let mut text = "x = 19999\nif x == -1: pass\n".to_owned();
    for i in 0..20_000 {
        let _ = writeln!(text, "elif x == {i}: print('found', {i})");
    }
    assert_eq!(run(&text).output, "found 19999\n");
}

#[test]
fn deep_blocks() {
    let nested = |depth: usize| {
        let mut text = String::new();
        for level in 0..depth {
            let _ = writeln!(text, "{}if 1:", " ".repeat(level));
        }
        let _ = writeln!(text, "{}print('deep')", " ".repeat(depth));
        text
    };
    assert_eq!(run(&nested(99)).output, "deep\n");
    let run = run(&nested(1000));
    assert_eq!(run.status, 2);
    assert!(
        run.errors.contains("too many levels of indentation"),
        "{}",
        run.errors
    );
}

#[test]
fn long_programs() {
    let mut text = "x = 0\n".to_owned();
    for i in 0..100_000 {
        let _ = writeln!(text, "x = x + {i}");
    }
    text.push_str("print(x)\n");
    assert_eq!(run(&text).output, "4999950000\n");
    let list = format!("x = [{}]\nprint(sum(x))\n", "1, -1, 2, ".repeat(50_000));
    assert_eq!(run(&list).output, "100000\n");
}

#[test]
fn long_literals() {
    let text = format!("x = {}\n", "9".repeat(4301));
    refused(&text, "1:5", "4301 digits");
    let text = format!("print({} % 1000)\n", "9".repeat(4300));
    assert_eq!(run(&text).output, "999\n");
    let text = format!("print(0x{} % 255)\n", "f".repeat(100_000));
    assert_eq!(run(&text).output, "0\n");
    let text = format!("print(len('{}'))\n", "x".repeat(1_000_000));
    assert_eq!(run(&text).output, "1000000\n");
    let line = format!("x = 1 / 0  # {}\n", "-".repeat(100_000));
    assert_eq!(run(&line).status, 1);
    let line = format!("x = '{}' +\n", "-".repeat(100_000));
    assert_eq!(run(&line).status, 2);
}

#[test]
fn runaway_programs() {
    let recursion = run("def f(n):\n    return f(n + 1)\nf(0)\n");
    assert_eq!(recursion.status, 1);
    assert!(
        recursion
            .errors
            .ends_with("RecursionError: maximum recursion depth exceeded\n")
    );
    for (text, class) in [
        ("x = [1] * 10 ** 18\n", "MemoryError"),
        ("x = 'a' * 10 ** 13\n", "MemoryError"),
        ("x = 10 ** 10 ** 10\n", "MemoryError"),
        ("x = 3 ** (1 << 40)\n", "MemoryError"),
        ("x = 1 << (1 << 40)\n", "MemoryError"),
        ("x = f'{1:{10 ** 12}}'\n", "MemoryError"),
        ("x = str(7 ** 100000)\n", "ValueError"),
        ("x = int('9' * 5000)\n", "ValueError"),
    ] {
        let run = run(text);
        assert_eq!(run.status, 1, "{text}");
        let last = run.errors.lines().last().unwrap_or_default();
        assert!(last.starts_with(class), "{text}: {last}");
    }
}

#[test]
fn deep_values() {
    let text = "x = []\nfor i in range(100000): x = [x]\n";
    assert_eq!(run(text).status, 0, "freeing must not recurse");
    let printed = run(&format!("{text}print(x)\n"));
    assert_eq!(printed.status, 1);
    assert!(
        printed.errors.contains("RecursionError"),
        "{}",
        printed.errors
    );
    let compared = run(&format!(
        "{text}y = []\nfor i in range(100000): y = [y]\nprint(x == y)\n"
    ));
    assert_eq!(compared.status, 1);
    assert!(
        compared.errors.contains("RecursionError"),
        "{}",
        compared.errors
    );
}
