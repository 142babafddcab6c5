//! `cargo xtask test`: every test of the workspace, on this machine and on AArch64 under emulation.
//!
//! Never skips anything silently: what is missing is installed, or the task ends with a line that names it. Start at
//! [`run`].

use std::process::Command;

use anyhow::Result;

use crate::differential::{self, Arch};
use crate::needs::{
    self, AARCH64, AARCH64_STENCILS, AARCH64_TARGET, EMULATOR, QEMU, X86_64_STENCILS,
};
use crate::shell::Shell;

/// The cargo profile of the tests: optimised, with debug assertions and overflow checks.
const PROFILE: &str = "checked";

/// Random regions that are put before all judges on this machine: some minutes of two processors.
const REGIONS: u64 = 200_000;

/// The same on AArch64 under emulation.
const REGIONS_EMULATED: u64 = 20_000;

/// Runs all tests.
///
/// # Errors
/// When something needed cannot be installed, or a test fails.
pub fn run(shell: &Shell) -> Result<()> {
    if emulates() {
        needs::ensure(shell, &[&AARCH64_TARGET, &EMULATOR])?;
    }
    native(shell)?;
    if emulates() {
        aarch64(shell)?;
    } else {
        println!("\nThis machine is AArch64 itself: no tests under emulation.");
    }
    crate::web::test(shell)?;
    println!("\nAll tests passed.");
    Ok(())
}

/// Says whether AArch64 has to be emulated here.
fn emulates() -> bool {
    !cfg!(target_arch = "aarch64")
}

/// All crates' tests and documentation examples, and the whole programs, on this machine: first as users build the command,
/// then with every assertion on.
fn native(shell: &Shell) -> Result<()> {
    let target = shell.target_dir()?;
    shell.run(shell.cargo("build --release --package jit-playground"))?;
    let mut all = shell.cargo(&format!("test --workspace --profile {PROFILE}"));
    all.env("MIMEO_EXE", target.join("release/mimeo"));
    shell.run(all)?;
    // The tool that makes stencils is no part of any product, so its tests are asked for by name. They compile.
    needs::ensure(shell, &[&X86_64_STENCILS, &AARCH64_STENCILS])?;
    shell.run(shell.cargo(&format!(
        "test -p stencils --features build --profile {PROFILE}"
    )))?;

    shell.run(shell.cargo(&format!(
        "build --profile {PROFILE} --package jit-playground"
    )))?;
    let mut programs = whole_programs(shell, "--test random_programs");
    programs.env("MIMEO_EXE", target.join(PROFILE).join("mimeo"));
    shell.run(programs)?;
    random_regions(shell, Arch::host(), REGIONS)
}

/// The engine's tests and whole programs on AArch64.
fn aarch64(shell: &Shell) -> Result<()> {
    shell.run(shell.cargo(&format!(
        "test --profile {PROFILE} --target {AARCH64} --lib --bins --tests -p stencils -p jit-native"
    )))?;
    // The language's other tests start the command, which takes the emulator: the whole programs below do that.
    shell.run(shell.cargo(&format!(
        "test --profile {PROFILE} --target {AARCH64} --lib -p jit-playground"
    )))?;
    shell.run(shell.cargo(&format!(
        "build --profile {PROFILE} --package jit-playground --target {AARCH64}"
    )))?;
    let folder = shell.target_dir()?.join(AARCH64).join(PROFILE);
    let mut programs = whole_programs(shell, "");
    programs
        .env("MIMEO_EXE", folder.join("mimeo"))
        .env("MIMEO_RUNNER", QEMU);
    shell.run(programs)?;
    shell.run(shell.cargo(&format!(
        "test --profile {PROFILE} --target {AARCH64} -p tests --test differential"
    )))?;
    random_regions(shell, Arch::Aarch64, REGIONS_EMULATED)
}

/// Random regions before all judges.
fn random_regions(shell: &Shell, arch: Arch, count: u64) -> Result<()> {
    let options = differential::Options {
        count,
        seed: 0,
        arch,
    };
    differential::run(shell, &options)
}

/// The tests that run the command on whole programs, the examples in their smaller sizes, and `more` tests.
fn whole_programs(shell: &Shell, more: &str) -> Command {
    let mut command = shell.cargo(&format!(
        "test --profile {PROFILE} -p tests --test programs --test conformance --test bad_input {more}"
    ));
    command.env("MIMEO_SIZES", "small");
    command
}
