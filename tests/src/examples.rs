//! The example programs, and smaller versions of them for slow machines and slow modes.
//!
//! Never lists the programs: they are what is in the folder `examples/`; only the smaller sizes stand here. Start at
//! [`all`].

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::root;

/// A program of the folder `examples/`.
pub struct Example {
    /// Its file's name without the ending.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
}

/// How much a program computes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As it stands in its file.
    Full,
    /// A fraction of that, still enough to make its loops hot.
    Small,
}

/// Both sizes.
pub const SIZES: [Size; 2] = [Size::Small, Size::Full];

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Small => "small",
        })
    }
}

/// What `N` is in the smaller version of each program.
const SMALL: &[(&str, u64)] = &[
    ("collatz", 3_000),
    ("fannkuch", 7),
    ("gcd", 100),
    ("heat", 20),
    ("integral", 4_000),
    ("lcg_bigint", 5_000),
    ("levenshtein", 80),
    ("life", 20),
    ("mandelbrot", 30),
    ("matmul", 24),
    ("nbody", 500),
    ("nqueens", 7),
    ("pi_digits", 200),
    ("recursion", 15),
    ("shortest_paths", 30),
    ("sieve", 20_000),
    ("sorting", 1_000),
    ("spectral_norm", 24),
    ("strings", 2_000),
    ("trial_division", 500),
    ("xorshift", 3_000),
];

/// All programs of the folder, by name.
///
/// # Errors
/// When the folder cannot be read.
pub fn all() -> Result<Vec<Example>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root().join("examples")).context("no folder examples")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            let name = path.file_stem().unwrap_or_default();
            found.push(Example {
                name: name.to_string_lossy().into_owned(),
                path,
            });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Example {
    /// Writes the program in this size into `folder`; returns its file.
    ///
    /// # Errors
    /// When no smaller size is known, or the program has no single line that sets `N`.
    pub fn write(&self, size: Size, folder: &Path) -> Result<PathBuf> {
        let mut source = std::fs::read_to_string(&self.path)?;
        if size == Size::Small {
            let (_, small) = SMALL
                .iter()
                .find(|(name, _)| *name == self.name)
                .with_context(|| format!("no smaller size is known for {}", self.name))?;
            source = with_size(&source, *small)?;
        }
        let path = folder.join(format!("{}.py", self.name));
        std::fs::write(&path, source)?;
        Ok(path)
    }

    /// Where the output that CPython gives is stored.
    pub fn stored(&self, size: Size) -> PathBuf {
        let folder = match size {
            Size::Full => "tests/expected",
            Size::Small => "tests/expected/small",
        };
        root().join(folder).join(format!("{}.txt", self.name))
    }

    /// The output that CPython gives, as it is stored.
    ///
    /// # Errors
    /// When none is stored.
    pub fn expected(&self, size: Size) -> Result<Vec<u8>> {
        let path = self.stored(size);
        std::fs::read(&path).with_context(|| format!("no {}; BLESS=1 writes it", path.display()))
    }
}

/// The program with another `N`.
fn with_size(source: &str, size: u64) -> Result<String> {
    let sets_size = |line: &&str| line.starts_with("N = ");
    let count = source.lines().filter(sets_size).count();
    ensure!(count == 1, "{count} lines set N");
    Ok(source
        .lines()
        .map(|line| match sets_size(&line) {
            true => format!("N = {size}\n"),
            false => format!("{line}\n"),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_size_changes() {
        let changed = with_size("a = 1\nN = 5_000\nprint(N)\n", 7).unwrap();
        assert_eq!(changed, "a = 1\nN = 7\nprint(N)\n");
    }

    #[test]
    fn a_program_has_one_size() {
        assert!(with_size("print(1)\n", 7).is_err());
        assert!(with_size("N = 1\nN = 2\n", 7).is_err());
    }

    #[test]
    fn every_small_size_belongs_to_a_program() {
        let names: Vec<String> = all()
            .unwrap()
            .into_iter()
            .map(|example| example.name)
            .collect();
        for (name, _) in SMALL {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }
}
