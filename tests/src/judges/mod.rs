//! The judges: every implementation of what a region does, set before the same region and compared to the bit.
//!
//! - [`warden`] runs the region first, with the uops' own functions, and refuses it when it would touch anything outside
//!   its world, does not end, or shows what no implementation need agree on. So any region may be judged, wherever it
//!   comes from: no other judge runs one that the warden has not passed.
//! - `reference` is the engine's reference interpreter on the region as it was built.
//! - `optimised` is the reference interpreter on what the optimiser made of it.
//! - `machine` is the engine's machine code: plain, with super-stencils, with islands, and of the optimised region.
//! - `oracle` is Cranelift.
//! - [`Emulated`](crate::emulated::Emulated) stands for `machine` where the code is for another architecture.
//!
//! **The rule for NaNs** is in [`nan`]: bits are compared, always; what may differ must not reach them.
//!
//! Compared are the exit taken, every word of the frame and of memory, and the calls with their arguments in order
//! ([`difference`]). Start at [`Panel::judge`].

pub mod boundary;
pub mod difference;
mod machine;
pub mod nan;
mod optimised;
mod oracle;
mod panel;
pub mod random;
mod reference;
pub mod regressions;
pub mod shrink;
pub mod single;
pub mod warden;

pub use difference::{Difference, What, compare};
pub use machine::{Tools, Way, host};
pub use panel::{Expected, Judge, Panel};
pub use warden::Unfit;
