//! What selection hands on: the region as tiles, one for each stencil that will be copied for it.
//!
//! Every uop gets a tile when selection comes by it. A later tile that runs the uop as well takes its place: then the first
//! one stands no longer and is passed over from there on ([`Selection::standing`]).

use crate::region::{ExitId, Span, Uop, UopId, ValueId};
use stencils::library::PatternId;

/// Where a tile leaves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileExit {
    /// It does not leave.
    None,
    /// Out of the region.
    Exit(ExitId),
    /// Along the `otherwise` edge of its block's branch.
    Otherwise,
}

const NONE: u32 = u32::MAX;
const OTHERWISE: u32 = u32::MAX - 1;

/// One stencil to be: a pattern with its operands. 32 bytes, since every step of the engine reads all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// What it computes.
    pub pattern: PatternId,
    /// Where its register inputs start in [`Selection::inputs`].
    pub inputs: u32,
    /// Where its immediates start in [`Selection::imms`]; the pattern knows how many there are.
    pub imms: u32,
    result: u32,
    exit: u32,
    root: u32,
    /// Where the uops that it runs before its root start in [`Selection::swallowed`].
    swallowed: u32,
    /// The number of its register inputs.
    pub input_count: u8,
    swallowed_count: u8,
    /// Whether it will be copied: no other tile runs its root.
    pub stands: bool,
    /// Whether its pattern destroys registers besides its result's.
    pub clobbers: bool,
}

/// What a tile is made for: the parts of one that do not depend on its pattern.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    result: u32,
    exit: u32,
    root: u32,
}

impl Parts {
    /// Nothing: one of the engine's own.
    pub(super) const NONE: Parts = Parts {
        result: NONE,
        exit: NONE,
        root: NONE,
    };

    /// The guard of a branch.
    pub(super) const BRANCH: Parts = Parts {
        result: NONE,
        exit: OTHERWISE,
        root: NONE,
    };

    /// A uop, with its result and its exit.
    #[inline]
    pub(super) fn of_uop(root: UopId, uop: &Uop) -> Parts {
        Parts {
            result: uop.result.number(),
            exit: uop.exit.number(),
            root: root.0,
        }
    }

    /// The parts with this exit, if they have none.
    pub(super) fn or_exit(mut self, exit: Option<ExitId>) -> Parts {
        if let (NONE, Some(exit)) = (self.exit, exit) {
            self.exit = exit.0;
        }
        self
    }
}

impl Tile {
    /// A tile that stands and runs one uop, or one of the engine's own.
    #[inline]
    pub(super) fn new(
        pattern: PatternId,
        inputs: u32,
        input_count: u8,
        clobbers: bool,
        imms: u32,
        parts: Parts,
    ) -> Tile {
        Tile {
            pattern,
            inputs,
            imms,
            result: parts.result,
            exit: parts.exit,
            root: parts.root,
            swallowed: 0,
            input_count,
            swallowed_count: 0,
            stands: true,
            clobbers,
        }
    }

    /// The tile with the uops that it runs before its root, in [`Selection::swallowed`].
    pub(super) fn with(mut self, start: u32, count: u8) -> Tile {
        (self.swallowed, self.swallowed_count) = (start, count);
        self
    }

    /// Its result.
    #[inline]
    pub fn result(&self) -> Option<ValueId> {
        (self.result != NONE).then_some(ValueId(self.result))
    }

    /// Where it leaves to.
    #[inline]
    pub fn exit(&self) -> TileExit {
        match self.exit {
            NONE => TileExit::None,
            OTHERWISE => TileExit::Otherwise,
            exit => TileExit::Exit(ExitId(exit)),
        }
    }

    /// The last of the uops that it runs, unless that is the guard of a branch.
    #[inline]
    pub fn root(&self) -> Option<UopId> {
        (self.root != NONE).then_some(UopId(self.root))
    }

    /// Whether it runs several uops.
    pub(crate) fn is_fused(&self) -> bool {
        self.swallowed_count != 0
    }

    /// Where the uops that it runs before its root are, in [`Selection::swallowed`].
    pub(crate) fn swallowed_range(&self) -> std::ops::Range<usize> {
        let start = self.swallowed as usize;
        start..start + usize::from(self.swallowed_count)
    }

    /// Where its register inputs are, in [`Selection::inputs`].
    #[inline]
    pub fn input_range(&self) -> std::ops::Range<usize> {
        let start = self.inputs as usize;
        start..start + usize::from(self.input_count)
    }
}

/// A region as tiles, in layout order.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The tiles, those that do not stand among them.
    pub tiles: Vec<Tile>,
    /// The tiles of each block, in layout order without a gap.
    pub blocks: Vec<Span>,
    /// Pool of register inputs. It begins with the region's own operands: a tile whose inputs stand together there has
    /// them there.
    pub inputs: Vec<ValueId>,
    /// Pool of immediates. The allocator adds those of its own stencils.
    pub imms: Vec<i64>,
    /// Pool of the uops that tiles run besides their roots.
    pub swallowed: Vec<UopId>,
}

impl Selection {
    /// Empties it, keeping its memory.
    pub fn clear(&mut self) {
        self.tiles.clear();
        self.blocks.clear();
        self.inputs.clear();
        self.imms.clear();
        self.swallowed.clear();
    }

    /// The tiles of a block that stand, with their numbers.
    pub fn standing(&self, block: usize) -> impl DoubleEndedIterator<Item = (usize, &Tile)> {
        let all = self.blocks[block].range();
        let tiles = all.clone().zip(&self.tiles[all]);
        tiles.filter(|(_, tile)| tile.stands)
    }

    /// The register inputs of a tile.
    #[inline]
    pub fn inputs(&self, tile: &Tile) -> &[ValueId] {
        &self.inputs[tile.input_range()]
    }

    /// The uops that a tile runs, the root last. None for the guard of a branch alone.
    pub fn members(&self, tile: &Tile) -> impl Iterator<Item = UopId> + '_ {
        let swallowed = self.swallowed[tile.swallowed_range()].iter().copied();
        swallowed.chain(tile.root())
    }
}
