//! `cargo xtask stencils`: makes the stencil libraries anew, checks that they are up to date, or lists them.
//!
//! Never makes anything itself: the tool is a program of the crate `stencils`. Start at [`run`].

use anyhow::Result;
use clap::Args;

use crate::needs::{self, AARCH64_STENCILS, X86_64_STENCILS};
use crate::shell::Shell;

/// What `cargo xtask stencils` takes.
#[derive(Args)]
pub struct Options {
    /// Only this architecture: x86_64 or aarch64.
    #[arg(long)]
    arch: Option<String>,
    /// Write nothing; fail when the libraries or the uops' page are others than those made now.
    #[arg(long, conflicts_with = "list")]
    check: bool,
    /// Write nothing; print every stencil, disassembled, with its holes and register fields.
    #[arg(long)]
    list: bool,
}

/// Runs the tool.
///
/// # Errors
/// When something needed cannot be installed, a library cannot be made, or it is out of date.
pub fn run(shell: &Shell, options: &Options) -> Result<()> {
    needs::ensure(shell, &[&X86_64_STENCILS, &AARCH64_STENCILS])?;
    let mut command =
        shell.cargo("run --quiet --locked -p stencils --features build --bin stencils --");
    if let Some(arch) = &options.arch {
        command.args(["--arch", arch]);
    }
    if options.check {
        command.arg("--check");
    }
    if options.list {
        command.arg("--list");
    }
    shell.run(command)
}

/// Checks that the libraries are those which the uops give.
///
/// # Errors
/// When they are not.
pub fn check(shell: &Shell) -> Result<()> {
    let options = Options {
        arch: None,
        check: true,
        list: false,
    };
    run(shell, &options)
}
