//! Regions translated to Cranelift's IR and run as Cranelift's machine code: the oracle of the differential tests.
//!
//! The translation in [`uops`] is the only statement of what each uop means besides the uop's own function, and it
//! never calls or reads that function: it was written from the documentation. It shares nothing with the engine but
//! the region type. Cranelift runs without its optimiser: the oracle shall be simple before it is fast.
//!
//! Start with [`Oracle::compile`]; [`translate`] turns blocks, edges and exits over, [`uops`] the uops.

mod code;
mod emit;
pub mod translate;
pub mod uops;

pub use code::{Code, Oracle, OracleError};
pub use emit::Emit;
