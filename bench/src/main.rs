//! `bench`: the engine beside other compilers, on the same regions.
//!
//! Never compares figures of different runs. Start at [`main`]; each command has a file of its own.

#![deny(unsafe_code)]

mod check;
mod disassemble;
mod engines;
mod helpers;
mod kernels;
mod native;
mod runs;
mod show;
mod timing;
mod world;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use jit_native::memory::HOST;
use stencils::library::Arch;

use crate::kernels::Kernel;
use crate::timing::{Effort, geometric_mean};

/// Measures the engine, and others beside it.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// How fast the kernels run.
    Kernels {
        /// These only.
        names: Vec<String>,
        /// Take less time, and be less sure.
        #[arg(long)]
        quick: bool,
    },
    /// A kernel's text, our machine code and Cranelift's.
    Show {
        /// Which kernel.
        name: String,
        /// For which architecture; this machine's when absent.
        #[arg(long)]
        arch: Option<Architecture>,
        /// Compile without super-stencils.
        #[arg(long)]
        no_super: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Architecture {
    X86_64,
    Aarch64,
}

impl From<Architecture> for Arch {
    fn from(architecture: Architecture) -> Arch {
        match architecture {
            Architecture::X86_64 => Arch::X86_64,
            Architecture::Aarch64 => Arch::Aarch64,
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Kernels { names, quick } => run_kernels(&chosen(&names)?, quick),
        Command::Show {
            name,
            arch,
            no_super,
        } => {
            let arch = arch.map(Arch::from).or(HOST).unwrap_or(Arch::X86_64);
            show::show(&kernels::find(&name)?, arch, !no_super)
        }
    }
}

/// The kernels of these names, or all.
fn chosen(names: &[String]) -> Result<Vec<Kernel>> {
    if names.is_empty() {
        return Ok(kernels::all().to_vec());
    }
    names.iter().map(|name| kernels::find(name)).collect()
}

fn run_kernels(kernels: &[Kernel], quick: bool) -> Result<()> {
    let effort = Effort {
        rounds: if quick { 11 } else { 31 },
        turn: Duration::from_micros(300),
    };
    println!(
        "{:<20} {:<8} {:>5} {:>10} {:>7} {:>7} {:>15} {:>8} {:>8} {:>7} {:>7}",
        "kernel",
        "group",
        "uops",
        "us",
        "ns/uop",
        "/speed",
        "(quarters)",
        "/none",
        "-/+super",
        "bytes",
        "theirs"
    );
    let rows = runs::measure(kernels, effort, |row| {
        println!(
            "{:<20} {:<8} {:>5} {:>10.2} {:>7.2} {:>7.2} {:>15} {:>8.2} {:>8.2} {:>7} {:>7}",
            row.name,
            row.group.name(),
            row.uops,
            row.mimeo_ns.median / 1000.0,
            row.uop_ns,
            row.vs_speed.median,
            format!("({:.2} to {:.2})", row.vs_speed.low, row.vs_speed.high),
            row.vs_none.median,
            row.plain_vs_super.median,
            row.bytes[0],
            row.bytes[2],
        );
    })?;
    let mean = |figure: fn(&runs::Row) -> f64| geometric_mean(rows.iter().map(figure));
    println!(
        "{:<20} {:<8} {:>5} {:>10} {:>7} {:>7.2} {:>15} {:>8.2} {:>8.2}",
        "geometric mean",
        "",
        "",
        "",
        "",
        mean(|row| row.vs_speed.median),
        "",
        mean(|row| row.vs_none.median),
        mean(|row| row.plain_vs_super.median),
    );
    for native in rows.iter().filter_map(|row| row.vs_native) {
        println!(
            "xor_add against the same loop in Rust: {:.2}",
            native.median
        );
    }
    Ok(())
}
