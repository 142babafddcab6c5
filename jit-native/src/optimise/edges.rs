//! The edges between blocks: how many ways lead to an old block as far as is known, and which edges of the new region
//! go where, with their arguments.

use super::forward::Walk;
use crate::region::{BlockId, RegionData, Span, edges};

/// Which new block: the one that an old block becomes, or, for a loop whose first round is peeled off, the loop itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(pub u32);

impl Label {
    pub fn first(block: BlockId) -> Label {
        Label(block.0)
    }

    pub fn again(block: BlockId, region: &RegionData) -> Label {
        Label(block.0 + region.blocks.len() as u32)
    }
}

/// An edge of the new region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    /// Its arguments in the new region.
    pub args: Span,
    /// The place of the new block that it comes from.
    pub from: usize,
    /// For a branch's edge, whether the guard held.
    pub held: Option<bool>,
    /// The edge to the same block before this one, plus one.
    next: u32,
}

/// All edges.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// For each old block, the forward edges to it that are not known to be dead.
    forward: Vec<u32>,
    /// For each old block, the newest of the back edges to it, plus one.
    back: Vec<u32>,
    backs: Vec<(Span, u32)>,
    /// For each label, the newest edge to it, plus one.
    heads: Vec<u32>,
    incoming: Vec<Incoming>,
    /// For each label, the place of its new block.
    places: Vec<BlockId>,
}

impl Edges {
    /// Counts a region's edges.
    pub fn reset(&mut self, region: &RegionData) {
        let blocks = region.blocks.len();
        self.forward.clear();
        self.forward.resize(blocks, 0);
        self.back.clear();
        self.back.resize(blocks, 0);
        self.backs.clear();
        self.heads.clear();
        self.heads.resize(2 * blocks, 0);
        self.incoming.clear();
        self.places.clear();
        self.places.resize(2 * blocks, BlockId(u32::MAX));
        for (n, block) in region.blocks.iter().enumerate() {
            for edge in edges(&block.terminator) {
                let target = edge.target.index();
                if target > n {
                    self.forward[target] += 1;
                } else {
                    self.backs.push((edge.args, self.back[target]));
                    self.back[target] = self.backs.len() as u32;
                }
            }
        }
    }

    /// Whether an old block may be come to; its turn has come.
    pub fn is_reachable(&self, block: BlockId) -> bool {
        self.forward[block.index()] > 0
    }

    /// Whether an old block begins a loop.
    pub fn has_back_edge(&self, block: BlockId) -> bool {
        self.back[block.index()] != 0
    }

    /// The forward edges to the block that a walk makes.
    pub fn forward_count(&self, block: BlockId, walk: Walk) -> u32 {
        if walk == Walk::Again {
            1
        } else {
            self.forward[block.index()]
        }
    }

    /// The arguments of the old back edges to a block.
    pub fn back_edges(&self, block: BlockId) -> impl Iterator<Item = Span> + '_ {
        let mut next = self.back[block.index()];
        std::iter::from_fn(move || {
            let (args, before) = *self.backs.get((next as usize).checked_sub(1)?)?;
            next = before;
            Some(args)
        })
    }

    /// An old edge is never taken.
    pub fn drop_edge(&mut self, from: BlockId, target: BlockId) {
        if target > from {
            self.forward[target.index()] -= 1;
        }
    }

    /// An edge of the new region.
    pub fn add(&mut self, label: Label, args: Span, from: usize, held: Option<bool>) {
        let head = &mut self.heads[label.0 as usize];
        self.incoming.push(Incoming {
            args,
            from,
            held,
            next: *head,
        });
        *head = self.incoming.len() as u32;
    }

    /// The edges to a label so far, the newest first.
    pub fn incoming(&self, label: Label) -> impl Iterator<Item = Incoming> + '_ {
        let mut next = self.heads[label.0 as usize];
        std::iter::from_fn(move || {
            let edge = *self.incoming.get((next as usize).checked_sub(1)?)?;
            next = edge.next;
            Some(edge)
        })
    }

    /// The new block for a label begins here.
    pub fn place(&mut self, label: Label, place: usize) {
        self.places[label.0 as usize] = BlockId(place as u32);
    }

    /// Where the new block for a label is.
    pub fn place_of(&self, label: Label) -> BlockId {
        self.places[label.0 as usize]
    }

    /// For each new block, the old one that it begins with.
    pub fn name_blocks(&self, old_blocks: usize, names: &mut [BlockId]) {
        for (label, place) in self.places.iter().enumerate() {
            if let Some(name) = names.get_mut(place.index()) {
                *name = BlockId((label % old_blocks) as u32);
            }
        }
    }
}
