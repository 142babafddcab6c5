//! Values, the heap they live in, and what the language's operations mean.
//!
//! Nothing here knows of bytecode dispatch: each operation is a plain function on values, so that the interpreter
//! and the helpers that machine code calls share one meaning. Start reading at [`value`].

pub mod address;
pub mod arith;
pub mod attribute;
pub mod builtins;
pub mod error;
pub mod format;
pub mod heap;
pub mod iterate;
pub mod object;
mod pool;
pub mod subscript;
pub mod types;
pub mod value;

pub use error::{Error, ExceptionClass, Outcome};
pub use heap::{Gc, Heap};
pub use value::{Value, tag};
