//! The loops of a region, as ranges of blocks in layout order: from a block that something jumps back to, to the last
//! block that does. Ranges nest; where the layout makes two overlap, the outer one is stretched.
//!
//! Start with [`Loops::find`]. Works on any region that the verifier lets through, in about linear time.

use super::liveness::{Position, early, end_number, late, start_number};
use crate::region::{BlockId, Region, Span, Terminator, ValueDef, ValueId};

/// One loop: an index into [`Loops::list`].
pub const NO_LOOP: u32 = u32::MAX;

/// One loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loop {
    /// The block that is jumped back to.
    pub header: u32,
    /// The last block of the range.
    pub last: u32,
    /// The loop around it, or [`NO_LOOP`].
    pub parent: u32,
    /// The position at which its header begins.
    pub start: Position,
    /// The position at which its last block ends.
    pub end: Position,
}

/// The loops of a region.
#[derive(Debug, Default)]
pub struct Loops {
    /// The loops, by header.
    pub list: Vec<Loop>,
    /// By block: the innermost loop that it is in, or [`NO_LOOP`].
    pub innermost: Vec<u32>,
    /// By block: the last block that jumps back to it, or 0.
    back: Vec<u32>,
    stack: Vec<u32>,
}

impl Loops {
    /// Finds the loops of a verified region.
    pub fn find(&mut self, region: &Region) {
        self.list.clear();
        self.stack.clear();
        self.innermost.clear();
        self.innermost.resize(region.blocks.len(), NO_LOOP);
        self.back.clear();
        self.back.resize(region.blocks.len(), 0);
        let mut any = false;
        for (number, block) in region.blocks.iter().enumerate() {
            let mut edge = |target: BlockId| {
                if target.index() <= number {
                    self.back[target.index()] = number as u32;
                    any = true;
                }
            };
            match block.terminator {
                Terminator::Jump(to) => edge(to.target),
                Terminator::Branch {
                    then, otherwise, ..
                } => {
                    edge(then.target);
                    edge(otherwise.target);
                }
                Terminator::Leave(_) => {}
            }
        }
        if any {
            self.nest(region.blocks.len() as u32);
        }
    }

    /// Gives the loops their positions, with the tiles of each block.
    pub fn place(&mut self, tiles: &[Span]) {
        for around in &mut self.list {
            let (header, last) = (around.header as usize, around.last as usize);
            around.start = early(start_number(header, tiles[header]));
            around.end = late(end_number(last, tiles[last]));
        }
    }

    /// Whether a value is made before a loop begins. Nothing is outside of no loop.
    pub fn is_outside(&self, region: &Region, value: ValueId, inside: u32) -> bool {
        let Some(around) = self.list.get(inside as usize) else {
            return false;
        };
        match region.def(value) {
            ValueDef::Uop(uop) => uop.0 < region.blocks[around.header as usize].uops.start,
            ValueDef::Param(block, _) => block.0 < around.header,
            ValueDef::Const(_) => true,
        }
    }

    fn nest(&mut self, blocks: u32) {
        for block in 0..blocks {
            while self
                .stack
                .last()
                .is_some_and(|l| self.list[*l as usize].last < block)
            {
                self.stack.pop();
            }
            let last = self.back[block as usize];
            // The entry is never jumped to, so that 0 can stand for no loop.
            if last != 0 {
                for l in &self.stack {
                    let outer = &mut self.list[*l as usize];
                    outer.last = outer.last.max(last);
                }
                let parent = self.stack.last().copied().unwrap_or(NO_LOOP);
                self.stack.push(self.list.len() as u32);
                self.list.push(Loop {
                    header: block,
                    last,
                    parent,
                    start: 0,
                    end: 0,
                });
            }
            self.innermost[block as usize] = self.stack.last().copied().unwrap_or(NO_LOOP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::{Block, Edge, RegionData};

    fn jumping(targets: &[u32]) -> Region {
        let jump = |t: &u32| Block {
            params: Span::default(),
            uops: Span::default(),
            terminator: Terminator::Jump(Edge {
                target: BlockId(*t),
                args: Span::default(),
            }),
        };
        let blocks = targets.iter().map(jump).collect();
        let data = RegionData {
            blocks,
            ..RegionData::default()
        };
        data.into()
    }

    #[test]
    fn loops_nest() {
        let mut loops = Loops::default();
        // 0 -> 1 -> 2 -> 2.. is a self loop inside the loop 1 to 3.
        loops.find(&jumping(&[1, 2, 2, 1, 5, 5]));
        let ranges: Vec<_> = loops
            .list
            .iter()
            .map(|l| (l.header, l.last, l.parent))
            .collect();
        assert_eq!(ranges, [(1, 3, NO_LOOP), (2, 2, 0), (5, 5, NO_LOOP)]);
        assert_eq!(loops.innermost, [NO_LOOP, 0, 1, 0, NO_LOOP, 2]);
    }

    #[test]
    fn overlapping_ranges_are_stretched_to_nest() {
        let mut loops = Loops::default();
        loops.find(&jumping(&[1, 2, 3, 1, 2]));
        let ranges: Vec<_> = loops
            .list
            .iter()
            .map(|l| (l.header, l.last, l.parent))
            .collect();
        assert_eq!(ranges, [(1, 4, NO_LOOP), (2, 4, 0)]);
    }
}
