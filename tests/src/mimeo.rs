//! The command `mimeo` as the tests run it.
//!
//! Which one is tested: the program that the variable `MIMEO_EXE` names, started by the one that `MIMEO_RUNNER` names (an
//! emulator) when that is set; without them, the release build of this workspace, which is built first. Never runs what
//! happens to lie about from an earlier build. Start at [`Mimeo::get`].

use std::ffi::{OsStr, OsString};
use std::iter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::process::{self, Outcome};
use crate::root;

/// What one run may take. Far above what any takes, so that only a hang meets it.
const LIMIT: Duration = Duration::from_secs(300);

/// A way to run a program, all of which have to give the same.
#[derive(Clone, Copy)]
pub struct Way {
    /// What tests call it.
    pub label: &'static str,
    options: &'static [&'static str],
}

/// As users run a program.
pub const ON: Way = Way {
    label: "on",
    options: &["--jit", "on"],
};

/// The modes of the command, and the JIT so eager that it compiles what it has hardly seen.
pub const WAYS: [Way; 4] = [
    Way {
        label: "off",
        options: &["--jit", "off"],
    },
    Way {
        label: "reference",
        options: &["--jit", "reference"],
    },
    ON,
    Way {
        label: "eager",
        options: &["--jit", "on", "--hot-loop", "2", "--hot-exit", "1"],
    },
];

/// The command under test.
pub struct Mimeo {
    executable: PathBuf,
    runner: Option<OsString>,
}

impl Mimeo {
    /// The command under test, built first if it has to be.
    ///
    /// # Errors
    /// When it cannot be built, or `MIMEO_EXE` names no file.
    pub fn get() -> Result<&'static Self> {
        static FOUND: OnceLock<Result<Mimeo, String>> = OnceLock::new();
        FOUND
            .get_or_init(|| Self::find().map_err(|error| format!("{error:#}")))
            .as_ref()
            .map_err(|error| anyhow::anyhow!("{error}"))
    }

    fn find() -> Result<Self> {
        let executable = match std::env::var_os("MIMEO_EXE") {
            Some(path) => PathBuf::from(path),
            None => build()?,
        };
        ensure!(executable.is_file(), "there is no {}", executable.display());
        Ok(Self {
            executable,
            runner: std::env::var_os("MIMEO_RUNNER"),
        })
    }

    /// The words that start the command: the emulator, if there is one, and the program.
    pub fn words(&self) -> Vec<OsString> {
        let runner = self.runner.iter().cloned();
        runner.chain([self.executable.clone().into()]).collect()
    }

    /// Runs the command with these arguments.
    ///
    /// # Errors
    /// When it cannot start or does not end.
    pub fn run<I, S>(&self, arguments: I) -> Result<Outcome>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let words = self.words();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(arguments);
        process::run(&mut command, LIMIT)
    }

    /// Runs a program.
    ///
    /// # Errors
    /// When it cannot start or does not end.
    pub fn program(&self, way: Way, program: &Path) -> Result<Outcome> {
        let options = way.options.iter().map(OsStr::new);
        let words = iter::once(OsStr::new("run")).chain(options);
        self.run(words.chain([program.as_os_str()]))
    }

    /// Runs a program; returns what it printed.
    ///
    /// # Errors
    /// When it ends with another status than 0, or says anything on standard error.
    pub fn output(&self, way: Way, program: &Path) -> Result<Vec<u8>> {
        let outcome = self.program(way, program)?;
        if !outcome.status.success() || !outcome.stderr.is_empty() {
            bail!("{}\n{}", outcome.status, outcome.stderr);
        }
        Ok(outcome.stdout)
    }

    /// Runs a program with its JIT on; returns its statistics.
    ///
    /// # Errors
    /// When it fails, or the last line on standard error is no JSON object.
    pub fn statistics(&self, program: &Path) -> Result<Value> {
        let outcome = self.run(["run".as_ref(), "--stats=json".as_ref(), program.as_os_str()])?;
        ensure!(
            outcome.status.success(),
            "{}\n{}",
            outcome.status,
            outcome.stderr
        );
        let last = outcome.stderr.lines().last().unwrap_or_default();
        let value: Value =
            serde_json::from_str(last).with_context(|| format!("no statistics: {last}"))?;
        ensure!(value.is_object(), "no object: {last}");
        Ok(value)
    }
}

/// Builds the release version and returns its path.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["build", "--release", "--package", "jit-playground"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    ensure!(output.status.success(), "the command cannot be built");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "mimeo")
        .find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
        .context("cargo built no executable")
}
