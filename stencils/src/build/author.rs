//! What an interpreter author's build script calls: [`Author`] turns files of uops into a table and libraries.

use super::signature::Signature;
use super::table_source::{Paths, table_source};
use super::{BuildError, PatternList, STOCK_PATTERNS, UopSet, make, to_bytes};
use crate::library::Arch;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// An author's own uops, to be built by a build script:
///
/// ```no_run
/// # fn main() -> Result<(), stencils::build::BuildError> {
/// stencils::build::Author::new("crate::uops").uops("src/uops/saturate.rs").build()
/// # }
/// ```
///
/// The file `own_uops.rs` in `OUT_DIR` then holds `DEFS` (for [`UopTable::with_author`](crate::table::UopTable::with_author)),
/// the module `kind`, and `LIBRARIES`, whose bytes [`Library::read`](crate::library::Library::read) reads and
/// [`Library::append`](crate::library::Library::append) adds to a stock library. Include it in the module that holds the uop files:
///
/// ```ignore
/// pub mod uops {
///     pub mod saturate;
///     include!(concat!(env!("OUT_DIR"), "/own_uops.rs"));
/// }
/// ```
pub struct Author {
    module: String,
    files: Vec<PathBuf>,
    patterns: Option<PathBuf>,
    archs: Option<Vec<Arch>>,
}

impl Author {
    /// `module` is the path of the module that holds the uop files as modules, such as `crate::uops`.
    pub fn new(module: &str) -> Author {
        Author {
            module: module.to_string(),
            files: Vec::new(),
            patterns: None,
            archs: None,
        }
    }

    /// Adds a file of uops; its name is its module's.
    pub fn uops(mut self, file: impl Into<PathBuf>) -> Author {
        self.files.push(file.into());
        self
    }

    /// A list of patterns besides one for each uop, in the form of the stock one (`stencils/pairs.toml`), which may
    /// combine own uops and stock ones. What the stock list says of operands holds here too unless this list says otherwise.
    pub fn patterns(mut self, file: impl Into<PathBuf>) -> Author {
        self.patterns = Some(file.into());
        self
    }

    /// The architectures to build for: the one of the crate's target, if nothing is said.
    pub fn archs(mut self, archs: &[Arch]) -> Author {
        self.archs = Some(archs.to_vec());
        self
    }

    /// Builds everything into cargo's `OUT_DIR`, and tells cargo on which files that depends.
    ///
    /// # Errors
    /// When it is not called from a build script, a file cannot be read, or a library cannot be made.
    pub fn build(self) -> Result<(), BuildError> {
        for file in self.files.iter().chain(&self.patterns) {
            println!("cargo::rerun-if-changed={}", file.display());
        }
        let archs = match &self.archs {
            Some(archs) => archs.clone(),
            None => target_arch(&variable("CARGO_CFG_TARGET_ARCH")?)?,
        };
        self.build_into(Path::new(&variable("OUT_DIR")?), &archs)
    }

    /// Builds everything for some architectures into a folder.
    ///
    /// # Errors
    /// When a file cannot be read or written, or a library cannot be made.
    pub fn build_into(&self, folder: &Path, archs: &[Arch]) -> Result<(), BuildError> {
        let mut uops = UopSet::stock()?;
        let first = uops.signatures().len();
        for file in &self.files {
            let group = file
                .file_stem()
                .and_then(|stem| stem.to_str())
                .unwrap_or_default();
            uops.add_file(group, &read(file)?)?;
        }
        let list = self.list()?;
        let mut source = self.table(&uops.signatures()[first..]);
        let _ = writeln!(source, "/// The libraries of these uops, by architecture.");
        let _ = writeln!(
            source,
            "pub static LIBRARIES: &[(::stencils::library::Arch, &[u8])] = &["
        );
        for &arch in archs {
            let name = format!("{arch:?}.stencils").to_lowercase();
            let library = make(arch, &uops, first, &list)?;
            write(&folder.join(&name), &to_bytes(&library, &uops))?;
            let _ = writeln!(
                source,
                "    (::stencils::library::Arch::{arch:?}, include_bytes!({name:?})),"
            );
        }
        let _ = writeln!(source, "];");
        write(&folder.join("own_uops.rs"), source.as_bytes())
    }

    fn list(&self) -> Result<PatternList, BuildError> {
        let stock = PatternList::parse(STOCK_PATTERNS)?;
        let own = match &self.patterns {
            Some(file) => PatternList::parse(&read(file)?)?,
            None => PatternList::default(),
        };
        let mut operands = stock.operands;
        operands.extend(own.operands);
        Ok(PatternList { operands, ..own })
    }

    fn table(&self, own: &[Signature]) -> String {
        let first_kind = Some("::stencils::uops::DEFS.len() as u16");
        table_source(
            own,
            &Paths {
                stencils: "::stencils",
                uops: &self.module,
                first_kind,
            },
        )
    }
}

fn target_arch(name: &str) -> Result<Vec<Arch>, BuildError> {
    match name {
        "x86_64" => Ok(vec![Arch::X86_64]),
        "aarch64" => Ok(vec![Arch::Aarch64]),
        // Elsewhere the engine can still make code for either, for instance in a browser.
        _ => Ok(vec![Arch::X86_64, Arch::Aarch64]),
    }
}

fn variable(name: &str) -> Result<String, BuildError> {
    let missing = |_| BuildError::Uops(format!("{name} is not set: this is for build scripts"));
    std::env::var(name).map_err(missing)
}

fn read(file: &Path) -> Result<String, BuildError> {
    std::fs::read_to_string(file)
        .map_err(|e| BuildError::Io(format!("reading {}", file.display()), e))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    std::fs::write(file, bytes)
        .map_err(|e| BuildError::Io(format!("writing {}", file.display()), e))
}
