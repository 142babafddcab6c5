//! What differential tests and fuzzers share: random regions ([`generate()`]), the memory they run in ([`World`]) and
//! the functions they call ([`link`]). Only with the feature `testing`.
//!
//! A generated region is valid and safe by construction: it always ends, it touches only its world, and whatever bits
//! reach the frame, memory, calls or integers are determined (a NaN that arithmetic has made may have any payload, so
//! it is replaced by a constant NaN before it goes there). So any two implementations must agree to the bit.
//!
//! ```
//! use jit_native::interpret::{Interpreter, Outcome};
//! use jit_native::testing::{World, generate, link};
//! use stencils::table::UopTable;
//!
//! let mut bytes = arbitrary::Unstructured::new(b"any bytes make a region");
//! let region = generate(&mut bytes);
//! let mut world = World::new(7);
//! let mut interpreter = Interpreter::new(UopTable::stock());
//! // SAFETY: generated regions are safe to run in a world.
//! let outcome = unsafe { interpreter.run(&link(&region), world.frame(), world.context(), 1 << 20) };
//! assert!(matches!(outcome, Outcome::Left(_)));
//! ```

mod generate;
mod helpers;
mod world;

pub use generate::{RESERVED_WORDS, generate};
pub use helpers::{helper, helper_addresses, link, link_with, placeholder};
pub use world::{FRAME_WORDS, Observation, World};
