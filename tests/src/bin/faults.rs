//! The command behind `cargo xtask faults`: plants faults one at a time and shows which layers of tests notice each. It
//! ends with the line `N planted, M caught`, and with status 1 when these differ.

#![forbid(unsafe_code)]

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tests::faults::run::{NOTICED, look, run};

/// Plant faults in the engine, one at a time, and see which layers of tests notice each.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Plant all.
    Run {
        /// How many at a time; as many as there are processors when absent.
        #[arg(long)]
        jobs: Option<usize>,
    },
    /// Plant one, or `none`, and let one layer look for it (the command starts these itself).
    Look {
        /// The fault.
        fault: String,
        /// The layer.
        layer: String,
    },
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().task {
        Task::Look { fault, layer } => Ok(match look(&fault, &layer)? {
            true => ExitCode::from(NOTICED),
            false => ExitCode::SUCCESS,
        }),
        Task::Run { jobs } => {
            let processors = || std::thread::available_parallelism().map_or(1, usize::from);
            println!("| fault | what is wrong | noticed by |\n|---|---|---|");
            let (planted, caught) = run(jobs.unwrap_or_else(processors))?;
            println!("\n{planted} planted, {caught} caught");
            Ok(match planted == caught {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            })
        }
    }
}
