//! The conformance programs: small ones that each take one part of the language to its edges, and ones that end in an
//! exception.
//!
//! Never compares what a traceback says beyond the exception, its message, and the functions and lines it went through:
//! source lines, carets and guesses at what a name should have been, CPython itself changes between releases. Start at [`all`] and [`verdict`].

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::Outcome;
use crate::root;

/// A program of the folder `tests/conformance/`.
pub struct Program {
    /// Its file's name without the ending; with `errors/` before it when it ends in an exception.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
}

/// All programs of the folder and of `errors` in it, by name.
///
/// # Errors
/// When a folder cannot be read.
pub fn all() -> Result<Vec<Program>> {
    let mut found = Vec::new();
    for prefix in ["", "errors/"] {
        let folder = root().join("tests/conformance").join(prefix);
        for entry in std::fs::read_dir(&folder).context("no conformance programs")? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "py") {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                found.push(Program {
                    name: format!("{prefix}{name}"),
                    path,
                });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Program {
    /// Where the verdict on CPython's run is stored.
    pub fn stored(&self) -> PathBuf {
        self.path.with_extension("txt")
    }

    /// The verdict on CPython's run, as it is stored.
    ///
    /// # Errors
    /// When none is stored.
    pub fn expected(&self) -> Result<Vec<u8>> {
        let path = self.stored();
        std::fs::read(&path).with_context(|| format!("no {}; BLESS=1 writes it", path.display()))
    }
}

/// What has to agree: all that was printed, then, if the run failed, its status, the places of its traceback, and the
/// exception.
pub fn verdict(outcome: &Outcome) -> Vec<u8> {
    let mut text = outcome.stdout.clone();
    if !outcome.status.success() {
        text.extend_from_slice(failure(outcome).as_bytes());
    }
    text
}

fn failure(outcome: &Outcome) -> String {
    let mut text = match outcome.status.code() {
        Some(code) => format!("--- exit status {code}\n"),
        None => "--- ended by a signal\n".to_owned(),
    };
    for line in outcome.stderr.lines() {
        if let Some(("  File", place)) = line
            .split_once(", line ")
            .map(|(file, place)| (file.split(" \"").next().unwrap_or_default(), place))
        {
            let _ = writeln!(text, "line {place}");
        } else if line.starts_with("  [Previous line repeated ") {
            let _ = writeln!(text, "{}", line.trim());
        }
    }
    let last = outcome.stderr.lines().last().unwrap_or_default();
    let exception = last.split(". Did you mean: ").next().unwrap_or_default();
    let _ = writeln!(text, "{exception}");
    text
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn a_failure_shows_places_and_the_exception() {
        let outcome = Outcome {
            status: ExitStatus::from_raw(1 << 8),
            stdout: b"start\n".to_vec(),
            stderr: "Traceback (most recent call last):\n  File \"/a/b, c.py\", line 8, in <module>\n    f(0)\n  \
                     File \"b.py\", line 3, in f\n    return 1 // n\n           ~~^^~~\n  \
                     [Previous line repeated 3 more times]\nZeroDivisionError: by zero\n"
                .into(),
        };
        assert_eq!(
            String::from_utf8(verdict(&outcome)).unwrap(),
            "start\n--- exit status 1\nline 8, in <module>\nline 3, in f\n[Previous line repeated 3 more times]\n\
             ZeroDivisionError: by zero\n"
        );
    }

    #[test]
    fn success_is_what_was_printed() {
        let outcome = Outcome {
            status: ExitStatus::from_raw(0),
            stdout: b"1\n".to_vec(),
            stderr: String::new(),
        };
        assert_eq!(verdict(&outcome), b"1\n");
    }
}
