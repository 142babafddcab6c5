//! `cargo xtask web`: builds the page; serves it here, or leaves it in `dist/` as files for any server.
//!
//! Never builds anything itself: Trunk does, as `Trunk.toml` says. Start at [`run`].

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::needs::web::path;
use crate::needs::{
    self, CHROMIUM, NODE, NODE_MODULES, NPM, Need, TRUNK, WASM_BINDGEN, WASM_TARGET,
};
use crate::shell::Shell;

/// What is asked for.
#[derive(Args)]
pub struct Options {
    /// Build for publishing, into `dist/`, and serve nothing.
    #[arg(long)]
    pub release: bool,
}

/// What building the page needs; npm comes before what it installs.
const BUILD: &[&Need] = &[
    &WASM_TARGET,
    &NODE,
    &NPM,
    &NODE_MODULES,
    &WASM_BINDGEN,
    &TRUNK,
];

/// Builds the page, and serves it on this machine unless it is for publishing.
///
/// # Errors
/// When something needed cannot be installed, or the page cannot be built.
pub fn run(shell: &Shell, options: &Options) -> Result<()> {
    needs::ensure(shell, BUILD)?;
    // Trunk is kept off the network, so that it takes no tools of its own; what the page is built of has to be here.
    shell.run(shell.cargo("fetch --locked --manifest-path web/Cargo.toml"))?;
    let mut trunk = tool(shell, "trunk")?;
    trunk.args(if options.release {
        &["build", "--release"]
    } else {
        &["serve", "--release"]
    });
    shell.run(trunk)
}

/// The page's tests: those of its state here, those of the seam between page and worker as WebAssembly, then all of it in a
/// browser, against the command that `MIMEO_EXE` names.
///
/// # Errors
/// When something needed cannot be installed, or a test fails.
pub fn test(shell: &Shell) -> Result<()> {
    shell.run(shell.cargo("test --locked --manifest-path web/Cargo.toml"))?;
    needs::ensure(shell, &[&WASM_TARGET, &NODE, &WASM_BINDGEN])?;
    let mut seams = shell.cargo("test --locked --manifest-path web/Cargo.toml --bin page");
    seams
        .args(["--target", WASM_TARGET.name])
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("PATH", path(shell)?);
    shell.run(seams)?;
    run(shell, &Options { release: true })?;
    needs::ensure(shell, &[&CHROMIUM])?;
    let mut tests = tool(shell, "node")?;
    tests
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(
            ["e2e", "time", "access", "same", "long", "serve"]
                .map(|name| format!("web/tests/{name}.test.mjs")),
        )
        .env("MIMEO_EXE", shell.target_dir()?.join("release/mimeo"));
    shell.run(tests)
}

/// A program among the page's tools.
fn tool(shell: &Shell, program: &str) -> Result<Command> {
    let mut command = shell.command(program);
    command.env("PATH", path(shell)?);
    Ok(command)
}
