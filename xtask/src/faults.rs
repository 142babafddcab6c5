//! `cargo xtask faults`: plants faults in the engine and its libraries, one at a time, and shows which layers of tests notice
//! each. Ends with the line `N planted, M caught`, and fails when these differ.
//!
//! Never plants anything itself: the program of the crate `tests` does, built with places for faults. Start at [`run`].

use anyhow::Result;

use crate::shell::Shell;

/// Plants all faults.
///
/// # Errors
/// When the program cannot be built, or a fault is not noticed.
pub fn run(shell: &Shell) -> Result<()> {
    shell.run(shell.cargo(
        "run --quiet --profile checked --package tests --features faults --bin faults -- run",
    ))
}
