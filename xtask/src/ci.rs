//! `cargo xtask ci`: what is checked beyond the tests. `.ci/run` calls both.
//!
//! Never changes a file of the workspace. Start at [`run`].

use anyhow::Result;

use crate::needs::{self, CLIPPY, RUSTFMT};
use crate::shell::Shell;

/// Checks formatting, lints and documentation, and that the stencil libraries are up to date. That the engine and the language build for
/// the browser is shown by the tests, which build the page.
///
/// # Errors
/// When something needed cannot be installed, or a check fails.
pub fn run(shell: &Shell) -> Result<()> {
    needs::ensure(shell, &[&RUSTFMT, &CLIPPY])?;
    shell.run(shell.cargo("fmt --all --check"))?;
    shell.run(shell.cargo("fmt --all --check --manifest-path web/Cargo.toml"))?;
    shell.run(shell.cargo("clippy --workspace --all-targets --locked -- -D warnings"))?;
    shell.run(
        shell.cargo("clippy --locked -p stencils --all-targets --features build -- -D warnings"),
    )?;
    shell.run(
        shell.cargo("clippy --locked --manifest-path web/Cargo.toml --all-targets -- -D warnings"),
    )?;
    documentation(shell)?;
    crate::stencils::check(shell)?;
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
