//! `cargo xtask fuzz`: runs every fuzz target for a while. Shows what libFuzzer says, and ends with a line for each target:
//! executions, coverage, crashes.
//!
//! Never runs in the test command: it needs cargo-fuzz and a nightly compiler, which it names when they are missing. Start
//! at [`run`].

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::shell::{Shell, on_path};

/// The targets, which are the files of `fuzz/fuzz_targets`, each with a folder of what it begins with.
const TARGETS: [(&str, Option<&str>); 5] = [
    ("regions", None),
    ("region_text", Some("jit-native/tests/golden")),
    ("library", None),
    ("language", Some("tests/conformance")),
    ("programs", None),
];

/// What is asked for.
#[derive(Args)]
pub struct Options {
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    /// Only this target.
    #[arg(long)]
    pub target: Option<String>,
}

/// What became of a target.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    executions: u64,
    /// Edges of the instrumented code that were reached.
    coverage: u64,
    crashed: bool,
}

/// Runs all targets, or one.
///
/// # Errors
/// When cargo-fuzz or a nightly compiler is missing, or a target crashes.
pub fn run(shell: &Shell, options: &Options) -> Result<()> {
    ensure!(
        on_path("cargo-fuzz"),
        "cargo-fuzz is missing; install it with: cargo install --locked cargo-fuzz"
    );
    let mut nightly = shell.command("rustup");
    nightly.args(["run", "nightly", "rustc", "--version"]);
    shell
        .read(nightly)
        .context("install it with: rustup toolchain install nightly")?;
    let only = options.target.as_deref();
    let mut reports = Vec::new();
    for (target, seeds) in TARGETS {
        if only.is_none_or(|only| only == target) {
            reports.push((target, fuzz(shell, target, seeds, options.seconds)?));
        }
    }
    println!();
    for (target, report) in &reports {
        let Report {
            executions,
            coverage,
            crashed,
        } = report;
        println!(
            "{target}: {executions} executions, {coverage} edges covered, {} crashes",
            u8::from(*crashed)
        );
    }
    match reports.iter().any(|(_, report)| report.crashed) {
        true => bail!("a target crashed; what it crashed on is in fuzz/artifacts"),
        false if reports.is_empty() => bail!("there is no such target"),
        false => Ok(()),
    }
}

fn fuzz(shell: &Shell, target: &str, seeds: Option<&str>, seconds: u64) -> Result<Report> {
    // What is found is written into the first folder and stays for the next time; the other is only read.
    let found = format!("fuzz/corpus/{target}");
    std::fs::create_dir_all(shell.root().join(&found))?;
    let mut command: Command = shell.command("rustup");
    command
        .args(["run", "nightly", "cargo", "fuzz", "run", target, &found])
        .args(seeds)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .args(["-print_final_stats=1", "-rss_limit_mb=4096", "-timeout=60"])
        .stderr(Stdio::piped());
    println!("\n$ {}", crate::shell::line(&command));
    let mut child = command.spawn().context("rustup does not start")?;
    let mut report = Report::default();
    if let Some(said) = child.stderr.take() {
        for line in BufReader::new(said).lines() {
            let line = line?;
            eprintln!("{line}");
            report.hear(&line);
        }
    }
    report.crashed = !child.wait()?.success();
    ensure!(
        report.crashed || report.executions > 0,
        "{target} has not run"
    );
    Ok(report)
}

impl Report {
    /// Takes what it wants to know from a line of libFuzzer.
    fn hear(&mut self, line: &str) {
        let after = |mark: &str| {
            let (_, rest) = line.split_once(mark)?;
            rest.split_whitespace().next()?.parse().ok()
        };
        if let Some(executions) = after("stat::number_of_executed_units:") {
            self.executions = executions;
        }
        if let Some(edges) = after(" cov: ") {
            self.coverage = self.coverage.max(edges);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libfuzzer_is_understood() {
        let mut report = Report::default();
        for line in [
            "INFO: Seed: 1234",
            "#2\tINITED cov: 8112 ft: 8113 corp: 1/1b exec/s: 0 rss: 60Mb",
            "#999\tNEW    cov: 8410 ft: 9000 corp: 20/1b lim: 4 exec/s: 12 rss: 60Mb L: 4/4",
            "stat::number_of_executed_units: 5000",
        ] {
            report.hear(line);
        }
        let expected = Report {
            executions: 5000,
            coverage: 8410,
            crashed: false,
        };
        assert_eq!(report, expected);
    }

    #[test]
    fn every_target_is_run() {
        let shell = Shell::new().unwrap();
        let folder = std::fs::read_dir(shell.root().join("fuzz/fuzz_targets")).unwrap();
        let mut files: Vec<String> = folder
            .map(|entry| entry.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut targets = TARGETS.map(|(target, _)| target.to_owned());
        files.sort();
        targets.sort();
        assert_eq!(files, targets);
    }
}
