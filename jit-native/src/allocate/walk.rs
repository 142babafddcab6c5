//! The forward walk: gives every input and result of every tile a register, in layout order.
//!
//! A value that is in no register when it is needed is brought back: from its spill slot, where it has been since its
//! definition, or, a constant, made again. So the walk can let go of anything at any time and is right whatever it
//! decides; what it decides well is in [`super::registers`]. Start with [`Walker::run`].

use super::edges::Pending;
use super::liveness::{Liveness, NO_REG, NONE, Position, early, tile_number};
use super::loops::NO_LOOP;
use super::machinery;
use super::moves::ParallelMoves;
use super::output::{Allocation, BlockOps, Op, OpExit, Place, RESULT, Site};
use super::registers::{EMPTY, Registers, bits};
use super::undo::{Undo, undo};
use crate::faults::{Fault, planted};
use crate::machine::{Machine, class};
use crate::region::{ExitId, Region, SnapshotEntry, Span, Terminator, ValueId};
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
    /// Their registers: a byte for each, the first the lowest.
    regs: u64,
    /// The same as a set.
    pinned: u32,
    /// The inputs that are not used again.
    dying: u8,
    /// Whether two of them are in one register.
    twice: bool,
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

impl Taken {
    /// The register of an input.
    #[inline(always)]
    fn reg(&self, input: usize) -> u8 {
        (self.regs >> (8 * (input & 7))) as u8
    }
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
                self.tile(at, tile, tile_number(block, at as usize));
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
                // Both edges read their values before either passes on; backward, as in `pop_uses`.
                self.pop_uses(otherwise);
                self.pop_uses(then);
                self.pass(block, then, false);
                self.pass(block, otherwise, true);
            }
            Terminator::Leave(exit) => {
                self.out.blocks[block].site = self.site(exit, None);
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

    /// Moves on to the next tile that destroys registers.
    fn next_call(&mut self) {
        self.regs.next_call = self.live.calls.pop().unwrap_or(Position::MAX);
    }

    #[inline]
    fn tile(&mut self, at: u32, tile: &Tile, number: u32) {
        let pool = self.inputs;
        let inputs = &pool[tile.input_range()];
        let machine = self.machine;
        let facts = machine.variants.facts(tile.pattern);
        let taken = self.take_inputs(tile, inputs, early(number));
        if facts.clobbers {
            self.next_call();
            if !planted(Fault::CallKeepsRegisters) {
                self.clear_for_call(machine.variants.clobbers(facts.keeping), number);
            }
        }
        // The result's register first: whatever has to leave it cannot be there when an exit is taken.
        let (mut regs, mut stencil) = (taken.regs, facts.keeping);
        let result = tile.result();
        if let Some(result) = result {
            let (reg, with) = self.choose_result(facts, result, taken, inputs.len(), early(number));
            regs |= u64::from(reg) << (8 * RESULT);
            stencil = with;
        }
        let regs = regs.to_le_bytes();
        let exit = match tile.exit() {
            TileExit::None => OpExit::NONE,
            TileExit::Exit(exit) => {
                let undone = undo(machine, self.imms, inputs, tile, regs);
                OpExit(self.site(exit, undone))
            }
            TileExit::Otherwise => OpExit::OTHERWISE,
        };
        self.release_dying(inputs, taken);
        if let Some(result) = result
            && self.live.values[result.index()].last != 0
        {
            self.regs.assign(self.live, regs[RESULT], result);
        }
        self.out.ops.push(Op {
            regs,
            stencil,
            imms: tile.imms,
            exit,
            tile: at,
        });
    }

    /// Finds the registers of a tile's inputs; brings those back that are in none.
    #[inline(always)]
    fn take_inputs(&mut self, tile: &Tile, inputs: &[ValueId], at: Position) -> Taken {
        let nexts = &self.live.next[tile.input_range()];
        let (mut regs, mut pinned, mut sum) = (0u64, 0u32, 0u32);
        let (mut dying, mut missing) = (0u8, 0u8);
        for (i, (input, next)) in inputs.iter().zip(nexts).enumerate() {
            let info = &mut self.live.values[input.index()];
            info.next = *next;
            dying |= u8::from(info.last <= at) << (i & 7);
            regs |= u64::from(info.reg) << (8 * (i & 7));
            missing |= info.reg;
            let bit = 1 << (info.reg & 31);
            pinned |= bit;
            sum = sum.wrapping_add(bit);
        }
        // No register has a number with this bit.
        if missing & 0x80 != 0 {
            (regs, pinned) = self.bring_back(inputs, at);
            sum = inputs.len() as u32 - pinned.count_ones() + pinned;
        }
        self.regs.touched |= pinned;
        Taken {
            regs,
            pinned,
            dying,
            twice: sum != pinned,
        }
    }

    /// Brings the inputs that are in no register into one. Gives the registers of all, as bytes and as a set.
    #[cold]
    #[inline(never)]
    fn bring_back(&mut self, inputs: &[ValueId], at: Position) -> (u64, u32) {
        let held = inputs
            .iter()
            .map(|input| self.live.values[input.index()].reg);
        let mut pinned = held
            .filter(|reg| *reg != NO_REG)
            .fold(0u32, |set, reg| set | 1 << reg);
        self.regs.touched |= pinned;
        let mut regs = 0;
        for (i, input) in inputs.iter().enumerate() {
            let mut reg = self.live.values[input.index()].reg;
            if reg == NO_REG {
                reg = self.regs.take(self.live, *input, pinned, at);
                self.reload(reg, *input);
                self.regs.assign(self.live, reg, *input);
            }
            regs |= u64::from(reg) << (8 * i);
            pinned |= 1 << reg;
        }
        (regs, pinned)
    }

    fn reload(&mut self, reg: u8, value: ValueId) {
        let info = self.live.values[value.index()];
        let op = if info.is_constant() {
            machinery::constant(self.machine, self.region, self.imms, info.ty, reg, value)
        } else {
            self.regs.spill(self.live, value);
            machinery::load(info.ty, reg, value)
        };
        self.out.ops.push(op);
    }

    /// Frees the registers of inputs that are not used again.
    #[inline(always)]
    fn release_dying(&mut self, inputs: &[ValueId], taken: Taken) {
        let mut dying = taken.dying;
        while dying != 0 {
            let i = dying.trailing_zeros() as usize;
            dying &= dying - 1;
            // It may be there twice.
            self.regs.occupied &= !(1 << (taken.reg(i) & 31));
            self.live.values[inputs[i].index()].reg = NO_REG;
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
            if kept == 0 || info.is_constant() || info.next == NONE {
                self.regs.evict(self.live, reg);
                continue;
            }
            let to = kept.trailing_zeros() as u8;
            self.out
                .ops
                .push(machinery::copy(self.machine, info.ty, to, reg));
            self.regs.release(self.live, reg);
            self.regs.assign(self.live, to, value);
        }
    }

    /// Writes down where everything is that an exit needs, one value of which may be `undone`, and gives the site's number.
    fn site(&mut self, exit: ExitId, undone: Option<(ValueId, Undo)>) -> u32 {
        let start = self.out.places.len();
        let region = self.region;
        let entries = region.snapshot(exit).iter();
        let place = |entry: &SnapshotEntry| self.regs.place_of(self.live, entry.value);
        self.out.places.extend(entries.map(place));
        if let Some((value, undo)) = undone {
            self.undo_in(exit, start, value, undo);
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

    /// Says of a site's places from `start` on that a value is computed instead.
    #[cold]
    fn undo_in(&mut self, exit: ExitId, start: usize, value: ValueId, undo: Undo) {
        if self.live.values[value.index()].is_constant() {
            return;
        }
        let entries = self.region.snapshot(exit);
        for (entry, place) in entries.iter().zip(&mut self.out.places[start..]) {
            if entry.value == value {
                *place = Place::undone(self.out.undos.len() as u32);
                self.out.undos.push(undo);
            }
        }
    }

    /// Chooses the result's register, and with it the stencil.
    #[inline(always)]
    fn choose_result(
        &mut self,
        facts: &Facts,
        result: ValueId,
        taken: Taken,
        inputs: usize,
        at: Position,
    ) -> (u8, StencilId) {
        let dying = if planted(Fault::ResultTakesLiveInput) {
            u8::MAX
        } else {
            taken.dying
        };
        let home = self.regs.home(self.live, result);
        if home != NO_REG
            && let Some(reg) = self.regs.wanted(self.live, home, taken.pinned, at)
        {
            return (reg, facts.keeping);
        }
        let sharing = facts.reusable & dying;
        if sharing != 0 {
            let at_home = home != NO_REG && taken.pinned >> (home & 31) & 1 != 0;
            let best = if taken.twice || at_home {
                self.shared(facts, home, sharing, &taken.regs.to_le_bytes()[..inputs])
            } else {
                let best = self.machine.variants.best(facts, sharing);
                let reg = taken.reg(best.input.into());
                best.stencil().map(|stencil| (reg, stencil))
            };
            if let Some((reg, stencil)) = best
                && !self.is_lost_at_call(result, reg)
            {
                return (reg, stencil);
            }
        }
        let reg = self.regs.take_other(self.live, result, taken.pinned, at);
        (reg, facts.keeping)
    }

    /// Whether a value would be lost at the next call in this register, and there is a free one in which it would not.
    #[inline(always)]
    fn is_lost_at_call(&self, value: ValueId, reg: u8) -> bool {
        let info = &self.live.values[value.index()];
        if info.last <= self.regs.next_call || self.regs.preserved >> (reg & 31) & 1 != 0 {
            return false;
        }
        self.regs.classes[class(info.ty)] & self.regs.preserved & !self.regs.occupied != 0
    }

    /// The best way for the result to take the register of one of these inputs, which die here: the register that the
    /// result would like, or else the cheapest stencil.
    #[inline(never)]
    fn shared(
        &self,
        facts: &Facts,
        home: u8,
        mut dying: u8,
        regs: &[u8],
    ) -> Option<(u8, StencilId)> {
        let variants = &self.machine.variants;
        let mut best: Option<(bool, u16, u8, StencilId)> = None;
        while dying != 0 {
            let reg = regs[dying.trailing_zeros() as usize];
            dying &= dying - 1;
            let mut together = 0u8;
            for (j, other) in regs.iter().enumerate() {
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
        best.map(|(_, _, reg, stencil)| (reg, stencil))
    }
}
