//! The forward walk: gives every input and result of every tile a register, in layout order.
//!
//! A value that is in no register when it is needed is brought back: from its spill slot, where it has been since its
//! definition, or, a constant, made again. So the walk can let go of anything at any time and is right whatever it
//! decides; what it decides well is in [`super::registers`]. Start with [`Walker::run`].

use super::edges::Pending;
use super::liveness::{Liveness, NO_REG, NONE, Position, early, end_number, late, tile_number};
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
use crate::variants::Facts;
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

/// What the inputs of a tile are.
#[derive(Clone, Copy)]
struct Taken {
    /// Their registers.
    pinned: u32,
    /// Those that are not used again.
    dying: u8,
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
                // Both edges read their values before either passes on; backward, as in `pop_uses`.
                self.pop_uses(otherwise);
                self.pop_uses(then);
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
        (self.regs.loop_start, self.regs.loop_end) = (around.start, around.end);
        self.regs.avoid = self.scratch.homes[inside as usize];
    }

    /// Moves on to the next tile that destroys registers.
    fn next_call(&mut self) {
        self.regs.next_call = self.live.calls.pop().unwrap_or(Position::MAX);
    }

    fn tile(&mut self, at: usize, number: u32) {
        let (tiles, pool) = (self.tiles, self.inputs);
        let tile = &tiles[at];
        let inputs = &pool[tile.input_range()];
        let machine = self.machine;
        let facts = machine.variants.facts(tile.pattern);
        let mut op = Op {
            regs: [0; 8],
            stencil: facts.keeping,
            imms: tile.imms,
            exit: OpExit::NONE,
            tile: at as u32,
        };
        let taken = self.take_inputs(tile, inputs, &mut op, early(number));
        if facts.clobbers {
            self.next_call();
            if !planted(Fault::CallKeepsRegisters) {
                self.clear_for_call(machine.variants.clobbers(op.stencil), number);
            }
        }
        // The result's register first: whatever has to leave it cannot be there when an exit is taken.
        let result = tile.result();
        if let Some(result) = result {
            self.choose_result(facts, result, taken, &mut op, inputs.len(), early(number));
        }
        match tile.exit() {
            TileExit::None => {}
            TileExit::Exit(exit) => {
                let undone = undo(machine, self.imms, inputs, tile, &op);
                op.exit = OpExit(self.site(exit, late(number), undone));
            }
            TileExit::Otherwise => op.exit = OpExit::OTHERWISE,
        }
        self.release_dying(inputs, taken.dying);
        if let Some(result) = result
            && self.live.values[result.index()].last != 0
        {
            self.regs
                .assign(self.live, op.regs[RESULT], result, late(number));
        }
        self.out.ops.push(op);
    }

    /// Finds the registers of a tile's inputs; brings those back that are in none.
    #[inline]
    fn take_inputs(&mut self, tile: &Tile, inputs: &[ValueId], op: &mut Op, at: Position) -> Taken {
        let nexts = &self.live.next[tile.input_range()];
        let mut taken = Taken {
            pinned: 0,
            dying: 0,
        };
        let mut missing = false;
        for (i, (input, next)) in inputs.iter().zip(nexts).enumerate() {
            let info = &mut self.live.values[input.index()];
            info.next = *next;
            taken.dying |= u8::from(info.last <= at) << (i & 7);
            op.regs[i & 7] = info.reg;
            if info.reg == NO_REG {
                missing = true;
            } else {
                taken.pinned |= 1 << (info.reg & 31);
                self.regs.touched[usize::from(info.reg & 31)] = at;
            }
        }
        if missing {
            self.bring_back(inputs, op, &mut taken.pinned, at);
        }
        taken
    }

    /// Brings the inputs that are in no register into one.
    #[cold]
    fn bring_back(&mut self, inputs: &[ValueId], op: &mut Op, pinned: &mut u32, at: Position) {
        for (i, input) in inputs.iter().enumerate() {
            let mut reg = self.live.values[input.index()].reg;
            if reg == NO_REG {
                reg = self.regs.take(self.live, *input, *pinned, at);
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
    fn release_dying(&mut self, inputs: &[ValueId], mut dying: u8) {
        while dying != 0 {
            let input = inputs[dying.trailing_zeros() as usize];
            dying &= dying - 1;
            // It may be there twice.
            let reg = self.live.values[input.index()].reg;
            if reg != NO_REG {
                self.regs.release(self.live, reg);
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
            if kept == 0 || info.constant || info.next == NONE {
                self.regs.evict(self.live, reg);
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
    #[inline]
    fn choose_result(
        &mut self,
        facts: &Facts,
        result: ValueId,
        taken: Taken,
        op: &mut Op,
        inputs: usize,
        at: Position,
    ) {
        let dying = if planted(Fault::ResultTakesLiveInput) {
            u8::MAX
        } else {
            taken.dying
        };
        if let Some(reg) = self.regs.wanted(self.live, result, taken.pinned, at) {
            op.regs[RESULT] = reg;
        } else if facts.reusable & dying != 0
            && let Some((reg, stencil)) =
                self.shared(facts, result, facts.reusable & dying, op, inputs)
        {
            op.regs[RESULT] = reg;
            op.stencil = stencil;
        } else {
            let pinned = taken.pinned;
            op.regs[RESULT] = self.regs.take_other(self.live, result, pinned, at);
        }
    }

    /// The best way for the result to take the register of one of these inputs, which die here: the register that the
    /// result would like, or else the cheapest stencil.
    #[inline]
    fn shared(
        &self,
        facts: &Facts,
        result: ValueId,
        mut dying: u8,
        op: &Op,
        inputs: usize,
    ) -> Option<(u8, StencilId)> {
        let variants = &self.machine.variants;
        let home = self.regs.home(self.live, result);
        let mut best: Option<(bool, u16, u8, StencilId)> = None;
        while dying != 0 {
            let reg = op.regs[dying.trailing_zeros() as usize];
            dying &= dying - 1;
            let mut together = 0u8;
            for (j, other) in op.regs[..inputs].iter().enumerate() {
                together |= u8::from(*other == reg) << j;
            }
            let Some(stencil) = variants.find(facts, together) else {
                continue;
            };
            let rank = (reg != home, variants.cost(stencil), reg, stencil);
            if best.is_none_or(|b| (rank.0, rank.1) < (b.0, b.1)) {
                best = Some(rank);
            }
        }
        let (_, _, reg, stencil) = best?;
        let to = &self.live.values[result.index()];
        let lost_at_call = to.last > self.regs.next_call && self.regs.preserved >> reg & 1 == 0;
        let kept = self.regs.classes[class(to.ty)] & self.regs.preserved & !self.regs.occupied;
        (!lost_at_call || kept == 0).then_some((reg, stencil))
    }
}
