//! The command behind `cargo xtask differential`: random regions before all judges. It ends with the line
//! `N regions, M differences`, and with status 1 when M is not 0.
//!
//! Its own workers are this program too; and with `--runner` they have machine code for another architecture run by a build
//! of it under an emulator.

#![forbid(unsafe_code)]

use anyhow::{Result, anyhow, ensure};
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;
use stencils::library::Arch;
use tests::differential::found::Workers;
use tests::differential::supervisor::{self, Options};
use tests::differential::worker::{Verdict, judge_range, judge_text};
use tests::emulated::runner;
use tests::judges::Panel;

/// Put random regions before all judges and compare their answers to the bit.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Judge many regions.
    Run {
        /// How many regions.
        #[arg(long, default_value_t = 20_000)]
        count: u64,
        /// The seed that they are made from.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// The number of the first one.
        #[arg(long, default_value_t = 0)]
        first: u64,
        /// How many workers at a time; as many as there are processors when absent.
        #[arg(long)]
        jobs: Option<usize>,
        /// The seconds that a worker may take for one region.
        #[arg(long, default_value_t = 60)]
        patience: u64,
        /// A word of the command that starts this program under an emulator: given once for each word.
        #[arg(long)]
        runner: Vec<OsString>,
        /// How many differences are made small and kept in tests/regressions.
        #[arg(long, default_value_t = 3)]
        keep: usize,
    },
    /// Judge the regions FROM..TO of a seed, saying what it is at (the command starts these itself).
    Worker {
        /// The seed.
        seed: u64,
        /// The first region's number.
        from: u64,
        /// The number after the last region's.
        to: u64,
        /// As for `run`.
        #[arg(long)]
        runner: Vec<OsString>,
    },
    /// Judge a region in text form from standard input. Status 0: all agree; 10: they do not; 11: it is not fit.
    Judge {
        /// Seeds of worlds to run it in, beside a few.
        worlds: Vec<u64>,
        /// As for `run`.
        #[arg(long)]
        runner: Vec<OsString>,
    },
    /// Run machine code for a worker, under an emulator (workers start these themselves).
    Serve,
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().task {
        Task::Worker {
            seed,
            from,
            to,
            runner,
        } => {
            judge_range(panel(runner)?, seed, from..to)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Judge { worlds, runner } => {
            let verdict: Verdict = judge_text(panel(runner)?, &worlds)?;
            Ok(ExitCode::from(verdict as u8))
        }
        Task::Serve => {
            runner::serve()?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Run {
            count,
            seed,
            first,
            jobs,
            patience,
            runner,
            keep,
        } => {
            ensure!(
                first.checked_add(count).is_some(),
                "there are not so many regions"
            );
            let options = Options {
                count,
                seed,
                first,
                jobs: jobs.unwrap_or_else(processors),
                workers: Workers {
                    program: std::env::current_exe()?,
                    runner,
                    patience: Duration::from_secs(patience),
                },
            };
            run(&options, keep)
        }
    }
}

/// All judges; machine code is this machine's, or with a runner AArch64's.
fn panel(mut runner: Vec<OsString>) -> Result<Panel> {
    if runner.is_empty() {
        return Panel::new().map_err(|error| anyhow!(error));
    }
    runner.push("serve".into());
    Panel::emulated(Arch::Aarch64, runner)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn run(options: &Options, keep: usize) -> Result<ExitCode> {
    let found = supervisor::run(options)?;
    for found in found.iter().take(keep) {
        println!("\nmaking region {} of seed {} small", found.n, found.seed);
        let text = found.text(&options.workers)?;
        let path = found.keep(&text, &tests::root().join("tests/regressions"))?;
        println!("{text}kept as {}", path.display());
    }
    println!("{} regions, {} differences", options.count, found.len());
    Ok(match found.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
