//! Every way in which a trace is left, and every reason for which a recording is given up, each provoked by a program.

mod common;

use common::traced::{EAGER, Mode, USUAL, interpreted, run};
use jit_playground::trace::Stats;

/// Runs a program, which must do what the interpreter does; says what the tracer did.
fn stats(program: &str, mode: Mode) -> Stats {
    let (found, stats) = run(program, mode);
    assert_eq!(found, interpreted(program), "{program}");
    stats
}

fn assert_exit(kind: &str, program: &str) {
    let stats = stats(program, USUAL);
    let taken = stats.exits_by_kind.get(kind).copied().unwrap_or(0);
    assert!(
        taken > 0,
        "no exit of kind {kind}: {:?}\n{program}",
        stats.exits_by_kind
    );
}

fn assert_abort(reason: &str, program: &str, mode: Mode) {
    let stats = stats(program, mode);
    let aborted = stats.aborted_by_reason.get(reason).copied().unwrap_or(0);
    assert!(
        aborted > 0,
        "no abort for {reason}: {:?}\n{program}",
        stats.aborted_by_reason
    );
}

#[test]
fn an_exit_before_an_instruction() {
    assert_exit(
        "guard",
        "def f(items):\n    total = 0\n    for item in items:\n        total += item\n    return total\n\
         print(f([1] * 200 + [0.5]))\n",
    );
}

#[test]
fn an_exit_at_a_branch() {
    assert_exit(
        "branch",
        "def f(n):\n    total = 0\n    for i in range(n):\n        if i % 50 == 49:\n            total += i\n    \
         return total\nprint(f(1000))\n",
    );
}

#[test]
fn an_exit_at_the_end_of_a_loop() {
    assert_exit(
        "loop_end",
        "total = 0\nfor i in range(1000):\n    total += i\nprint(total)\n",
    );
}

#[test]
fn an_exit_for_the_collector() {
    let program = "def f(n):\n    last = None\n    for i in range(n):\n        last = [i, [i], 'x' * 200]\n    \
                   return last[1]\nprint(f(300000))\n";
    assert_exit("attention", program);
}

#[test]
fn an_exit_into_a_called_functions_loop_and_out_of_it() {
    let program = "def inner(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n\
                   def outer(n):\n    total = 0\n    for i in range(n):\n        total += inner(i)\n    \
                   return total\nprint(outer(300))\n";
    assert_exit("link", program);
    assert_exit("return", program);
}

#[test]
fn an_exit_where_a_trace_stops() {
    assert_exit(
        "stop",
        "def deep(n):\n    if n == 0:\n        return 0\n    return deep(n - 1) + 1\n\
         total = 0\nfor i in range(200):\n    total += deep(20)\nprint(total)\n",
    );
}

#[test]
fn recordings_that_become_too_long() {
    let body = "        x = x * 3 % 1009 + i\n".repeat(600);
    let program = format!(
        "def f(n):\n    x = 1\n    for i in range(n):\n{body}    return x\nprint(f(100))\n"
    );
    assert_abort("too_long", &program, USUAL);
}

#[test]
fn inner_loops_that_are_not_hot_yet() {
    let program = "def f(n):\n    total = 0\n    for i in range(n):\n        if i >= 57:\n            \
                   for j in range(50):\n                total += j\n        total += 1\n    return total\n\
                   print(f(80))\n";
    assert_abort("inner_loop", program, USUAL);
}

#[test]
fn loops_that_end_while_they_are_recorded() {
    let program = "def f(n):\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n\
                   print(f(57))\n";
    assert_abort("left_loop", program, USUAL);
}

#[test]
fn operations_that_are_never_traced() {
    let program = "def f(n):\n    total = 0\n    for i in range(n):\n        import math\n        \
                   total += math.floor(i / 2)\n    return total\nprint(f(200))\n";
    assert_abort("unsupported", program, USUAL);
}

#[test]
fn exceptions_while_recording() {
    let program = "def f(n):\n    total = 0\n    for i in range(n):\n        total += 7 // (57 - i)\n    \
                   return total\nprint(f(80))\n";
    assert_abort("raised", program, USUAL);
}

#[test]
fn variables_that_change_their_type() {
    let program = "def f(n):\n    total = 0\n    x = 1\n    for i in range(n):\n        total += x\n        \
                   x = 1 if i % 2 else 1.5\n    return total\nprint(f(200))\n";
    assert_abort("type_unstable", program, USUAL);
}

#[test]
fn recordings_of_nothing() {
    let program = "def deep(n):\n    if n == 0:\n        return 0\n    return deep(n - 1) + 1\n\
                   total = 0\nfor i in range(300):\n    total += deep(20)\nprint(total)\n";
    assert_abort("empty", program, USUAL);
}

#[test]
fn traces_with_too_many_sides() {
    let mut program =
        "def f(n):\n    total = 0\n    for i in range(n):\n        x = i % 140\n        \
                       if x == 0:\n            total += 1\n"
            .to_owned();
    for x in 1..140 {
        program.push_str(&format!(
            "        elif x == {x}:\n            total += {x} * i\n"
        ));
    }
    program.push_str("    return total\nprint(f(2000))\n");
    assert_abort("too_many_side_traces", &program, EAGER);
}

/// What fails again and again is given up for good.
#[test]
fn loops_are_given_up() {
    let program = "def f(n):\n    total = 0\n    for i in range(n):\n        import math\n        \
                   total += math.floor(i / 2)\n    return total\nprint(f(20000))\n";
    let stats = stats(program, USUAL);
    assert_eq!(stats.places_given_up, 1);
    assert!(stats.recordings_started <= 8, "{stats:?}");
}
