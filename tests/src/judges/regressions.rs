//! The regions that are kept in `tests/regressions/`: what judges once differed on, and what is worth judging always.
//!
//! A file holds one region in text form; comments above it say what it is about. Start at [`all`].

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
    Ok(Regression { path, region })
}
