//! The forward walk: gives every input and result of every tile a register, in layout order.
//!
//! A value that is in no register when it is needed is brought back: from its spill slot, where it has been since its
//! definition, or, a constant, made again. So the walk can let go of anything at any time and is right whatever it
//! decides; what it decides well is in [`super::registers`]. Start with [`Walker::run`].

use super::edges::Pending;
use super::liveness::{
    Liveness, NO_REG, NONE, Position, early, end_number, late, start_number, tile_number,
};
use super::loops::NO_LOOP;
use super::machinery;
use super::moves::ParallelMoves;
use super::output::{Allocation, BlockOps, Op, OpExit, Place, RESULT, Site};
use super::registers::{EMPTY, Registers, bits};
use super::undo::{Undo, undo};
use crate::faults::{Fault, planted};
use crate::machine::{Machine, class};
use crate::region::{ExitId, Region, Span, Terminator, ValueId};
use crate::select::tile::{Tile, TileExit};
use stencils::library::StencilId;

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
        for at in self.blocks[block].range() {
            if self.tiles[at].stands {
                self.tile(at, tile_number(block, at));
            }
        }
        self.out.blocks[block].ops = Span {
            start,
            len: self.out.ops.len() as u32 - start,
        };
        let number = end_number(block, self.blocks[block]);
        match self.region.blocks[block].terminator {
            Terminator::Jump(edge) => self.leave_by(block, edge, false, number),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                // Both edges read their values before either passes on.
                self.pop_uses(then);
                self.pop_uses(otherwise);
                self.pass(block, then, false, number);
                self.pass(block, otherwise, true, number);
            }
            Terminator::Leave(exit) => {
                self.out.blocks[block].site = self.site(exit, late(number), None);
            }
        }
    }

    /// Notes which loop the walk is in now.
    fn enter_loops(&mut self, block: usize) {
        let inside = self.live.loops.innermost[block];
        self.regs.inside = inside;
        if inside == NO_LOOP {
            (self.regs.loop_start, self.regs.loop_end, self.regs.avoid) = (0, Position::MAX, 0);
            return;
        }
        let around = self.live.loops.list[inside as usize];
        let (header, last) = (around.header as usize, around.last as usize);
        self.regs.loop_start = early(start_number(header, self.blocks[header]));
        self.regs.loop_end = late(end_number(last, self.blocks[last]));
        self.regs.avoid = self.scratch.homes[inside as usize];
    }

    /// Moves on to the next tile that destroys registers.
    fn next_call(&mut self) {
        self.regs.next_call = self.live.calls.pop().unwrap_or(Position::MAX);
    }

    fn tile(&mut self, at: usize, number: u32) {
        let tile = &self.tiles[at];
        let inputs = &self.inputs[tile.input_range()];
        let mut op = Op {
            regs: [0; 8],
            stencil: self.machine.variants.keeping(tile.pattern),
            imms: tile.imms,
            exit: OpExit::NONE,
            tile: at as u32,
        };
        let mut pinned = 0u32;
        let mut missing = false;
        for (place, input) in op.regs.iter_mut().zip(inputs) {
            let reg = self.live.values[input.index()].reg;
            if reg == NO_REG {
                missing = true;
            } else {
                *place = reg;
                pinned |= 1 << reg;
            }
        }
        if missing {
            self.bring_back(inputs, &mut op, &mut pinned, early(number));
        }
        for (reg, input) in op.regs.iter().zip(inputs) {
            let info = &mut self.live.values[input.index()];
            info.head = self.live.uses[info.head as usize].next;
            self.regs.touched[*reg as usize] = early(number);
        }
        let clobbers = self.machine.variants.clobbers(op.stencil);
        if clobbers != 0 {
            self.next_call();
            if !planted(Fault::CallKeepsRegisters) {
                self.clear_for_call(clobbers, number);
            }
        }
        // The result's register first: whatever has to leave it cannot be there when an exit is taken.
        if let Some(result) = tile.result() {
            self.choose_result(tile, inputs, result, &mut op, pinned, early(number));
        }
        match tile.exit() {
            TileExit::None => {}
            TileExit::Exit(exit) => {
                let undone = undo(self.machine, self.imms, inputs, tile, &op);
                op.exit = OpExit(self.site(exit, late(number), undone));
            }
            TileExit::Otherwise => op.exit = OpExit::OTHERWISE,
        }
        self.release_dying(inputs, early(number));
        if let Some(result) = tile.result()
            && self.live.values[result.index()].last != 0
        {
            self.regs
                .assign(self.live, op.regs[RESULT], result, late(number));
        }
        self.out.ops.push(op);
    }

    /// Brings the inputs that are in no register into one.
    fn bring_back(&mut self, inputs: &[ValueId], op: &mut Op, pinned: &mut u32, at: Position) {
        for (i, input) in inputs.iter().enumerate() {
            let mut reg = self.live.values[input.index()].reg;
            if reg == NO_REG {
                reg = self.regs.take(self.live, *input, *pinned, at, self.blocks);
                self.reload(reg, *input);
                self.regs.assign(self.live, reg, *input, at);
            }
            op.regs[i] = reg;
            *pinned |= 1 << reg;
        }
    }

    fn reload(&mut self, reg: u8, value: ValueId) {
        let info = self.live.values[value.index()];
        let op = if info.constant {
            machinery::constant(self.machine, self.region, self.imms, info.ty, reg, value)
        } else {
            self.regs.spill(self.live, value);
            machinery::load(info.ty, reg, value)
        };
        self.out.ops.push(op);
    }

    /// Frees the registers of inputs that are not used again.
    #[inline]
    fn release_dying(&mut self, inputs: &[ValueId], at: Position) {
        for input in inputs {
            let info = &self.live.values[input.index()];
            if info.last <= at && info.reg != NO_REG {
                self.regs.release(self.live, info.reg);
            }
        }
    }

    /// Gets values out of the registers that a call destroys: into preserved ones, if any are free, or out of all.
    fn clear_for_call(&mut self, clobbers: u32, number: u32) {
        for reg in bits(self.regs.occupied & clobbers) {
            let value = ValueId(self.regs.value[reg as usize]);
            let info = self.live.values[value.index()];
            if info.last <= early(number) {
                continue;
            }
            let class = self.regs.classes[class(info.ty)];
            let kept = class & self.regs.preserved & !self.regs.occupied & !clobbers;
            if kept == 0 || info.constant || info.head == NONE {
                self.regs.evict(self.live, reg, self.blocks);
                continue;
            }
            let to = kept.trailing_zeros() as u8;
            self.out
                .ops
                .push(machinery::copy(self.machine, info.ty, to, reg));
            self.regs.release(self.live, reg);
            self.regs.assign(self.live, to, value, early(number));
        }
    }

    /// Writes down where everything is that an exit needs, one value of which may be `undone`, and gives the site's number.
    fn site(&mut self, exit: ExitId, at: Position, undone: Option<(ValueId, Undo)>) -> u32 {
        let start = self.out.places.len();
        for entry in &self.region.snapshots[self.region.exits[exit.index()].snapshot.range()] {
            let place = match undone {
                Some((value, undo)) if value == entry.value && !self.is_constant(value) => {
                    self.out.undos.push(undo);
                    Place::undone(self.out.undos.len() as u32 - 1)
                }
                _ => self.place_of(entry.value, at),
            };
            self.out.places.push(place);
        }
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
        self.out.sites.push(Site {
            exit,
            places: Span {
                start: start as u32,
                len,
            },
        });
        self.scratch.last_sites[exit.index()] = site;
        site
    }

    fn is_constant(&self, value: ValueId) -> bool {
        self.live.values[value.index()].constant
    }

    /// Where a value is now. Somebody relies on it from now on.
    #[inline]
    pub(super) fn place_of(&mut self, value: ValueId, at: Position) -> Place {
        let info = &self.live.values[value.index()];
        if info.constant {
            Place::constant(value)
        } else if info.reg != NO_REG {
            self.regs.touched[info.reg as usize] = at;
            Place::reg(info.reg)
        } else {
            self.regs.spill(self.live, value);
            Place::slot(value)
        }
    }

    /// Chooses the result's register, and with it the stencil.
    fn choose_result(
        &mut self,
        tile: &Tile,
        inputs: &[ValueId],
        result: ValueId,
        op: &mut Op,
        pinned: u32,
        at: Position,
    ) {
        let wanted = self.regs.wanted(self.live, result, pinned, at);
        let shared = self.shared(tile, inputs, result, op, at);
        op.regs[RESULT] = match (wanted, shared) {
            (Some(reg), _) => reg,
            (None, Some((reg, stencil))) => {
                op.stencil = stencil;
                reg
            }
            (None, None) => self.regs.take(self.live, result, pinned, at, self.blocks),
        };
    }

    /// The best way for the result to take the register of an input that dies here: the register that the result
    /// would like, or else the cheapest stencil.
    fn shared(
        &self,
        tile: &Tile,
        inputs: &[ValueId],
        result: ValueId,
        op: &Op,
        at: Position,
    ) -> Option<(u8, StencilId)> {
        let variants = &self.machine.variants;
        let reusable = variants.reusable(tile.pattern);
        if reusable == 0 {
            return None;
        }
        let to = &self.live.values[result.index()];
        let home = if to.hint == NONE {
            NO_REG
        } else {
            self.live.values[to.hint as usize].home
        };
        let mut best: Option<(bool, u16, u8, StencilId)> = None;
        for (i, input) in inputs.iter().enumerate() {
            let info = &self.live.values[input.index()];
            let dies = info.last <= at || planted(Fault::ResultTakesLiveInput);
            if reusable >> i & 1 == 0 || !dies || info.ty != to.ty {
                continue;
            }
            let reg = op.regs[i];
            let together = (0..inputs.len())
                .filter(|j| op.regs[*j] == reg)
                .fold(0u8, |set, j| set | 1 << j);
            let Some(stencil) = variants.find(tile.pattern, together) else {
                continue;
            };
            let rank = (reg != home, variants.cost(stencil), reg, stencil);
            if best.is_none_or(|b| (rank.0, rank.1) < (b.0, b.1)) {
                best = Some(rank);
            }
        }
        let (_, _, reg, stencil) = best?;
        let lost_at_call = to.last > self.regs.next_call && self.regs.preserved >> reg & 1 == 0;
        let kept = self.regs.classes[class(to.ty)] & self.regs.preserved & !self.regs.occupied;
        (!lost_at_call || kept == 0).then_some((reg, stencil))
    }
}
