//! What the command does with files that nobody should give it: a clear error or the right result, never a panic.
//!
//! Never judges the wording of a message beyond what a user needs: the file, the place, and what is wrong. Start at
//! [`Given`].

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tests::mimeo::{Mimeo, ON, WAYS, Way};
use tests::process::Outcome;

/// A file for the command, in a folder that goes away with it.
struct Given {
    _folder: TempDir,
    path: PathBuf,
}

impl Given {
    fn new(contents: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program.py");
        std::fs::write(&path, contents).unwrap();
        Self {
            _folder: folder,
            path,
        }
    }

    /// Runs it with the JIT on.
    fn run(&self) -> Outcome {
        run(&self.path, ON)
    }

    /// Runs it in every way.
    fn run_all(&self) -> impl Iterator<Item = Outcome> {
        WAYS.into_iter().map(|way| run(&self.path, way))
    }
}

/// Runs the command on a file and checks what holds for any input: it ends by itself, and without a panic.
fn run(path: &Path, way: Way) -> Outcome {
    let outcome = Mimeo::get().unwrap().program(way, path).unwrap();
    let code = outcome.status.code();
    assert!(
        matches!(code, Some(0..=2)),
        "{:?}: {}",
        outcome.status,
        outcome.stderr
    );
    for word in ["panicked", "RUST_BACKTRACE", "overflowed its stack"] {
        assert!(!outcome.stderr.contains(word), "{}", outcome.stderr);
    }
    outcome
}

fn assert_prints(outcome: &Outcome, expected: &str) {
    assert_eq!(outcome.stderr, "");
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), expected);
    assert_eq!(outcome.status.code(), Some(0));
}

/// The program was refused when it was loaded: nothing printed, status 2, and the place named.
fn assert_refused(outcome: &Outcome, place: &str) {
    assert_eq!(outcome.status.code(), Some(2), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, b"");
    assert!(outcome.stderr.contains(place), "{}", outcome.stderr);
}

#[test]
fn an_empty_file_prints_nothing() {
    for outcome in Given::new("").run_all() {
        assert_prints(&outcome, "");
    }
}

#[test]
fn a_file_of_comments_prints_nothing() {
    assert_prints(&Given::new("# nothing\n\n   # at all").run(), "");
}

#[test]
fn a_missing_last_newline_and_windows_line_ends_are_fine() {
    let given = Given::new("x = 1\r\nif x:\r\n    print(x)\r\nprint(x + 1)");
    assert_prints(&given.run(), "1\n2\n");
}

#[test]
fn a_byte_order_mark_is_fine() {
    assert_prints(&Given::new("\u{feff}print(1)\n").run(), "1\n");
}

#[test]
fn bytes_that_are_no_utf8_are_refused() {
    let outcome = Given::new(b"print(1)\nprint('\xff')\n").run();
    assert_refused(&outcome, "program.py");
    assert!(outcome.stderr.contains("UTF-8"), "{}", outcome.stderr);
}

#[test]
fn a_null_byte_is_refused() {
    assert_refused(&Given::new("print(1)\0\n").run(), "program.py");
}

#[test]
fn ten_thousand_nested_parentheses_are_refused_or_right() {
    let program = format!("print({}1{})\n", "(".repeat(10_000), ")".repeat(10_000));
    let outcome = Given::new(program).run();
    if outcome.status.success() {
        assert_prints(&outcome, "1\n");
    } else {
        assert_refused(&outcome, "program.py:1:");
    }
}

#[test]
fn other_deep_nesting_is_refused_or_right() {
    let depth = 5_000;
    let lists = format!("x = {}{}\nprint(1)\n", "[".repeat(depth), "]".repeat(depth));
    let minus = format!("x = {}1\nprint(1)\n", "-".repeat(depth));
    let nots = format!("x = {}1\nprint(1)\n", "not ".repeat(depth));
    let sums = format!("x = 1{}\nprint(1)\n", " + 1".repeat(depth));
    let powers = format!("x = 1{}\nprint(1)\n", " ** 1".repeat(depth));
    let choices = format!("x = {}1\nprint(1)\n", "1 if 0 else ".repeat(depth));
    let blocks: String = (0..100)
        .map(|level| format!("{}if 1:\n", " ".repeat(level)))
        .chain([format!("{}print(1)\n", " ".repeat(100))])
        .collect();
    for program in [lists, minus, nots, sums, powers, choices, blocks] {
        let outcome = Given::new(&program).run();
        if outcome.status.success() {
            assert_prints(&outcome, "1\n");
        } else {
            assert_refused(&outcome, "program.py:");
        }
    }
}

#[test]
fn a_hundred_thousand_lines_run() {
    let mut program = String::from("x = 0\n");
    for line in 0..100_000 {
        program.push_str(&format!("x += {line}\n"));
    }
    program.push_str("print(x)\n");
    let given = Given::new(program);
    for outcome in given.run_all() {
        assert_prints(&outcome, "4999950000\n");
    }
}

#[test]
fn one_very_long_line_runs() {
    let program = format!("x = [{}]\nprint(len(x))\n", "1, ".repeat(100_000));
    assert_prints(&Given::new(program).run(), "100000\n");
}

#[test]
fn a_missing_file_is_named() {
    let outcome = run(Path::new("/no/such/program.py"), ON);
    assert_refused(&outcome, "/no/such/program.py");
}

#[test]
fn a_directory_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(folder.path(), ON);
    assert_refused(&outcome, folder.path().to_str().unwrap());
}

#[test]
fn a_construct_outside_the_subset_is_refused_before_anything_runs() {
    let outcome = Given::new("print(1)\n\nasync def f():\n    pass\n").run();
    assert_refused(&outcome, "program.py:3:1");
    assert!(outcome.stderr.contains("async"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains('^'), "{}", outcome.stderr);
}

#[test]
fn a_syntax_error_is_shown_where_it_is() {
    let outcome = Given::new("x = 1\ny = = 2\n").run();
    assert_refused(&outcome, "program.py:2:5");
    assert!(outcome.stderr.contains('^'), "{}", outcome.stderr);
}

#[test]
fn infinite_recursion_is_a_recursion_error() {
    let given = Given::new("def f(n):\n    return f(n + 1)\n\nprint('start')\nf(0)\n");
    for outcome in given.run_all() {
        assert_eq!(outcome.status.code(), Some(1), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, b"start\n");
        let last = outcome.stderr.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("RecursionError: maximum recursion depth exceeded"),
            "{last}"
        );
    }
}

#[test]
fn an_uncaught_exception_in_compiled_code_names_its_line() {
    let program = "def f(n):\n    total = 0\n    for i in range(n):\n        total += 100 // (9000 - i)\n    return total\n\nprint('start')\nf(10000)\n";
    let given = Given::new(program);
    for outcome in given.run_all() {
        assert_eq!(outcome.status.code(), Some(1), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, b"start\n");
        assert!(
            outcome
                .stderr
                .starts_with("Traceback (most recent call last):")
        );
        assert!(
            outcome.stderr.contains("line 4, in f"),
            "{}",
            outcome.stderr
        );
        let last = outcome.stderr.lines().last().unwrap_or_default();
        assert_eq!(
            last,
            "ZeroDivisionError: integer division or modulo by zero"
        );
    }
}

#[test]
fn a_list_of_impossible_size_is_a_memory_error() {
    let outcome = Given::new("print(1)\nx = [0] * (1 << 60)\n").run();
    assert_eq!(outcome.status.code(), Some(1), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, b"1\n");
    let last = outcome.stderr.lines().last().unwrap_or_default();
    assert!(last.starts_with("MemoryError"), "{last}");
}
