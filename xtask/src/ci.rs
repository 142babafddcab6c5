//! `cargo xtask ci`: what is checked beyond the tests. `.ci/run` calls both.
//!
//! Never changes a file of the workspace. Start at [`run`].

use anyhow::Result;

use crate::needs::{self, CLIPPY, RUSTFMT, WASM_TARGET};
use crate::shell::Shell;

/// Checks formatting and lints, that the stencil libraries are up to date, and that the engine builds for the browser.
///
/// # Errors
/// When something needed cannot be installed, or a check fails.
pub fn run(shell: &Shell) -> Result<()> {
    needs::ensure(shell, &[&RUSTFMT, &CLIPPY, &WASM_TARGET])?;
    shell.run(shell.cargo("fmt --all --check"))?;
    shell.run(shell.cargo("clippy --workspace --all-targets --locked -- -D warnings"))?;
    shell.run(
        shell.cargo("clippy --locked -p stencils --all-targets --features build -- -D warnings"),
    )?;
    crate::stencils::check(shell)?;
    shell.run(shell.cargo("check --locked -p jit-native --target wasm32-unknown-unknown"))?;
    println!("\nAll checks passed.");
    Ok(())
}
