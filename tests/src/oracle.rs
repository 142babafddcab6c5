//! CPython, which decides what a program prints.
//!
//! Never takes another version than 3.11: later ones differ in ways that show (3.12 sums floats another way). Start at
//! [`Oracle::find`].

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::process::{self, Outcome};

const LIMIT: Duration = Duration::from_secs(120);

/// A CPython 3.11 on this machine.
pub struct Oracle {
    program: &'static str,
}

impl Oracle {
    /// The first CPython 3.11 on the PATH, under its full name or as `python3`.
    pub fn find() -> Option<Self> {
        ["python3.11", "python3"].into_iter().find_map(|program| {
            let mut command = Command::new(program);
            command.args(["-c", "import platform; print(platform.python_implementation(), platform.python_version())"]);
            let answer = process::run(&mut command, LIMIT).ok()?;
            answer
                .stdout
                .starts_with(b"CPython 3.11.")
                .then_some(Self { program })
        })
    }

    /// Runs a program.
    ///
    /// # Errors
    /// When it cannot start or does not end.
    pub fn run(&self, program: &Path) -> Result<Outcome> {
        process::run(Command::new(self.program).arg(program), LIMIT)
    }
}
