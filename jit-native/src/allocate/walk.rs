//! The forward walk: gives every input and result of every tile a register, in layout order.
//!
//! A value that is in no register when it is needed is brought back: from its spill slot, where it has been since its
//! definition, or, a constant, made again. So the walk can let go of anything at any time and is right whatever it
//! decides. What it decides well is in [`super::tile`] and [`super::pressure`]. Start with [`Walker::run`].

use super::edges::Pending;
use super::liveness::{Liveness, NO_REG, NONE, Position, early, tile_number};
use super::loops::NO_LOOP;
use super::moves::ParallelMoves;
use super::output::{Allocation, BlockOps, Place, Site};
use super::registers::{EMPTY, Registers};
use super::undo::Undo;
use crate::faults::{Fault, planted};
use crate::machine::{Machine, class};
use crate::region::{ExitId, Region, SnapshotEntry, Span, Terminator, ValueId};
use crate::select::tile::Tile;

/// The walk's scratch memory that outlives it.
#[derive(Debug, Default)]
pub(super) struct WalkScratch {
    pub(super) moves: ParallelMoves,
    /// Edges to blocks that have not been reached yet.
    pub(super) pending: Vec<Pending>,
    /// By block: the first of its pending edges.
    pub(super) pending_heads: Vec<u32>,
    /// By exit: its latest site.
    pub(super) last_sites: Vec<u32>,
    /// By loop: the registers of its header's parameters.
    pub(super) homes: Vec<u32>,
}

/// The walk.
pub(super) struct Walker<'a> {
    pub(super) machine: &'a Machine,
    pub(super) region: &'a Region,
    pub(super) tiles: &'a [Tile],
    pub(super) blocks: &'a [Span],
    pub(super) inputs: &'a [ValueId],
    pub(super) imms: &'a mut Vec<i64>,
    pub(super) live: &'a mut Liveness,
    pub(super) regs: &'a mut Registers,
    pub(super) scratch: &'a mut WalkScratch,
    pub(super) out: &'a mut Allocation,
}

impl Walker<'_> {
    /// Walks the whole region.
    pub(super) fn run(&mut self) {
        self.scratch.last_sites.clear();
        self.scratch
            .last_sites
            .resize(self.region.exits.len(), NONE);
        self.scratch.pending.clear();
        self.scratch.pending_heads.clear();
        self.scratch
            .pending_heads
            .resize(self.region.blocks.len(), NONE);
        self.scratch.homes.clear();
        self.scratch.homes.resize(self.live.loops.list.len(), 0);
        self.regs.headers.clear();
        self.regs.headers.resize(self.live.loops.list.len(), EMPTY);
        self.regs.touched_around.clear();
        self.regs
            .touched_around
            .resize(self.live.loops.list.len(), 0);
        self.out
            .blocks
            .resize(self.region.blocks.len(), BlockOps::default());
        self.out
            .ops
            .reserve(self.tiles.len() + self.tiles.len() / 8);
        self.next_call();
        for block in 0..self.region.blocks.len() {
            self.block(block);
        }
    }

    fn block(&mut self, block: usize) {
        self.enter_loops(block);
        if block > 0 {
            self.enter(block);
        }
        let start = self.out.ops.len() as u32;
        let tiles = self.blocks[block];
        let numbered = (tiles.start..).zip(&self.tiles[tiles.range()]);
        for (at, tile) in numbered {
            if tile.stands {
                self.tile(at, tile, early(tile_number(block, at as usize)));
            }
        }
        self.out.blocks[block].ops = Span {
            start,
            len: self.out.ops.len() as u32 - start,
        };
        match self.region.blocks[block].terminator {
            Terminator::Jump(edge) => self.leave_by(block, edge, false),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                // Both edges read their values before either passes on; in the order that `NextUses` has.
                self.pass_uses(otherwise);
                self.pass_uses(then);
                self.pass(block, then, false);
                self.pass(block, otherwise, true);
            }
            Terminator::Leave(exit) => {
                let start = self.out.places.len();
                if self.places(exit, 0) {
                    self.spill_for(exit);
                }
                self.out.blocks[block].site = self.site(exit, start);
            }
        }
    }

    /// Notes which loop the walk is in now.
    fn enter_loops(&mut self, block: usize) {
        let inside = self.live.loops.innermost[block];
        self.regs.go_into(self.live, inside);
        if inside == NO_LOOP {
            (self.regs.loop_start, self.regs.loop_end, self.regs.avoid) = (0, Position::MAX, 0);
            return;
        }
        let around = self.live.loops.list[inside as usize];
        (self.regs.loop_start, self.regs.loop_end) = (around.start, around.end);
        self.regs.avoid = self.scratch.homes[inside as usize];
    }

    /// The registers that a value may be in, as a set.
    #[inline(always)]
    pub(super) fn class(&self, value: ValueId) -> u32 {
        self.regs.classes[class(self.region.ty(value))]
    }

    /// Moves on to the next tile that destroys registers.
    pub(super) fn next_call(&mut self) {
        self.regs.next_call = self.live.calls.pop().unwrap_or(Position::MAX);
    }

    /// Writes down where everything is that an exit needs. Says whether there is more to do: for a value that is in no
    /// register, or for one that is not used after this position, which the exit may have to compute.
    #[inline(always)]
    pub(super) fn places(&mut self, exit: ExitId, at: Position) -> bool {
        let (values, live) = (&self.region.values[..], &self.live.values[..]);
        let (mut touched, mut more) = (0, false);
        for &SnapshotEntry { value, .. } in self.region.snapshot(exit) {
            let place = if values[value.index()].is_constant() {
                Place::constant(value)
            } else {
                let info = &live[value.index()];
                more |= info.last <= at;
                if info.reg == NO_REG {
                    more = true;
                    Place::slot(value)
                } else {
                    touched |= 1 << (info.reg & 31);
                    Place::reg(info.reg)
                }
            };
            self.out.places.push(place);
        }
        self.regs.touched |= touched;
        more
    }

    /// Makes what an exit has just found in no register be in its slot.
    #[cold]
    #[inline(never)]
    pub(super) fn spill_for(&mut self, exit: ExitId) {
        for SnapshotEntry { value, .. } in self.region.snapshot(exit) {
            if self.live.values[value.index()].reg == NO_REG {
                self.regs.spill(self.live, self.region, *value);
            }
        }
    }

    /// Makes an exit compute an operand, where the places that it has just been given say otherwise. A constant has a place
    /// anyway.
    pub(super) fn undo_for(
        &mut self,
        exit: ExitId,
        start: usize,
        (operand, undo): (ValueId, Undo),
    ) {
        if self.region.values[operand.index()].is_constant() {
            return;
        }
        let snapshot = self.region.snapshot(exit);
        for (entry, place) in snapshot.iter().zip(&mut self.out.places[start..]) {
            if entry.value == operand {
                *place = Place::undone(self.out.undos.len() as u32);
                self.out.undos.push(undo);
            }
        }
    }

    /// The number of the site of an exit that finds its values in the places from `start` on.
    #[inline(always)]
    pub(super) fn site(&mut self, exit: ExitId, start: usize) -> u32 {
        let latest = self.scratch.last_sites[exit.index()];
        if latest != NONE {
            let before = self.out.sites[latest as usize].places;
            if self.out.places[before.range()] == self.out.places[start..]
                || planted(Fault::SiteIsShared)
            {
                self.out.places.truncate(start);
                return latest;
            }
        }
        let len = (self.out.places.len() - start) as u32;
        let site = self.out.sites.len() as u32;
        let places = Span {
            start: start as u32,
            len,
        };
        self.out.sites.push(Site { exit, places });
        self.scratch.last_sites[exit.index()] = site;
        site
    }
}
