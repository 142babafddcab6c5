//! Random programs print the same in every way to run them, and the same as in CPython where that is at hand.
//!
//! `MIMEO_PROGRAMS` says how many (default 150), `MIMEO_SEED` with which seed they begin (default 0). Never stops at the
//! bare fact: a program that differs is shrunk, and shown with both results. Start at [`random_programs_agree`].

use std::path::Path;

use tests::conformance::verdict;
use tests::mimeo::{Mimeo, WAYS, Way};
use tests::oracle::Oracle;
use tests::random_program::{Program, generate};

/// A number from the environment.
fn setting(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}")),
        Err(_) => otherwise,
    }
}

/// What a program does in each of the ways to run it.
fn verdicts(
    program: &Program,
    file: &Path,
    oracle: Option<&Oracle>,
) -> Vec<(&'static str, Vec<u8>)> {
    std::fs::write(file, program.to_string()).unwrap();
    let mimeo = Mimeo::get().unwrap();
    let run = |way: Way| (way.label, verdict(&mimeo.program(way, file).unwrap()));
    let mut all: Vec<_> = WAYS.into_iter().map(run).collect();
    if let Some(oracle) = oracle {
        all.insert(0, ("CPython", verdict(&oracle.run(file).unwrap())));
    }
    all
}

/// The first two ways that differ, with what they print.
fn difference(verdicts: &[(&'static str, Vec<u8>)]) -> Option<String> {
    let (label, expected) = &verdicts[0];
    let (other, found) = verdicts[1..].iter().find(|(_, found)| found != expected)?;
    Some(format!(
        "{label}:\n{}\n{other}:\n{}",
        String::from_utf8_lossy(expected),
        String::from_utf8_lossy(found)
    ))
}

#[test]
fn random_programs_agree() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("random.py");
    let oracle = Oracle::find();
    let first = setting("MIMEO_SEED", 0);
    for seed in first..first + setting("MIMEO_PROGRAMS", 150) {
        let program = generate(seed);
        let differs = |program: &Program| difference(&verdicts(program, &file, oracle.as_ref()));
        if differs(&program).is_some() {
            let still_differs = |smaller: &Program| {
                differs(smaller).is_some_and(|shown| !shown.contains("\nSyntaxError"))
            };
            let small = program.shrink(still_differs);
            let shown = differs(&small).unwrap_or_else(|| "no longer differs".into());
            panic!("MIMEO_SEED={seed} differs; shrunk to:\n\n{small}\n{shown}");
        }
    }
}
