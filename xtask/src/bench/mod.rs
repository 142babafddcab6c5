//! `cargo xtask bench`: how fast the example programs run with the JIT on, with it off, and in CPython; and the engine
//! beside other compilers. `docs/benchmarks.md` says what is measured and how.
//!
//! Never compares figures of different runs: whoever is compared takes turns, round by round, so that whatever else the
//! machine does falls on all of them. Start at [`run`]; `measure.rs` takes the times of programs and `report.rs` shows
//! them; `engine.rs` has the package `bench` do the rest.

mod engine;
mod measure;
mod report;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use self::measure::{Runner, Timed};
use self::report::Report;
use crate::python;
use crate::shell::Shell;

/// The examples whose time goes into arithmetic and lists of numbers. The project's aims for speed are about these.
const NUMERIC: &[&str] = &[
    "nbody",
    "mandelbrot",
    "sieve",
    "spectral_norm",
    "fannkuch",
    "matmul",
    "collatz",
];

/// What to measure.
#[derive(clap::Args)]
pub struct Options {
    /// Write all figures to this file, as one JSON object.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Take three rounds of the numeric examples only, and less time for the engine.
    #[arg(long)]
    quick: bool,
    /// Measure whole programs only.
    #[arg(long, conflicts_with = "engine")]
    programs: bool,
    /// Measure the engine only.
    #[arg(long, conflicts_with_all = ["only", "rounds"])]
    engine: bool,
    /// Measure this example only, and not the engine; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// How often each program runs in each way.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
}

/// Measures what is asked for, prints tables, and writes the figures when asked to.
///
/// # Errors
/// When something cannot be built, a program or a kernel fails, or two ways of running one do not give the same.
pub fn run(shell: &Shell, options: &Options) -> Result<()> {
    let mut figures = Map::new();
    if !options.engine {
        figures.append(&mut programs(shell, options)?);
    }
    if !options.programs && options.only.is_empty() {
        figures.append(&mut engine::run(shell, options.quick)?);
    }
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{:#}\n", Value::Object(figures)))
            .with_context(|| format!("cannot write {}", file.display()))?;
        println!("written: {}", file.display());
    }
    Ok(())
}

/// Measures the examples and prints a table; gives the figures.
fn programs(shell: &Shell, options: &Options) -> Result<Map<String, Value>> {
    let examples = examples(shell.root(), options)?;
    let rounds = options.rounds.unwrap_or(if options.quick { 3 } else { 7 });
    shell.run(shell.cargo("build --release --package jit-playground"))?;
    let mimeo = shell.target_dir()?.join("release/mimeo");
    let python = python::find(shell);
    match &python {
        Some(python) => println!(
            "\n{} examples, {rounds} rounds, beside {}",
            examples.len(),
            python.version
        ),
        None => println!(
            "\n{} examples, {rounds} rounds; no Python 3.11 here to compare with",
            examples.len()
        ),
    }

    let mut runners = vec![Runner::mimeo(&mimeo, "on"), Runner::mimeo(&mimeo, "off")];
    if let Some(python) = &python {
        runners.push(Runner::python(&python.executable));
    }
    let mut report = Report::new(python.map(|python| python.version), rounds);
    for example in &examples {
        let name = stem(example);
        let times = measure::in_turns(&runners, example, rounds)?;
        let compile_ns = measure::compile_ns(&mimeo, example)?;
        report.add(&name, times, compile_ns, NUMERIC.contains(&name.as_str()));
        report.print_last();
    }
    report.print_summary();
    Ok(report.figures())
}

/// The example programs to measure, in the order of their names.
fn examples(root: &Path, options: &Options) -> Result<Vec<PathBuf>> {
    let folder = root.join("examples");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).context("cannot read the examples")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
    found.sort();
    for name in &options.only {
        if !found.iter().any(|path| stem(path) == *name) {
            bail!("no example is called {name}");
        }
    }
    found.retain(|path| {
        let name = stem(path);
        if options.only.is_empty() {
            !options.quick || NUMERIC.contains(&name.as_str())
        } else {
            options.only.contains(&name)
        }
    });
    Ok(found)
}

/// A program's name: its file's, without the ending.
fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(quick: bool, only: &[&str]) -> Options {
        Options {
            json: None,
            quick,
            programs: false,
            engine: false,
            only: only.iter().map(ToString::to_string).collect(),
            rounds: None,
        }
    }

    #[test]
    fn quick_measures_every_numeric_example() {
        let root = Shell::new().unwrap().root().to_owned();
        let quick = examples(&root, &options(true, &[])).unwrap();
        assert_eq!(quick.len(), NUMERIC.len());
        let all = examples(&root, &options(false, &[])).unwrap();
        assert!(all.len() > quick.len());
    }

    #[test]
    fn an_unknown_example_is_named() {
        let root = Shell::new().unwrap().root().to_owned();
        let error = examples(&root, &options(false, &["nbody", "elsewhere"])).unwrap_err();
        assert!(error.to_string().contains("elsewhere"));
    }
}
