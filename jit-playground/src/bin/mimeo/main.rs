//! The command `mimeo`: runs programs of the playground language.
//!
//! Exit status: 0 when the program ends, 1 when an exception ends it, 2 when it cannot be read or is refused. Start
//! reading at [`main`].

#![forbid(unsafe_code)]

mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Deeply nested programs are parsed and compiled by recursion; this is room for the deepest that are accepted.
const STACK_SIZE: usize = 256 << 20;

/// Runs programs in a subset of Python 3.11.
#[derive(Parser)]
#[command(name = "mimeo", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a program.
    Run(RunArguments),
}

#[derive(clap::Args)]
struct RunArguments {
    /// How hot loops run.
    #[arg(long, value_enum, default_value_t = Jit::On)]
    jit: Jit,
    /// The program.
    file: PathBuf,
    /// What the program gets as its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// How hot loops run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Jit {
    /// As machine code.
    On,
    /// In the bytecode interpreter, as everything else.
    Off,
    /// As traces, by the reference interpreter of uops.
    Reference,
}

fn main() -> ExitCode {
    let arguments = CommandLine::parse();
    let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
    let running = thread.spawn(move || match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
    });
    match running.map(std::thread::JoinHandle::join) {
        Ok(Ok(status)) => status,
        Ok(Err(_)) => ExitCode::from(run::FAULT),
        Err(error) => {
            eprintln!("mimeo: cannot start a thread: {error}");
            ExitCode::from(run::FAULT)
        }
    }
}
