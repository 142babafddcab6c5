//! What compiling leaves: code that is finished but for the addresses that only publishing decides.

use stencils::library::{Arch, HoleKind};

/// A compiled region, not yet in executable memory. It says nothing of this process and may be looked at on any host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// What it runs on.
    pub arch: Arch,
    /// The code; it is entered at its first byte.
    pub code: Vec<u8>,
    /// The number of its first exit: exit n leaves with `first_exit + n`, so that regions which are linked to each other
    /// can be told apart.
    pub first_exit: u32,
    /// How many exits the region has, each with a slot of its own.
    pub exits: u32,
    /// What publishing fills in.
    pub fixups: Vec<Fixup>,
    /// The code must begin at a multiple of this many bytes: a power of two, at most
    /// [`MAX_ALIGNMENT`](crate::memory::MAX_ALIGNMENT).
    pub alignment: u32,
    /// How many context words it spills to.
    pub spill_words: u32,
}

/// A hole that waits for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixup {
    /// Byte offset of the hole in the code.
    pub offset: u32,
    /// How it is filled.
    pub kind: HoleKind,
    /// Whose address goes in.
    pub target: FixupTarget,
    /// Added to the address.
    pub addend: i32,
}

/// Whose address a [`Fixup`] waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixupTarget {
    /// The library's shared constants, at this byte offset.
    Constant(u32),
    /// The slot of the exit with this number.
    ExitSlot(u32),
}
