//! The command behind `cargo xtask differential`: random regions before all judges. It ends with the line
//! `N regions, M differences`, and with status 1 when M is not 0.
//!
//! Its own workers are this program too, or, with `--worker`, a build of it for another architecture under an emulator.

#![forbid(unsafe_code)]

use anyhow::{Result, ensure};
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;
use tests::differential::found::Workers;
use tests::differential::supervisor::{self, Options};
use tests::differential::worker::{Verdict, judge_range, judge_text};

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
        /// A word of the command that starts a worker: given once for each word.
        #[arg(long)]
        worker: Vec<OsString>,
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
    },
    /// Judge a region in text form from standard input. Status 0: all agree; 10: they do not; 11: it is not fit.
    Judge {
        /// Seeds of worlds to run it in, beside a few.
        worlds: Vec<u64>,
    },
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().task {
        Task::Worker { seed, from, to } => {
            judge_range(seed, from..to)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Judge { worlds } => {
            let verdict: Verdict = judge_text(&worlds)?;
            Ok(ExitCode::from(verdict as u8))
        }
        Task::Run {
            count,
            seed,
            first,
            jobs,
            patience,
            worker,
            keep,
        } => {
            ensure!(
                first.checked_add(count).is_some(),
                "there are not so many regions"
            );
            let command = match worker.is_empty() {
                true => vec![std::env::current_exe()?.into_os_string()],
                false => worker,
            };
            let options = Options {
                count,
                seed,
                first,
                jobs: jobs.unwrap_or_else(processors),
                workers: Workers {
                    command,
                    patience: Duration::from_secs(patience),
                },
            };
            run(&options, keep)
        }
    }
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
