//! From program text to a syntax tree that the compiler takes: parsing, the limits, the check of the subset.
//!
//! The parser itself is a library. Nothing here runs or compiles anything. Start reading at [`parse`].

mod diagnostic;
mod nesting;
mod source;
pub mod subset;

pub use diagnostic::Diagnostic;
pub use source::{Position, SourceFile, Span};

use rustpython_ruff_python_ast::{ModModule, PythonVersion};
use rustpython_ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

/// Parses a whole program and checks that it lies in the subset.
///
/// # Errors
/// Every syntax error, or everything outside the subset, in the order of the text.
pub fn parse(source: &SourceFile) -> Result<ModModule, Vec<Diagnostic>> {
    nesting::check(source.text()).map_err(|diagnostic| vec![diagnostic])?;
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY311);
    let parsed = parse_unchecked(source.text(), options);
    if let Some(error) = parsed.errors().first() {
        let message = format!("invalid syntax: {}", error.error);
        return Err(vec![Diagnostic::new(error.location.into(), message)]);
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(vec![Diagnostic::new(error.range.into(), error.to_string())]);
    }
    match parsed.try_into_module() {
        Some(module) => Ok(module.into_syntax()),
        None => Err(vec![Diagnostic::new(Span::default(), "this is no module")]),
    }
}
