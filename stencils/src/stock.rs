//! The stock libraries, which are checked in: made by `cargo xtask stencils`, read here.

use crate::library::{Arch, Library};
use crate::table::UopTable;
use std::sync::{Arc, OnceLock};

/// The stock library of an architecture, over the uops of [`UopTable::stock`]. Read once, on first use.
///
/// # Panics
/// When the file that was built into this crate is out of date: a test of this crate fails then.
pub fn stock(arch: Arch) -> &'static Arc<Library> {
    static X86_64: OnceLock<Arc<Library>> = OnceLock::new();
    static AARCH64: OnceLock<Arc<Library>> = OnceLock::new();
    match arch {
        Arch::X86_64 => X86_64.get_or_init(|| read(include_bytes!("../libraries/x86_64.stencils"))),
        Arch::Aarch64 => {
            AARCH64.get_or_init(|| read(include_bytes!("../libraries/aarch64.stencils")))
        }
    }
}

fn read(bytes: &[u8]) -> Arc<Library> {
    match Library::read(bytes, UopTable::stock()) {
        Ok(library) => Arc::new(library),
        Err(error) => panic!("`cargo xtask stencils` must be run: {error}"),
    }
}
