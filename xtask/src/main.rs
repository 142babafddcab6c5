//! The project's tasks: `cargo xtask setup`, `test`, `ci`, `bench`, `stencils`, `profile`, `differential`, `faults`, `fuzz`,
//! `miri`, `web`.
//!
//! Never links the crates that it works on: it runs cargo, as a person would, and prints each command. Start at [`main`];
//! each task has a file of its own.

#![forbid(unsafe_code)]

mod bench;
mod ci;
mod differential;
mod faults;
mod fuzz;
mod miri;
mod needs;
mod profile;
mod python;
mod setup;
mod shell;
mod stencils;
mod test;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::shell::Shell;

/// The tasks of the Mimeo workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Say what the tasks need, and install what is missing.
    Setup {
        /// Install nothing; fail when something is missing.
        #[arg(long)]
        check: bool,
    },
    /// Run all tests, on this machine and on AArch64 under emulation; installs what they need.
    Test,
    /// Compare the examples' speed with the JIT on, off, and in CPython, and the engine with other compilers.
    Bench(bench::Options),
    /// Make the stencil libraries anew, check that they are up to date, or list them.
    Stencils(stencils::Options),
    /// Count which uops programs run together, and write the counts into the list of super-stencils.
    Profile,
    /// Put random regions before all judges, machine code and Cranelift among them, and compare their answers.
    Differential(differential::Options),
    /// Plant faults in the engine, one at a time, and show which tests notice each.
    Faults,
    /// Run every fuzz target for a while; needs cargo-fuzz and a nightly compiler.
    Fuzz(fuzz::Options),
    /// Run what Miri can run under Miri, which finds undefined behaviour; needs a nightly compiler with it.
    Miri,
    /// Build the page and serve it on this machine; with --release, leave it in dist/.
    Web(web::Options),
    /// Check formatting, lints, documentation, the stencil libraries and the build for the browser.
    Ci,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Shell::new().and_then(|shell| match arguments.task {
        Task::Setup { check } => setup::run(&shell, check),
        Task::Test => test::run(&shell),
        Task::Bench(options) => bench::run(&shell, &options),
        Task::Stencils(options) => stencils::run(&shell, &options),
        Task::Profile => profile::run(&shell),
        Task::Differential(options) => differential::run(&shell, &options),
        Task::Faults => faults::run(&shell),
        Task::Fuzz(options) => fuzz::run(&shell, &options),
        Task::Miri => miri::run(&shell),
        Task::Web(options) => web::run(&shell, &options),
        Task::Ci => ci::run(&shell),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
