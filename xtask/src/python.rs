//! Finds the Python that the programs are compared with.
//!
//! Never takes another version than 3.11: later ones differ in ways that show (3.12 sums floats another way). Start at
//! [`find`].

use std::path::PathBuf;

use crate::shell::Shell;

/// A CPython 3.11.
pub struct Python {
    /// The interpreter itself, not a script that starts it: a script's start would count as Python's time.
    pub executable: PathBuf,
    /// What it calls itself, such as `Python 3.11.7`.
    pub version: String,
}

/// The first CPython 3.11 on the PATH, under its full name or as `python3`.
pub fn find(shell: &Shell) -> Option<Python> {
    ["python3.11", "python3"]
        .iter()
        .find_map(|name| ask(shell, name))
}

fn ask(shell: &Shell, name: &str) -> Option<Python> {
    let mut command = shell.command(name);
    command.args([
        "-c",
        "import platform, sys; print(platform.python_version(), platform.python_implementation(), sys.executable)",
    ]);
    let answer = shell.read(command).ok()?;
    let mut words = answer.trim_end().splitn(3, ' ');
    let (version, implementation, executable) = (words.next()?, words.next()?, words.next()?);
    (version.starts_with("3.11.") && implementation == "CPython").then(|| Python {
        executable: executable.into(),
        version: format!("Python {version}"),
    })
}
