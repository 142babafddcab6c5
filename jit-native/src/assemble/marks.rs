//! Provenance: which bytes come from what, if that was asked for.

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
    /// Instructions that do nothing, in front of a loop.
    Padding,
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

/// Counts for statistics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stencils copied, all told.
    pub stencils: u32,
    /// Of these, stencils of several uops.
    pub super_stencils: u32,
}
