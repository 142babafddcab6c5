//! `cargo xtask profile`: runs a corpus of programs, says which uops run together, and writes into `stencils/pairs.toml` how
//! often each super-stencil ran.
//!
//! Never counts anything itself: the program of the crate `bench` does, and the tool of the crate `stencils` writes the
//! list. Start at [`run`].

use anyhow::Result;

use crate::shell::Shell;

/// Counts and writes.
///
/// # Errors
/// When a program cannot be built or fails.
pub fn run(shell: &Shell) -> Result<()> {
    let counts = shell.target_dir()?.join("pair-counts");
    let mut bench = shell.cargo("run --quiet --locked --release -p bench -- profile --counts");
    bench.arg(&counts);
    shell.run(bench)?;
    let mut stencils =
        shell.cargo("run --quiet --locked -p stencils --features build --bin stencils -- --counts");
    stencils.arg(&counts);
    shell.run(stencils)
}
