//! The Mimeo engine: regions of uops compiled to machine code by copying and patching stencils.
//!
//! Start with [`region`], what is compiled, then the pipeline: [`compile::Compiler::compile`] from region to bytes
//! (optimise, if asked to, select, allocate, assemble) and [`memory::Arena::publish`] from bytes to code that runs. This crate never parses
//! object files and never runs a compiler; only its `memory` module maps or protects memory.

pub mod allocate;
pub mod assemble;
pub mod compile;
pub mod compiled;
pub mod context;
pub mod faults;
mod forms;
pub mod interpret;
pub mod machine;
pub mod memory;
pub mod optimise;
pub mod patch;
pub mod region;
pub mod select;
#[cfg(feature = "testing")]
pub mod testing;
pub mod variants;
