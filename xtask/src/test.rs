//! `cargo xtask test`: every test of the workspace, on this machine and on AArch64 under emulation.
//!
//! Never skips anything silently: what is missing is installed, or the task ends with a line that names it. Start at
//! [`run`].

use anyhow::Result;

use crate::needs::{self, AARCH64, AARCH64_TARGET, EMULATOR};
use crate::shell::Shell;

/// The cargo profile of the tests: optimised, with debug assertions and overflow checks.
const PROFILE: &str = "checked";

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
    println!("\nAll tests passed.");
    Ok(())
}

/// Says whether AArch64 has to be emulated here.
fn emulates() -> bool {
    !cfg!(target_arch = "aarch64")
}

/// All crates' tests and documentation examples, on this machine.
fn native(shell: &Shell) -> Result<()> {
    shell.run(shell.cargo(&format!("test --workspace --profile {PROFILE}")))?;
    // The tool that makes stencils is no part of any product, so its tests are asked for by name.
    shell.run(shell.cargo(&format!(
        "test -p stencils --features build --profile {PROFILE}"
    )))
}

/// The engine's tests on AArch64.
fn aarch64(shell: &Shell) -> Result<()> {
    shell.run(shell.cargo(&format!(
        "test --profile {PROFILE} --target {AARCH64} --lib --bins --tests -p stencils -p jit-native -p jit-playground"
    )))
}
