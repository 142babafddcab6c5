//! Differential, conformance and whole-program tests of Mimeo: what they share.
//!
//! The tests themselves are in `tests/tests/`. Whole programs go through the command, as a user's do: for them start at
//! [`examples::all`]. Regions go through every implementation there is and are compared to the bit: start at
//! [`judges`].

#![deny(unsafe_code)]

pub mod code_memory;
pub mod compare;
pub mod conformance;
pub mod cranelift;
pub mod differential;
pub mod emulated;
pub mod examples;
#[cfg(feature = "faults")]
pub mod faults;
pub mod judges;
pub mod mimeo;
pub mod oracle;
pub mod process;
pub mod random_program;
pub mod sources;

use std::path::Path;

/// The workspace's folder.
pub fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}
