//! Every example prints what CPython prints, in every mode of the command.
//!
//! One test for each mode, size and program, made from the folder `examples/`; with `MIMEO_SIZES=small` only the smaller
//! versions run, for an emulator. What is compared with are the stored outputs, which `stored.rs` holds to CPython's. Never
//! forgives a difference. Start at [`main`].

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Trial};
use tests::compare::same;
use tests::examples::{self, Example, SIZES, Size};
use tests::mimeo::Mimeo;

/// What is checked of a program.
#[derive(Clone, Copy)]
enum Check {
    /// It prints the stored output in this mode.
    Prints(&'static str),
}

const CHECKS: [(&str, Check); 3] = [
    ("on", Check::Prints("on")),
    ("off", Check::Prints("off")),
    ("reference", Check::Prints("reference")),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let examples = match examples::all() {
        Ok(examples) => examples,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    let small_only = std::env::var_os("MIMEO_SIZES").is_some_and(|sizes| sizes == "small");
    let mut trials = Vec::new();
    for example in examples.into_iter().map(Arc::new) {
        for size in SIZES {
            for (label, check) in CHECKS {
                let example = Arc::clone(&example);
                let name = format!("{label}/{size}/{}", example.name);
                let trial = Trial::test(name, move || {
                    holds(check, &example, size).map_err(|error| format!("{error:#}").into())
                });
                trials.push(trial.with_ignored_flag(small_only && size == Size::Full));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn holds(check: Check, example: &Example, size: Size) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = example.write(size, folder.path())?;
    let mimeo = Mimeo::get()?;
    match check {
        Check::Prints(mode) => same(&example.expected(size)?, &mimeo.output(&program, mode)?),
    }
}
