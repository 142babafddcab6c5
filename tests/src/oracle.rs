//! CPython, which decides what a program prints.
//!
//! Never takes another version than 3.11: later ones differ in ways that show (3.12 sums floats another way). Start at
//! [`Oracle::find`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::process::{self, Outcome};

const LIMIT: Duration = Duration::from_secs(120);

/// A CPython 3.11 on this machine.
pub struct Oracle {
    executable: PathBuf,
}

impl Oracle {
    /// The first CPython 3.11 on the PATH, under its full name or as `python3`.
    pub fn find() -> Option<Self> {
        ["python3.11", "python3"].into_iter().find_map(ask)
    }

    /// Runs a program.
    ///
    /// # Errors
    /// When it cannot start or does not end.
    pub fn run(&self, program: &Path) -> Result<Outcome> {
        process::run(Command::new(&self.executable).arg(program), LIMIT)
    }
}

/// Asks a Python what it is, and where: what is on the PATH may be a script that takes its time to start the real one.
fn ask(name: &str) -> Option<Oracle> {
    let question = "import platform, sys; \
        print(platform.python_implementation(), platform.python_version(), sys.executable)";
    let answer = process::run(Command::new(name).args(["-c", question]), LIMIT).ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let mut words = answer.trim_end().splitn(3, ' ');
    let (implementation, version, executable) = (words.next()?, words.next()?, words.next()?);
    (implementation == "CPython" && version.starts_with("3.11.")).then(|| Oracle {
        executable: executable.into(),
    })
}
