//! What selection hands on: the region as tiles, one for each stencil that will be copied for it.

use crate::region::{ExitId, Span, UopId, ValueId};
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

/// One stencil to be: a pattern with its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// What it computes.
    pub pattern: PatternId,
    /// Its register inputs, in [`Selection::inputs`].
    pub inputs: Span,
    /// Where its immediates start in [`Selection::imms`]; the pattern knows how many there are.
    pub imms: u32,
    /// Its result.
    pub result: Option<ValueId>,
    /// Where it leaves to.
    pub exit: TileExit,
    /// The last of the uops that it runs, unless that is the guard of a branch.
    pub root: Option<UopId>,
    /// The uops that it runs before, in [`Selection::swallowed`].
    pub swallowed: Span,
}

/// A region as tiles, in layout order.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The tiles.
    pub tiles: Vec<Tile>,
    /// The tiles of each block, in layout order without a gap.
    pub blocks: Vec<Span>,
    /// Pool of register inputs.
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

    /// The register inputs of a tile.
    #[inline]
    pub fn inputs(&self, tile: &Tile) -> &[ValueId] {
        &self.inputs[tile.inputs.range()]
    }

    /// The uops that a tile runs, the root last. None for the guard of a branch alone.
    pub fn members(&self, tile: &Tile) -> impl Iterator<Item = UopId> + '_ {
        let swallowed = &self.swallowed[tile.swallowed.range()];
        swallowed.iter().copied().chain(tile.root)
    }
}
