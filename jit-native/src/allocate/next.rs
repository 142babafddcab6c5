//! When each value is used next in a register. Nobody asks until registers run short for the first time: then one pass
//! backward from the region's end to the present place finds it out, and the forward walk keeps it up from there on.
//!
//! Beside each use stands the next one, so that the walk, which passes by every use, always knows the next use of every
//! value. Snapshots are no such uses: an exit can read a spill slot as well. Start with [`NextUses::find`].

use super::liveness::{NONE, Position, early, end_number};
use crate::region::{Region, Span, Terminator, ValueId};
use crate::select::tile::Tile;

/// The uses of a region in layout order.
#[derive(Clone, Copy)]
pub(super) struct Uses<'a> {
    pub(super) region: &'a Region,
    pub(super) tiles: &'a [Tile],
    pub(super) blocks: &'a [Span],
    /// The pool of inputs, which begins with the region's operands.
    pub(super) inputs: &'a [ValueId],
}

/// The next uses from some place on.
#[derive(Debug, Default)]
pub(super) struct NextUses {
    /// Whether anything below means something.
    pub(super) known: bool,
    /// By value: the position of its next use in a register, or [`NONE`].
    by_value: Vec<Position>,
    /// By place in the pool of inputs: the next use after this one.
    after: Vec<Position>,
}

impl NextUses {
    /// The next use of a value.
    #[inline]
    pub(super) fn of(&self, value: ValueId) -> Position {
        self.by_value[value.index()]
    }

    /// Finds the next uses behind a position, unless they are known.
    pub(super) fn find(&mut self, uses: Uses<'_>, at: Position) {
        if self.known {
            return;
        }
        self.known = true;
        self.by_value.clear();
        self.by_value.resize(uses.region.values.len(), NONE);
        self.after.clear();
        self.after.resize(uses.inputs.len(), NONE);
        for (block, tiles) in uses.blocks.iter().enumerate().rev() {
            let mut number = end_number(block, *tiles);
            if early(number) <= at {
                return;
            }
            match uses.region.blocks[block].terminator {
                Terminator::Jump(edge) => self.used(uses, edge.args.range(), early(number)),
                Terminator::Branch {
                    then, otherwise, ..
                } => {
                    self.used(uses, then.args.range(), early(number));
                    self.used(uses, otherwise.args.range(), early(number));
                }
                Terminator::Leave(_) => {}
            }
            for tile in uses.tiles[tiles.range()].iter().rev() {
                number -= 1;
                if early(number) <= at {
                    return;
                }
                if tile.stands {
                    self.used(uses, tile.input_range(), early(number));
                }
            }
        }
    }

    /// Goes backward over uses in the pool of inputs.
    fn used(&mut self, uses: Uses<'_>, places: std::ops::Range<usize>, at: Position) {
        for place in places.rev() {
            let next = &mut self.by_value[uses.inputs[place].index()];
            self.after[place] = std::mem::replace(next, at);
        }
    }

    /// Goes forward over uses in the pool of inputs.
    pub(super) fn pass(&mut self, inputs: &[ValueId], places: std::ops::Range<usize>) {
        for place in places {
            self.by_value[inputs[place].index()] = self.after[place];
        }
    }
}
