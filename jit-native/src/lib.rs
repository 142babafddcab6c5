//! The Mimeo engine: regions of uops compiled to machine code by copying and patching stencils.
//!
//! Start with [`region`], what is compiled, then the pipeline: optimise, select, allocate, assemble, publish. This
//! crate never parses object files and never runs a compiler; only its `memory` module maps or protects memory.

pub mod interpret;
pub mod region;
#[cfg(feature = "testing")]
pub mod testing;
