//! The Mimeo engine: regions of uops compiled to machine code by copying and patching stencils.
//!
//! Start with [`region`], what is compiled, then the pipeline: [`compile::Compiler::compile`]. This
//! crate never parses object files and never runs a compiler; only its `memory` module maps or protects memory.

pub mod allocate;
pub mod assemble;
pub mod compile;
pub mod interpret;
pub mod machine;
#[cfg(not(target_arch = "wasm32"))]
pub mod memory;
pub mod region;
pub mod select;
#[cfg(feature = "testing")]
pub mod testing;
pub mod variants;
