//! `cargo xtask setup`: says what the tasks need, and installs what is missing.
//!
//! Never installs Python: it is an oracle and a yardstick, and the tests do without it. Start at [`run`].

use anyhow::{Result, bail};

use crate::needs::{self, ALL};
use crate::python;
use crate::shell::Shell;

/// Lists every need and whether it is met, then installs what is missing unless `check`.
///
/// # Errors
/// When something cannot be installed, or, with `check`, when something is missing.
pub fn run(shell: &Shell, check: bool) -> Result<()> {
    let mut missing = 0;
    for need in ALL {
        let present = need.present(shell)?;
        let state = if present { "present" } else { "missing" };
        println!("{state}  {:<28} for {}", need.name, need.why);
        if !present {
            missing += 1;
            println!("         {}", need.by_hand());
        }
    }
    match python::find(shell) {
        Some(python) => println!("present  {:<28} to compare with", python.version),
        None => println!(
            "absent   {:<28} to compare with; the tests use stored outputs instead",
            "Python 3.11"
        ),
    }
    if missing == 0 {
        println!("nothing is missing");
        return Ok(());
    }
    if check {
        bail!("{missing} missing; cargo xtask setup installs what can be installed");
    }
    needs::ensure(shell, ALL)
}
