//! `cargo xtask differential`: random regions before all judges: the reference interpreter, machine code made in several
//! ways, and Cranelift. Ends with the line `N regions, M differences`, and fails when M is not 0.
//!
//! Never judges anything itself: the program of the crate `tests` does. For AArch64 only the machine code runs under
//! emulation, and all the rest on this machine. Start at [`run`].

use std::ffi::OsString;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::needs::{self, AARCH64, AARCH64_TARGET, EMULATOR, QEMU};
use crate::shell::Shell;

/// The cargo profile of the judges: optimised, with debug assertions and overflow checks.
const PROFILE: &str = "checked";

/// What is asked for.
#[derive(Args)]
pub struct Options {
    /// How many regions.
    #[arg(long, default_value_t = 20_000)]
    pub count: u64,
    /// The seed that they are made from.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Where the machine code runs.
    #[arg(long, value_enum, default_value_t = Arch::host())]
    pub arch: Arch,
}

/// An architecture that there is machine code for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Arch {
    /// x86-64, on this machine.
    #[value(name = "x86_64")]
    X86_64,
    /// AArch64, on this machine or under emulation.
    #[value(name = "aarch64")]
    Aarch64,
}

impl Arch {
    /// The architecture of this machine.
    pub fn host() -> Self {
        match cfg!(target_arch = "aarch64") {
            true => Self::Aarch64,
            false => Self::X86_64,
        }
    }
}

/// Judges random regions.
///
/// # Errors
/// When something needed cannot be installed, the judges cannot be built, or they differ.
pub fn run(shell: &Shell, options: &Options) -> Result<()> {
    let build = format!("build --profile {PROFILE} --package tests --bin differential");
    shell.run(shell.cargo(&build))?;
    let target = shell.target_dir()?;
    let mut command = shell.command(target.join(PROFILE).join("differential"));
    command
        .arg("run")
        .args(["--count", &options.count.to_string()])
        .args(["--seed", &options.seed.to_string()]);
    if options.arch != Arch::host() {
        anyhow::ensure!(
            options.arch == Arch::Aarch64,
            "x86-64 is judged on an x86-64 machine only"
        );
        needs::ensure(shell, &[&AARCH64_TARGET, &EMULATOR])?;
        shell.run(shell.cargo(&format!("{build} --target {AARCH64}")))?;
        let program = target.join(AARCH64).join(PROFILE).join("differential");
        for word in [OsString::from(QEMU), program.into_os_string()] {
            command.arg("--runner").arg(word);
        }
    }
    shell.run(command)
}
