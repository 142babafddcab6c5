//! The conformance programs do in Mimeo what they do in CPython, in every way to run them.
//!
//! One test for each way and program. What is compared with are the stored verdicts, which `stored.rs` holds to CPython's.
//! Start at [`main`].

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Trial};
use tests::compare::same;
use tests::conformance::{self, Program, verdict};
use tests::mimeo::{Mimeo, WAYS, Way};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let programs = match conformance::all() {
        Ok(programs) => programs,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = Vec::new();
    for program in programs.into_iter().map(Arc::new) {
        for way in WAYS {
            let program = Arc::clone(&program);
            trials.push(Trial::test(
                format!("{}/{}", way.label, program.name),
                move || agrees(&program, way).map_err(|error| format!("{error:#}").into()),
            ));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn agrees(program: &Program, way: Way) -> Result<()> {
    let outcome = Mimeo::get()?.program(way, &program.path)?;
    same(&program.expected()?, &verdict(&outcome))
}
