//! The engine beside other compilers: the package `bench` does the work, in a process of its own.
//!
//! Never measures anything itself. Start at [`run`].

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::shell::Shell;

/// Has everything measured and printed; gives the figures.
///
/// # Errors
/// When the package cannot be built, a kernel fails, or the figures cannot be read.
pub fn run(shell: &Shell, quick: bool) -> Result<Map<String, Value>> {
    shell.run(shell.cargo("build --release --package bench"))?;
    let file = shell.target_dir()?.join("bench.json");
    let mut command = shell.cargo("run --quiet --release --package bench -- all --json");
    command.arg(&file);
    if quick {
        command.arg("--quick");
    }
    shell.run(command)?;
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}
