//! The regions that are kept in `tests/regressions/`: what judges once differed on, and what is worth judging always.
//!
//! A file holds one region in text form; comments above it say what it is about, and `; worlds: 3 17` in which worlds
//! judges differed. Start at [`all`].

use crate::root;
use anyhow::{Context, Result, anyhow};
use jit_native::region::Region;
use jit_native::region::text::parse;
use std::path::PathBuf;
use stencils::table::UopTable;

/// A kept region.
pub struct Regression {
    /// Its file.
    pub path: PathBuf,
    /// The region.
    pub region: Region,
    /// The seeds of the worlds that it is judged in, besides those that every region is.
    pub worlds: Vec<u64>,
}

/// All kept regions, by file name.
///
/// # Errors
/// When a file cannot be read or holds no region.
pub fn all() -> Result<Vec<Regression>> {
    let folder = root().join("tests/regressions");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .with_context(|| format!("no folder {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "region"));
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Result<Regression> {
    let text = std::fs::read_to_string(&path)?;
    let region =
        parse(&text, UopTable::stock()).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    let worlds = worlds(&text);
    Ok(Regression {
        path,
        region,
        worlds,
    })
}

/// What a file's text says about the worlds that its region is judged in.
pub fn worlds(text: &str) -> Vec<u64> {
    let said = text.lines().filter_map(|line| line.strip_prefix(WORLDS));
    said.flat_map(str::split_whitespace)
        .filter_map(|seed| seed.parse().ok())
        .collect()
}

/// The line that says it.
pub fn worlds_line(worlds: &[u64]) -> String {
    worlds
        .iter()
        .fold(WORLDS.to_string(), |line, seed| format!("{line} {seed}"))
}

const WORLDS: &str = "; worlds:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_are_read_as_they_were_written() {
        let seeds = [0, 17, u64::MAX];
        let text = format!("; worlds of\n{}\nregion {{\n}}\n", worlds_line(&seeds));
        assert_eq!(worlds(&text), seeds);
        assert!(worlds("region {\n}\n").is_empty());
    }
}
