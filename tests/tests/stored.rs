//! The stored outputs of the examples and of the conformance programs are CPython's.
//!
//! One test for each program and size; `BLESS=1` writes the outputs anew. Never compares with a Python that is not 3.11:
//! without one the tests are shown as ignored, and a line says why. Start at [`main`].

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Trial};
use tests::compare::same;
use tests::conformance::{self, Program, verdict};
use tests::examples::{self, Example, SIZES, Size};
use tests::oracle::Oracle;

/// What one test does, given CPython.
type Check = Box<dyn Fn(&Oracle) -> Result<()> + Send>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials(Oracle::find()) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials(oracle: Option<Oracle>) -> Result<Vec<Trial>> {
    if oracle.is_none() {
        println!("There is no CPython 3.11 here: the stored outputs are not checked against it.");
    }
    let oracle = oracle.map(Arc::new);
    let mut trials = Vec::new();
    let mut add = |name: String, check: Check| {
        let ignored = oracle.is_none();
        let oracle = oracle.clone();
        let trial = Trial::test(name, move || {
            let oracle = oracle.as_deref().ok_or("no CPython 3.11")?;
            check(oracle).map_err(|error| format!("{error:#}").into())
        });
        trials.push(trial.with_ignored_flag(ignored));
    };
    for example in examples::all()?.into_iter().map(Arc::new) {
        for size in SIZES {
            let example = Arc::clone(&example);
            add(
                format!("{size}/{}", example.name),
                Box::new(move |oracle| example_is_fresh(&example, size, oracle)),
            );
        }
    }
    for program in conformance::all()? {
        add(
            format!("conformance/{}", program.name),
            Box::new(move |oracle| program_is_fresh(&program, oracle)),
        );
    }
    Ok(trials)
}

fn example_is_fresh(example: &Example, size: Size, oracle: &Oracle) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let outcome = oracle.run(&example.write(size, folder.path())?)?;
    ensure!(outcome.status.success(), "{}", outcome.stderr);
    is_fresh(&example.stored(size), &outcome.stdout)
}

fn program_is_fresh(program: &Program, oracle: &Oracle) -> Result<()> {
    is_fresh(&program.stored(), &verdict(&oracle.run(&program.path)?))
}

/// The file holds `output`; or, with `BLESS=1`, does from now on.
fn is_fresh(file: &Path, output: &[u8]) -> Result<()> {
    if std::env::var_os("BLESS").is_some() {
        return Ok(std::fs::write(file, output)?);
    }
    let advice = || format!("{} is stale; BLESS=1 writes it anew", file.display());
    same(&std::fs::read(file).with_context(advice)?, output).with_context(advice)
}
