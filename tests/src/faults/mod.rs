//! Faults planted in the engine and in its libraries, one at a time, and the layers of tests that should find them: a
//! layer that finds nothing proves nothing.
//!
//! - [`library`] spoils stencil libraries; the engine's own faults are in [`jit_native::faults`].
//! - [`layers`] is what looks for them, from the checks that run no machine code to those that run it.
//! - [`run`] gives every fault a process of its own, for each layer, since a fault may crash or hang it.
//!
//! Start at [`run::run`]; the command is `cargo xtask faults`.

pub mod layers;
pub mod library;
pub mod run;

use jit_native::faults::Fault;
use stencils::library::Library;

/// A fault that can be planted.
#[derive(Clone, Copy)]
pub struct Planted {
    /// Its name, as the command takes it.
    pub name: &'static str,
    /// What is wrong when it is planted.
    pub what: &'static str,
    /// How it is planted.
    pub how: How,
}

/// How a fault is planted.
#[derive(Clone, Copy)]
pub enum How {
    /// In the engine.
    Engine(Fault),
    /// In the library for this machine.
    Library(fn(&mut Library)),
}

/// All faults.
pub fn all() -> Vec<Planted> {
    let engine = Fault::ALL.iter().map(|&(fault, name, what)| Planted {
        name,
        what: what.trim(),
        how: How::Engine(fault),
    });
    engine.chain(library::all()).collect()
}

/// The fault with this name.
pub fn find(name: &str) -> Option<Planted> {
    all().into_iter().find(|planted| planted.name == name)
}
