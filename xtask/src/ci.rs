//! `cargo xtask ci`: what is checked beyond the tests. `.ci/run` calls both.
//!
//! Never changes a file of the workspace. Start at [`run`].

use anyhow::Result;

use crate::needs::{self, CLIPPY, RUSTFMT, WASM_TARGET};
use crate::shell::Shell;

/// Checks formatting, lints and documentation, that the stencil libraries are up to date, and that the engine and the language build for
/// the browser.
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
    documentation(shell)?;
    crate::stencils::check(shell)?;
    shell.run(shell.cargo(
        "check --locked -p jit-native -p jit-playground --lib --no-default-features --target wasm32-unknown-unknown",
    ))?;
    println!("\nAll checks passed.");
    Ok(())
}

/// Builds the documentation, private items included: so links to private items are no mistake, and all others must resolve.
fn documentation(shell: &Shell) -> Result<()> {
    let flags = "-D warnings -A rustdoc::private_intra_doc_links";
    for packages in ["--workspace", "-p stencils --features build"] {
        let mut doc = shell.cargo(&format!(
            "doc {packages} --no-deps --document-private-items --locked"
        ));
        doc.env("RUSTDOCFLAGS", flags);
        shell.run(doc)?;
    }
    Ok(())
}
