//! Differential, conformance and whole-program tests of Mimeo: what they share.
//!
//! Never holds a test itself (those are in `tests/tests/`), and never links the crates under test: whole programs go
//! through the command, as a user's do. Start at [`examples::all`].

#![forbid(unsafe_code)]

pub mod compare;
pub mod conformance;
pub mod examples;
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
