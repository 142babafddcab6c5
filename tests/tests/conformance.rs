//! The conformance programs do in Mimeo what they do in CPython, in every mode of the command.
//!
//! One test for each mode and program. What is compared with are the stored verdicts, which `stored.rs` holds to CPython's.
//! Start at [`main`].

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use libtest_mimic::{Arguments, Trial};
use tests::compare::same;
use tests::conformance::{self, Program, verdict};
use tests::mimeo::Mimeo;

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
        for mode in ["on", "off", "reference"] {
            let program = Arc::clone(&program);
            trials.push(Trial::test(format!("{mode}/{}", program.name), move || {
                agrees(&program, mode).map_err(|error| format!("{error:#}").into())
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn agrees(program: &Program, mode: &str) -> Result<()> {
    let outcome = Mimeo::get()?.run([
        "run".as_ref(),
        "--jit".as_ref(),
        mode.as_ref(),
        program.path.as_os_str(),
    ])?;
    same(&program.expected()?, &verdict(&outcome))
}
