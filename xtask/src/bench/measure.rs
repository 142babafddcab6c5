//! Takes the time of whole processes, from their start to their end.
//!
//! Never reports the time of a run that failed or printed something else than the others. Start at [`in_turns`].

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a program is run to learn how long it compiles.
const COMPILE_RUNS: u32 = 3;

/// One way to run a program.
pub struct Runner {
    label: &'static str,
    executable: PathBuf,
    arguments: Vec<String>,
}

/// The times of one program run in one way, in the order they were taken.
pub struct Timed {
    /// `on`, `off` or `cpython`.
    pub label: &'static str,
    /// One entry a round.
    pub times: Vec<Duration>,
}

impl Runner {
    /// The command `mimeo`, with its JIT `on` or `off`.
    pub fn mimeo(executable: &Path, jit: &'static str) -> Self {
        Self {
            label: jit,
            executable: executable.to_owned(),
            arguments: vec!["run".into(), "--jit".into(), jit.into()],
        }
    }

    /// CPython.
    pub fn python(executable: &Path) -> Self {
        Self {
            label: "cpython",
            executable: executable.to_owned(),
            arguments: Vec::new(),
        }
    }

    /// Runs `program` once; returns the time it took and what it printed.
    fn run(&self, program: &Path) -> Result<(Duration, Vec<u8>)> {
        let mut command = Command::new(&self.executable);
        command.args(&self.arguments).arg(program);
        let start = Instant::now();
        let output = finish(&mut command)?;
        Ok((start.elapsed(), output.stdout))
    }
}

impl Timed {
    /// The median of the times, in seconds.
    pub fn median(&self) -> f64 {
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        let middle = sorted.len() / 2;
        if sorted.len() % 2 == 1 {
            sorted[middle].as_secs_f64()
        } else {
            (sorted[middle - 1] + sorted[middle]).as_secs_f64() / 2.0
        }
    }

    /// The shortest time, in seconds.
    pub fn shortest(&self) -> f64 {
        self.times
            .iter()
            .min()
            .copied()
            .unwrap_or_default()
            .as_secs_f64()
    }

    /// The longest time, in seconds.
    pub fn longest(&self) -> f64 {
        self.times
            .iter()
            .max()
            .copied()
            .unwrap_or_default()
            .as_secs_f64()
    }
}

/// Runs `program` in every way, in turns, `rounds` times.
///
/// # Errors
/// When a run fails, or two ways of running the program print different things.
pub fn in_turns(runners: &[Runner], program: &Path, rounds: u32) -> Result<Vec<Timed>> {
    let mut all: Vec<Timed> = runners
        .iter()
        .map(|runner| Timed {
            label: runner.label,
            times: Vec::new(),
        })
        .collect();
    let mut printed: Option<Vec<u8>> = None;
    for _ in 0..rounds {
        for (runner, timed) in runners.iter().zip(&mut all) {
            let (time, output) = runner.run(program)?;
            timed.times.push(time);
            if *printed.get_or_insert_with(|| output.clone()) != output {
                bail!(
                    "{} prints something else with {}",
                    program.display(),
                    runner.label
                );
            }
        }
    }
    Ok(all)
}

/// The time that a run of `program` spends compiling, in nanoseconds, by the command's own statistics: the least of a few
/// runs, since these go by the clock on the wall, and another process may have the processor in the midst of it.
///
/// # Errors
/// When a run fails or its statistics cannot be read.
pub fn compile_ns(mimeo: &Path, program: &Path) -> Result<u64> {
    let mut least = compile_ns_once(mimeo, program)?;
    for _ in 1..COMPILE_RUNS {
        least = least.min(compile_ns_once(mimeo, program)?);
    }
    Ok(least)
}

fn compile_ns_once(mimeo: &Path, program: &Path) -> Result<u64> {
    let mut command = Command::new(mimeo);
    command.args(["run", "--stats=json"]).arg(program);
    let output = finish(&mut command)?;
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().last().unwrap_or_default();
    let stats: serde_json::Value = serde_json::from_str(last)
        .with_context(|| format!("no statistics after {}: {last}", program.display()))?;
    stats["compile_ns"]
        .as_u64()
        .context("the statistics hold no compile_ns")
}

/// Runs a command to its end, reading what it prints.
fn finish(command: &mut Command) -> Result<Output> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!(
            "failed ({}): {command:?}\n{}",
            output.status,
            errors.trim_end()
        );
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(milliseconds: &[u64]) -> Timed {
        Timed {
            label: "on",
            times: milliseconds
                .iter()
                .map(|&ms| Duration::from_millis(ms))
                .collect(),
        }
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(timed(&[30, 10, 20]).median(), 0.020);
        assert_eq!(timed(&[40, 10, 20, 30]).median(), 0.025);
        assert_eq!(timed(&[30, 10, 20]).shortest(), 0.010);
        assert_eq!(timed(&[30, 10, 20]).longest(), 0.030);
    }

    #[test]
    fn a_failing_program_is_an_error() {
        let runner = Runner {
            label: "on",
            executable: "false".into(),
            arguments: Vec::new(),
        };
        assert!(in_turns(&[runner], Path::new("none"), 1).is_err());
    }

    #[test]
    fn different_output_is_an_error() {
        let say = |word: &str| Runner {
            label: "on",
            executable: "echo".into(),
            arguments: vec![word.into()],
        };
        let program = Path::new("none");
        assert!(in_turns(&[say("a"), say("a")], program, 2).is_ok());
        assert!(in_turns(&[say("a"), say("b")], program, 1).is_err());
    }
}
