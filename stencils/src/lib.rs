//! The uops, the stencil data model and reader, and (feature `build`) the tool that makes stencil libraries.
//!
//! Start with [`uops`]: one plain Rust function per uop, from which everything else is derived. [`table`] is what
//! the rest of Mimeo knows of a uop, [`library`] what it knows of a stencil. This crate never maps memory, never
//! runs machine code and, without the feature `build`, never parses an object file or runs a compiler.

mod append;
#[cfg(feature = "build")]
pub mod build;
pub mod format;
pub mod library;
pub mod operand;
mod stock;
pub mod table;
pub mod uops;

pub use stock::stock;
