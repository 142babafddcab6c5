//! `cargo xtask miri`: the tests that Miri can run, under Miri: undefined behaviour in Rust code that no test would notice
//! is an error there.
//!
//! Never runs in the test command: it needs a nightly compiler, and takes most of an hour. Machine code and memory that is
//! mapped twice are beyond Miri; and since it is more than half an hour at reading a stencil library, so is what needs one,
//! from selection to emission. (The fuzzer of regions runs these under the address sanitizer.) Start at [`run`].

use anyhow::{Context, Result};

use crate::shell::Shell;

/// What is run: the words after `cargo miri test`.
const RUNS: [&str; 4] = [
    // The table of uops, and the uops themselves.
    "-p stencils --lib",
    // Regions, from text and builder, their meaning, and what the optimiser makes of them.
    "-p jit-native --lib --test builder --test verify --test text --test interpret --test generate --test optimise",
    // Of the optimiser's rules those that fold: folding calls uops, and is the only code there that is unsafe.
    "-p jit-native --test rules folding",
    // The virtual machine: its objects, its heap, its collector at every moment.
    "-p jit-playground --lib --test conformance",
];

/// Values hold addresses as numbers, so provenance is exposed and not strict; tests read files; and they compare floats to
/// the bit, which Miri would make a little wrong where it may.
const FLAGS: &str =
    "-Zmiri-permissive-provenance -Zmiri-disable-isolation -Zmiri-deterministic-floats";

/// Runs everything under Miri.
///
/// # Errors
/// When Miri is missing, a test fails, or Miri finds undefined behaviour.
pub fn run(shell: &Shell) -> Result<()> {
    let mut version = shell.command("rustup");
    version.args(["run", "nightly", "cargo", "miri", "--version"]);
    shell
        .read(version)
        .context("install it with: rustup toolchain install nightly --component miri,rust-src")?;
    for words in RUNS {
        let mut command = shell.command("rustup");
        command
            .args(["run", "nightly", "cargo", "miri", "test"])
            .args(words.split_whitespace())
            .env("MIRIFLAGS", FLAGS);
        shell.run(command)?;
    }
    Ok(())
}
