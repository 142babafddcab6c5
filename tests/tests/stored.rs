//! The stored outputs of the examples are what CPython prints.
//!
//! One test for each program and size; `BLESS=1` writes the outputs anew. Never compares with a Python that is not 3.11:
//! without one the tests are shown as ignored, and a line says why. Start at [`main`].

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Trial};
use tests::compare::same;
use tests::examples::{self, Example, SIZES, Size};
use tests::oracle::Oracle;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let oracle = Oracle::find().map(Arc::new);
    if oracle.is_none() {
        println!("There is no CPython 3.11 here: the stored outputs are not checked against it.");
    }
    let examples = match examples::all() {
        Ok(examples) => examples,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for example in examples.into_iter().map(Arc::new) {
        for size in SIZES {
            let (example, oracle) = (Arc::clone(&example), oracle.clone());
            let ignored = oracle.is_none();
            let name = format!("{size}/{}", example.name);
            let trial = Trial::test(name, move || {
                let oracle = oracle.as_deref().ok_or("no CPython 3.11")?;
                is_fresh(&example, size, oracle).map_err(|error| format!("{error:#}").into())
            });
            trials.push(trial.with_ignored_flag(ignored));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn is_fresh(example: &Example, size: Size, oracle: &Oracle) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = example.write(size, folder.path())?;
    let outcome = oracle.run(&program)?;
    ensure!(outcome.status.success(), "{}", outcome.stderr);
    if std::env::var_os("BLESS").is_some() {
        return Ok(std::fs::write(example.stored(size), outcome.stdout)?);
    }
    same(&example.expected(size)?, &outcome.stdout).with_context(|| {
        format!(
            "{} is stale; BLESS=1 writes it anew",
            example.stored(size).display()
        )
    })
}
