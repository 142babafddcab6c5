//! The region: what is compiled at once. Blocks of uops in SSA form, with block parameters, in flat vectors.
//!
//! - A value is a uop's result, a block parameter or a constant ([`ValueDef`]); constants are interned, have no place
//!   in a block and may be used everywhere.
//! - Blocks stand in the order in which they are laid out; block 0 is the entry, has no parameters, and no edge goes
//!   to it. Every other block has an edge from one that stands before it, so nothing is unreachable and dominators
//!   stand first. A definition dominates its uses. A jump to a block at or before the jumping one is a loop's back
//!   edge; it goes to a dominator (loops have one way in).
//! - State comes in and goes out through the **frame**, an array of 8-byte words that one pinned register points at:
//!   a region loads what it needs with `load_frame_*`, and an exit writes its snapshot there.
//! - An **exit** restores the frame as its [`SnapshotEntry`]s say and gives its number to whoever ran the region.
//!   Frame words without an entry are left as they are.
//!
//! A region comes from a builder (which cannot build nonsense) or from text (which the verifier checks); a [`Region`]
//! remembers that it does, and one that was changed since is verified again before it is compiled.

mod builder;
mod constants;
mod dominators;
mod error;
mod ids;
mod layout;
pub mod limits;
mod maybe;
mod proof;
mod signature;
pub mod text;
mod tidy;
mod uses;
mod value;
mod verify;

pub use builder::RegionBuilder;
pub use dominators::Dominators;
pub use error::{Fault, Place, RegionError};
pub use ids::{BlockId, ConstId, ExitId, UopId, ValueId};
pub use maybe::Maybe;
pub use proof::Region;
pub use value::{Value, ValueDef};
pub use verify::verify;

use constants::Constants;
pub(crate) use dominators::edges;
use stencils::table::UopKind;
pub(crate) use uses::Uses;

/// A run of entries in one of the region's pools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First entry.
    pub start: u32,
    /// Number of entries.
    pub len: u32,
}

impl Span {
    /// The span as an index range.
    #[inline]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// One uop. Immediate operands are constants among its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uop {
    /// Which uop.
    pub kind: UopKind,
    /// Its operands, in [`RegionData::args`].
    pub args: Span,
    /// Its result, if the kind has one.
    pub result: Maybe<ValueId>,
    /// Where it leaves to, if the kind may exit and the uop is no branch condition.
    pub exit: Maybe<ExitId>,
    /// What the front end calls the source of this uop (the playground: an index into its list of recorded
    /// bytecodes): carried to every byte that comes of it.
    pub origin: u32,
}

/// How a block ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminator {
    /// Go on with a block.
    Jump(Edge),
    /// Run a guard uop (a kind without a result that may exit) on these arguments; where it would not leave go on
    /// with `then`, where it would, with `otherwise`.
    Branch {
        /// The guard's kind.
        guard: UopKind,
        /// Its operands, in [`RegionData::args`].
        args: Span,
        /// Where it goes when the guard holds: laid out next where possible.
        then: Edge,
        /// Where it goes when the guard fails.
        otherwise: Edge,
    },
    /// Leave the region.
    Leave(ExitId),
}

/// A way into a block, with the values of its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The block.
    pub target: BlockId,
    /// One value for each of its parameters, in [`RegionData::args`].
    pub args: Span,
}

/// One block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its parameters, in [`RegionData::params`].
    pub params: Span,
    /// Its uops, in [`RegionData::uops`]; the blocks' spans follow each other without a gap.
    pub uops: Span,
    /// How it ends.
    pub terminator: Terminator,
}

/// What an exit writes to one frame word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotEntry {
    /// Which 8-byte word of the frame.
    pub slot: u32,
    /// The value that belongs there.
    pub value: ValueId,
}

/// Where a guard leaves to. Several guards may share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its snapshot, in [`RegionData::snapshots`]; each slot at most once.
    pub snapshot: Span,
}

/// What a region consists of. Anyone may write it; a [`Region`] knows whether it has been verified since.
#[derive(Clone, Debug, Default)]
pub struct RegionData {
    /// The values.
    pub values: Vec<Value>,
    /// The bits of the constants among them.
    pub constants: Vec<u64>,
    /// The uops, in layout order.
    pub uops: Vec<Uop>,
    /// The blocks, in layout order.
    pub blocks: Vec<Block>,
    /// The exits.
    pub exits: Vec<Exit>,
    /// Pool of operands and edge arguments.
    pub args: Vec<ValueId>,
    /// Pool of block parameters.
    pub params: Vec<ValueId>,
    /// Pool of snapshot entries.
    pub snapshots: Vec<SnapshotEntry>,
    /// Where constants are found by their bits.
    pub(crate) interned: Constants,
}

impl RegionData {
    /// Operands of a uop or values of an edge.
    #[inline]
    pub fn args(&self, span: Span) -> &[ValueId] {
        &self.args[span.range()]
    }

    /// The operands of a uop.
    #[inline]
    pub fn uop_args(&self, uop: UopId) -> &[ValueId] {
        &self.args[self.uops[uop.index()].args.range()]
    }

    /// The parameters of a block.
    #[inline]
    pub fn block_params(&self, block: BlockId) -> &[ValueId] {
        &self.params[self.blocks[block.index()].params.range()]
    }

    /// The snapshot of an exit.
    #[inline]
    pub fn snapshot(&self, exit: ExitId) -> &[SnapshotEntry] {
        &self.snapshots[self.exits[exit.index()].snapshot.range()]
    }

    /// The block that a uop stands in: a binary search.
    pub fn block_of(&self, uop: UopId) -> BlockId {
        let after = self
            .blocks
            .partition_point(|block| block.uops.start <= uop.0);
        BlockId(after as u32 - 1)
    }

    /// The ways out of a block, in order.
    pub fn successors(&self, block: BlockId) -> impl Iterator<Item = Edge> + use<> {
        edges(&self.blocks[block.index()].terminator)
    }

    /// Empties the region and keeps its memory.
    pub fn clear(&mut self) {
        self.values.clear();
        self.constants.clear();
        self.uops.clear();
        self.blocks.clear();
        self.exits.clear();
        self.args.clear();
        self.params.clear();
        self.snapshots.clear();
        self.interned.clear();
    }
}
