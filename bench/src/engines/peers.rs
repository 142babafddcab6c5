//! The peers that compile straight-line programs: which there are, and which mixes of steps each knows.
//!
//! Never holds a compiler: each has a file of its own, which says precisely what it does. Start at [`all`].

use anyhow::Result;

use super::Callable;
use crate::straight::{Mix, Program};

/// Compiles a program to something that can be called, with memory of its own.
type Compile = fn(&Program) -> Result<Box<dyn Callable>>;

/// A peer.
pub struct Peer {
    /// Its name.
    pub name: &'static str,
    /// Its compiler.
    pub compile: Compile,
    /// Whether it knows programs of this mix.
    knows: fn(Mix) -> bool,
}

/// The peers of this build that know a mix.
pub fn all(mix: Mix) -> impl Iterator<Item = &'static Peer> {
    PEERS.iter().filter(move |peer| (peer.knows)(mix))
}

const PEERS: &[Peer] = &[
    #[cfg(target_arch = "x86_64")]
    Peer {
        name: "dynasm-rs",
        compile: |program| Ok(Box::new(super::dynasm::compile(program)?)),
        knows: |_| true,
    },
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    Peer {
        name: "patchouly",
        compile: |program| Ok(Box::new(super::patchouly::compile(program)?)),
        knows: |mix| mix == Mix::Integer,
    },
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    Peer {
        name: "copypatch",
        compile: |program| Ok(Box::new(super::copypatch::compile(program)?)),
        knows: |mix| mix == Mix::Integer,
    },
];
