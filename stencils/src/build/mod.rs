//! The tool that makes stencil libraries: from uop functions to a library's file.
//!
//! [`make::make`] is the list of the steps: which [`patterns`] there are, their [`source`], [`compile`] it, and
//! [`finish`] each function: cut it into [`blocks`], drop the jumps that only go on, make [`forms`] with smaller holes,
//! find the register fields and prove them right. `x86` and `a64` know the instructions, and nothing else does.
//! It runs rustc and nothing else, and what it makes depends on the uop files, the list of patterns and rustc's
//! version alone.

mod a64;
mod author;
mod blocks;
mod code;
mod compile;
mod counts;
mod error;
mod finish;
mod forms;
mod list;
mod make;
mod operands;
mod pattern_list;
mod patterns;
#[cfg(test)]
mod permutations;
mod pool;
mod reference;
mod restore;
pub mod signature;
mod source;
pub mod table_source;
mod target;
mod term;
mod uops;
mod x86;

pub use author::Author;
pub use counts::with_counts;
pub use error::BuildError;
pub use list::listing;
pub use make::make;
pub use pattern_list::{Counted, Entry, Listed, PatternList};
pub use reference::reference;
pub use uops::UopSet;

use crate::library::Library;

/// The list of patterns that the stock libraries are made from.
pub const STOCK_PATTERNS: &str = include_str!("../../pairs.toml");

/// A library's file.
pub fn to_bytes(library: &Library, uops: &UopSet) -> Vec<u8> {
    crate::format::write::write(library, &uops.names())
}
