//! Runs a process to its end, and not longer than it may take.
//!
//! Never waits for ever: a process that outlives its time is killed, and that is an error. Start at [`run`].

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use wait_timeout::ChildExt;

/// How a process ended, and what it printed.
pub struct Outcome {
    /// Its exit status, or the signal that ended it.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error; bytes that are no UTF-8 are replaced.
    pub stderr: String,
}

/// Runs `command` without input.
///
/// # Errors
/// When it cannot start, or has not ended after `limit`.
pub fn run(command: &mut Command, limit: Duration) -> Result<Outcome> {
    let mut stdout = tempfile::tempfile()?;
    let mut stderr = tempfile::tempfile()?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone()?)
        .stderr(stderr.try_clone()?)
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let Some(status) = child.wait_timeout(limit)? else {
        child.kill()?;
        child.wait()?;
        bail!("not done after {limit:?}: {command:?}");
    };
    Ok(Outcome {
        status,
        stdout: contents(&mut stdout)?,
        stderr: String::from_utf8_lossy(&contents(&mut stderr)?).into_owned(),
    })
}

fn contents(file: &mut File) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_status_are_kept_apart() {
        let mut command = Command::new("sh");
        command.args(["-c", "printf out; printf err >&2; exit 3"]);
        let outcome = run(&mut command, Duration::from_secs(10)).unwrap();
        assert_eq!(outcome.status.code(), Some(3));
        assert_eq!(outcome.stdout, b"out");
        assert_eq!(outcome.stderr, "err");
    }

    #[test]
    fn a_process_that_takes_too_long_is_an_error() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let error = run(&mut command, Duration::from_millis(50)).err().unwrap();
        assert!(error.to_string().contains("not done after"));
    }
}
