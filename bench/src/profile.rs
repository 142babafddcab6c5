//! Which uops run together: what super-stencils are chosen from.
//!
//! A corpus of programs ([`corpus`]) is run by the reference interpreter, which counts how often each block is entered. The
//! engine compiles the same regions, and what it chose for a block counts as often as the block was entered ([`tally`]). So
//! the figures are exact and the same on every machine. Never measures time. Start at [`profile`].

mod corpus;
mod tally;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use stencils::library::Arch;

use tally::{Candidate, Tally};

/// Runs the corpus, prints what ran together, and writes the counts of all patterns.
///
/// # Errors
/// When a program fails, or a file cannot be written.
pub fn profile(counts: Option<&Path>, most: usize) -> Result<()> {
    let mut tallies = [Tally::new(Arch::X86_64)?, Tally::new(Arch::Aarch64)?];
    corpus::run(|program| {
        println!("{:<20}{:>14} uops", program.name, program.executed());
        tallies.iter_mut().try_for_each(|tally| tally.add(&program))
    })?;
    for tally in &tallies {
        println!(
            "\n{:?}: without a stencil, in a million uops of each program, taken together\n",
            tally.arch()
        );
        print(&tally.candidates(), most);
    }
    println!("\nadjacent, but not connected: no stencil joins them\n");
    print(&tallies[0].neighbours(), most / 4);
    if let Some(file) = counts {
        let lines: String = tallies.iter().fold(String::new(), |mut lines, tally| {
            let counts: Vec<String> = tally.patterns().iter().map(u64::to_string).collect();
            let name = format!("{:?}", tally.arch()).to_lowercase();
            let _ = writeln!(lines, "{name} {}", counts.join(" "));
            lines
        });
        std::fs::write(file, lines).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

fn print(candidates: &[Candidate], most: usize) {
    for candidate in candidates.iter().take(most) {
        println!("{:>10}  {}", candidate.count, candidate.term);
    }
}
