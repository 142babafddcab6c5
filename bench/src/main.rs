//! `bench`: the engine beside other compilers, on the same regions.
//!
//! Never compares figures of different runs. Start at [`main`]; what is measured, and how, is in `docs/benchmarks.md`.

#![deny(unsafe_code)]

mod check;
mod compiling;
mod counts;
mod crowd;
mod disassemble;
mod engines;
mod figures;
mod helpers;
mod kernels;
mod native;
mod profile;
mod runs;
mod show;
mod straight;
mod tables;
mod timing;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand, ValueEnum};
use jit_native::memory::HOST;
use stencils::library::Arch;

use crate::figures::{Figures, Plan};
use crate::kernels::Kernel;
use crate::straight::Mix;

/// Measures the engine, and others beside it.
#[derive(Parser)]
struct Arguments {
    /// Take less time, and be less sure.
    #[arg(long, global = true)]
    quick: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything.
    All {
        /// Write the figures to this file, as one JSON object.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// How fast the kernels run.
    Kernels {
        /// These only.
        names: Vec<String>,
    },
    /// How fast straight-line programs are compiled.
    Compile,
    /// Compiles a straight-line program that often, and measures nothing: for counting instructions, which are the same
    /// on a busy machine.
    Rounds {
        /// How often.
        rounds: usize,
        /// How long the program is.
        #[arg(default_value_t = 1000)]
        uops: usize,
    },
    /// How many instructions the kernels' loops have.
    Instructions {
        /// On which architecture.
        #[arg(long, default_value = "aarch64")]
        arch: Architecture,
    },
    /// What many small regions take of memory.
    Crowd {
        /// How many.
        #[arg(default_value_t = 100_000)]
        regions: usize,
    },
    /// Which uops run together, in the kernels and in the example programs.
    Profile {
        /// Write how often each pattern ran to this file, for the tool that keeps the list of pairs.
        #[arg(long, value_name = "FILE")]
        counts: Option<PathBuf>,
        /// How many of those without a stencil to list.
        #[arg(long, default_value_t = 60)]
        most: usize,
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
    #[value(name = "x86_64")]
    X86_64,
    #[value(name = "aarch64")]
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
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let plan = if arguments.quick {
        Plan::QUICK
    } else {
        Plan::FULL
    };
    match arguments.command {
        Command::All { json } => {
            let figures = Figures::take(&plan)?;
            tables::all(&figures);
            if let Some(file) = json {
                let text = format!("{:#}\n", figures.json()?);
                std::fs::write(&file, text)
                    .with_context(|| format!("cannot write {}", file.display()))?;
            }
        }
        Command::Kernels { names } => {
            tables::kernel_head();
            let rows = runs::measure(&chosen(&names)?, plan.kernels, tables::kernel)?;
            tables::kernel_means(&rows);
            println!();
            tables::super_stencils(&rows);
        }
        Command::Compile => {
            for mix in [Mix::Trace, Mix::Integer] {
                for &uops in plan.lengths {
                    tables::compiled(&compiling::measure(mix, uops, plan.compiling)?);
                }
            }
            println!();
            tables::stages(&compiling::stages(1000, plan.compiling)?);
        }
        Command::Rounds { rounds, uops } => compiling::rounds(rounds, uops)?,
        Command::Instructions { arch } => {
            tables::instructions(&counts::count(kernels::all(), arch.into())?);
        }
        Command::Crowd { regions } => tables::crowd(&crowd::measure(regions, 10)?),
        Command::Profile { counts, most } => profile::profile(counts.as_deref(), most)?,
        Command::Show {
            name,
            arch,
            no_super,
        } => {
            let arch = arch.map(Arch::from).or(HOST).unwrap_or(Arch::X86_64);
            show::show(&kernels::find(&name)?, arch, !no_super)?;
        }
    }
    Ok(())
}

/// The kernels of these names, or all.
fn chosen(names: &[String]) -> Result<Vec<Kernel>> {
    if names.is_empty() {
        return Ok(kernels::all().to_vec());
    }
    names.iter().map(|name| kernels::find(name)).collect()
}
