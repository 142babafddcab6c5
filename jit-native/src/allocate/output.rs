//! What allocation hands on: a flat list of stencils with registers, ready to be copied, and where each exit finds
//! its values.

use super::undo::Undo;
use crate::region::{ExitId, Span, ValueId};
use stencils::library::StencilId;

/// Where a value is at some moment, packed into 32 bits so that places compare fast.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place(u32);

/// A place, unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In a register.
    Reg(u8),
    /// In the spill slot of this value.
    Slot(ValueId),
    /// Nowhere: it is this constant.
    Const(ValueId),
    /// Nowhere: it is computed as the entry with this number in [`Allocation::undos`] says.
    Undone(u32),
}

const TAG_SLOT: u32 = 1 << 30;
const TAG_CONST: u32 = 2 << 30;
const TAG_UNDONE: u32 = 3 << 30;
const TAGS: u32 = 3 << 30;

impl Place {
    /// A register.
    #[inline]
    pub fn reg(reg: u8) -> Place {
        Place(u32::from(reg))
    }
    /// A value's spill slot.
    #[inline]
    pub fn slot(value: ValueId) -> Place {
        Place(TAG_SLOT | value.0)
    }
    /// A constant.
    #[inline]
    pub fn constant(value: ValueId) -> Place {
        Place(TAG_CONST | value.0)
    }
    /// What an entry of [`Allocation::undos`] gives.
    #[inline]
    pub fn undone(number: u32) -> Place {
        Place(TAG_UNDONE | number)
    }
    /// The register's number; of a place that is none, a number that no register has.
    #[inline]
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
    /// Unpacked.
    #[inline]
    pub fn get(self) -> Where {
        match self.0 & TAGS {
            0 => Where::Reg(self.0 as u8),
            TAG_SLOT => Where::Slot(ValueId(self.0 & !TAGS)),
            TAG_CONST => Where::Const(ValueId(self.0 & !TAGS)),
            _ => Where::Undone(self.0 & !TAGS),
        }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}

/// Where in [`Op::regs`] the result's register stands.
pub const RESULT: usize = 7;

/// Where an op leaves to: nowhere, to a site, or along its block's `otherwise` edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpExit(pub u32);

impl OpExit {
    /// It does not leave.
    pub const NONE: OpExit = OpExit(u32::MAX);
    /// Along its block's `otherwise` edge.
    pub const OTHERWISE: OpExit = OpExit(u32::MAX - 1);
}

/// No tile.
pub const NO_TILE: u32 = u32::MAX;

/// One stencil to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Op {
    /// The registers of its inputs, and its result's at [`RESULT`].
    pub regs: [u8; 8],
    /// Which stencil.
    pub stencil: StencilId,
    /// Where its immediates start in [`crate::select::tile::Selection::imms`].
    pub imms: u32,
    /// Where it leaves to.
    pub exit: OpExit,
    /// Which tile it is, or [`NO_TILE`]: a copy, a spill, a reload or a constant.
    pub tile: u32,
}

/// An exit as guards take it: with the places of the snapshot's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Which exit.
    pub exit: ExitId,
    /// The place of each entry of its snapshot, in [`Allocation::places`].
    pub places: Span,
}

/// One block's ops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockOps {
    /// Its own, in [`Allocation::ops`].
    pub ops: Span,
    /// What its first edge (of a jump, or `then`) does on the way, in [`Allocation::edge_ops`].
    pub then: Span,
    /// What its `otherwise` edge does on the way, in [`Allocation::edge_ops`].
    pub otherwise: Span,
    /// For a block that leaves: its site.
    pub site: u32,
}

/// A region with registers.
#[derive(Clone, Debug, Default)]
pub struct Allocation {
    /// The ops of all blocks, in layout order.
    pub ops: Vec<Op>,
    /// The blocks.
    pub blocks: Vec<BlockOps>,
    /// The ops of all edges.
    pub edge_ops: Vec<Op>,
    /// The sites.
    pub sites: Vec<Site>,
    /// Pool of places.
    pub places: Vec<Place>,
    /// What stubs compute.
    pub undos: Vec<Undo>,
    /// By value: the number of its spill slot, if it has one. Empty when nothing is spilled.
    pub slots: Vec<u32>,
    /// How many spill words the region needs.
    pub spill_words: u32,
}

impl Allocation {
    /// Empties it, keeping its memory.
    pub fn clear(&mut self) {
        self.ops.clear();
        self.blocks.clear();
        self.edge_ops.clear();
        self.sites.clear();
        self.places.clear();
        self.undos.clear();
        self.slots.clear();
        self.spill_words = 0;
    }
}
