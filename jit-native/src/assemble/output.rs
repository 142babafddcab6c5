//! Finished bytes: what compiling gives, before it has an address. They are the same on every host, so that code for
//! either architecture can be looked at anywhere; only [`crate::memory`] can make them run.

use crate::region::{ExitId, UopId};
use stencils::library::{Arch, HoleKind};

/// What an address-dependent hole refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// The library's shared constants, at this offset.
    Constant(u32),
    /// The slot of an exit.
    Slot(ExitId),
}

/// A hole that is filled when the code gets its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixup {
    /// Byte offset in the code.
    pub at: u32,
    /// How it is filled.
    pub kind: HoleKind,
    /// Added to the address.
    pub addend: i32,
    /// With what.
    pub address: Address,
}

/// Where a run of bytes comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The op of this number in [`crate::allocate::output::Allocation::ops`].
    Op(u32),
    /// The op of this number in [`crate::allocate::output::Allocation::edge_ops`].
    EdgeOp(u32),
    /// The stub of this site: its snapshot and the way out.
    Stub(u32),
    /// A jump between blocks, to this block.
    Jump(u32),
    /// Jumps that carry short branches farther.
    Island,
}

/// The start of a run of bytes; it lasts until the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Byte offset in the code.
    pub at: u32,
    /// Where the bytes come from.
    pub source: Source,
}

/// A compiled region, ready to be given an address.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The architecture.
    pub arch: Arch,
    /// The code; its entry is its first byte.
    pub bytes: Vec<u8>,
    /// What depends on its address.
    pub fixups: Vec<Fixup>,
    /// How many exits the region has.
    pub exit_count: u32,
    /// The number that exit 0 gives back; exit n gives this plus n.
    pub first_exit: u32,
    /// How many spill words the code uses.
    pub spill_words: u32,
    /// Counts for statistics.
    pub counts: Counts,
    /// Where every byte comes from, if that was asked for.
    pub marks: Vec<Mark>,
}

/// Counts for statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stencils copied, all told.
    pub stencils: u32,
    /// Of these, stencils of several uops.
    pub super_stencils: u32,
}

/// What a run of bytes does for the region, resolved to uops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The bytes.
    pub bytes: std::ops::Range<u32>,
    /// Where they come from.
    pub source: Source,
    /// The uops that they run.
    pub uops: Vec<UopId>,
}
