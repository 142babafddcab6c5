//! `cargo xtask fuzz`: runs every fuzz target for a while. Prints what libFuzzer says: executions, coverage, crashes.
//!
//! Never runs in the test command: it needs cargo-fuzz and a nightly compiler, which it names when they are missing. Start
//! at [`run`].

use anyhow::Result;
use clap::Args;

use crate::shell::Shell;

/// The targets: the files of `fuzz/fuzz_targets`.
const TARGETS: [&str; 4] = ["regions", "region_text", "library", "language"];

/// What is asked for.
#[derive(Args)]
pub struct Options {
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
}

/// Runs all targets.
///
/// # Errors
/// When cargo-fuzz or a nightly compiler is missing, or a target crashes.
pub fn run(shell: &Shell, options: &Options) -> Result<()> {
    for target in TARGETS {
        let mut command = shell.command("rustup");
        command
            .args(["run", "nightly", "cargo", "fuzz", "run", target, "--"])
            .arg(format!("-max_total_time={}", options.seconds))
            .args(["-print_final_stats=1", "-rss_limit_mb=4096"]);
        shell.run(command)?;
    }
    Ok(())
}
