//! Conformance: small programs over every construct and error of the language, with CPython as the oracle.

mod common;

use std::path::Path;

/// Each line of the file is an expression, whose value or error is compared.
#[test]
fn expressions() {
    let programs: Vec<String> = include_str!("conformance/expressions.txt")
        .lines()
        .map(|line| format!("import math\nprint(repr({line}))\n"))
        .collect();
    let wanted = common::oracle(Path::new("conformance/expressions.answers"), &programs);
    common::compare(&programs, &wanted, common::run_here);
}

/// The programs of the file, each headed by a line `# case: ..`.
#[test]
fn programs() {
    let programs = cases(include_str!("conformance/programs.py"));
    assert!(programs.len() >= 150, "only {} cases", programs.len());
    let wanted = common::oracle(Path::new("conformance/programs.answers"), &programs);
    common::compare(&programs, &wanted, common::run_here);
}

/// The same, collecting garbage at every safepoint.
#[test]
fn programs_under_gc_stress() {
    let programs = cases(include_str!("conformance/programs.py"));
    let wanted = common::oracle(Path::new("conformance/programs.answers"), &programs);
    common::compare(&programs, &wanted, |program| {
        common::run_with(program, |vm| vm.heap.set_stress(true))
    });
}

fn cases(text: &str) -> Vec<String> {
    text.split("# case: ")
        .skip(1)
        .map(|case| format!("# {case}"))
        .collect()
}
