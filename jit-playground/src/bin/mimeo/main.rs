//! The command `mimeo`: runs programs of the playground language, and shows what becomes of them.
//!
//! Exit status: 0 when the program ends, 1 when an exception ends it, 2 when it cannot be read or is refused. Start
//! reading at [`main`].

#![forbid(unsafe_code)]

mod explain;
mod run;
mod stats;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use jit_playground::explain::Wanted;

/// Deeply nested programs are parsed and compiled by recursion; this is room for the deepest that are accepted.
const STACK_SIZE: usize = 256 << 20;

/// Runs programs in a subset of Python 3.11, and shows how they become machine code.
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
    /// Run a program and show every stage of every trace, from bytecode to machine code.
    Explain(ExplainArguments),
}

#[derive(clap::Args)]
struct RunArguments {
    /// How hot loops run.
    #[arg(long, value_enum, default_value_t = Jit::On)]
    jit: Jit,
    /// Print what the tracer did to standard error when the program ends: as a table, or as one JSON object on the
    /// last line. `mimeo run --help` lists the keys.
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "table",
        long_help = stats::HELP
    )]
    stats: Option<StatsFormat>,
    #[command(flatten)]
    hot: Hot,
    /// Collect garbage at every chance: finds faults of the collector, slowly.
    #[arg(long, hide = true)]
    gc_stress: bool,
    /// The program.
    file: PathBuf,
    /// What the program gets as its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

#[derive(clap::Args)]
struct ExplainArguments {
    /// The architecture of the machine code that is shown; by default that of this machine.
    #[arg(long, value_enum)]
    arch: Option<ArchName>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Cover each uop with a stencil of its own.
    #[arg(long)]
    no_super_stencils: bool,
    /// Choose this stencil in a trace, whatever it costs; places and patterns as the output names them. May be said more
    /// than once.
    #[arg(long, value_name = "TRACE:PLACE=PATTERN", value_parser = explain::wanted)]
    choose: Vec<Wanted>,
    #[command(flatten)]
    hot: Hot,
    /// The program.
    file: PathBuf,
}

/// When recordings begin.
#[derive(clap::Args)]
struct Hot {
    /// How often a loop is run before it is recorded (1 to 65535).
    #[arg(long, value_name = "COUNT", default_value_t = 56, value_parser = clap::value_parser!(u16).range(1..))]
    hot_loop: u16,
    /// How often an exit is taken before a trace is recorded from it.
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..1_000_000))]
    hot_exit: u32,
}

/// An architecture that there is a library of stencils for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ArchName {
    X86_64,
    Aarch64,
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

/// How statistics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StatsFormat {
    /// As a table.
    Table,
    /// As one JSON object, on one line.
    Json,
}

fn main() -> ExitCode {
    let arguments = CommandLine::parse();
    let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
    let running = thread.spawn(move || match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
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
