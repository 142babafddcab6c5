//! The stock uops: one plain Rust function each, from which stencils, table and reference interpreter are derived.
//!
//! A file is a group. A uop is a `pub fn` whose signature follows [`crate::operand`]; private functions are helpers
//! that must be inlined. These files are compiled twice: here, and inside the generated source of a library.

#[allow(
    clippy::too_many_arguments,
    reason = "a call of six operands has them all"
)]
pub mod call;
pub mod compare;
pub mod convert;
pub mod division;
pub mod float;
pub mod frame;
pub mod guard;
pub mod indexed;
pub mod int;
pub mod int32;
pub mod internal;
pub mod memory;
pub mod overflow;

include!(concat!(env!("OUT_DIR"), "/uop_table.rs"));
