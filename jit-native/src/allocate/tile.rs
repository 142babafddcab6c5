//! One tile of the forward walk: the registers of its inputs and its result, and with them its stencil.
//!
//! Nearly all that happens here is that inputs are where they were put and the result takes a register that is free.
//! What to do when that is not so stands in [`super::pressure`]. Start with [`Walker::tile`].

use super::liveness::{NO_REG, Position, ValueInfo, early};
use super::output::{Op, OpExit, RESULT};
use super::undo::undo;
use super::walk::Walker;
use crate::faults::{Fault, planted};
use crate::machine::class;
use crate::region::ValueId;
use crate::select::tile::{Tile, TileExit};
use crate::variants::Facts;
use stencils::library::StencilId;

/// Where the inputs of a tile are.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    /// Their registers: a byte for each, the first the lowest.
    pub(super) regs: u64,
    /// The same as a set.
    pub(super) set: u32,
    /// Those of inputs that are not used again, as a set.
    pub(super) freed: u32,
    /// These inputs, as a set.
    pub(super) dying: u8,
}

impl Taken {
    /// No inputs.
    pub(super) const NOTHING: Taken = Taken {
        regs: 0,
        set: 0,
        freed: 0,
        dying: 0,
    };

    /// Input number `n` of a tile at this position, of which this is known.
    #[inline(always)]
    pub(super) fn input(n: usize, info: &ValueInfo, at: Position) -> Taken {
        let (place, dies) = (info.reg & 31, info.last == at);
        Taken {
            regs: u64::from(info.reg) << (8 * (n & 7)),
            set: 1 << place,
            freed: u32::from(dies) << place,
            dying: u8::from(dies) << (n & 7),
        }
    }

    /// These and others.
    #[inline(always)]
    pub(super) fn and(self, others: Taken) -> Taken {
        Taken {
            regs: self.regs | others.regs,
            set: self.set | others.set,
            freed: self.freed | others.freed,
            dying: self.dying | others.dying,
        }
    }

    /// The register of an input.
    #[inline(always)]
    fn reg(self, input: usize) -> u8 {
        (self.regs >> (8 * (input & 7))) as u8
    }

    /// The inputs, of so many, that are in a register: more than one if they are the same value.
    #[inline(always)]
    fn in_register(self, count: u8, reg: u8) -> u8 {
        let input = |n: usize| u8::from(self.reg(n) == reg) << (n & 7);
        match count {
            1 => input(0),
            2 => input(0) | input(1),
            _ => (0..usize::from(count)).fold(0, |set, n| set | input(n)),
        }
    }

    /// Whether two of so many inputs are the same.
    #[inline(always)]
    fn any_twice(self, count: u8) -> bool {
        match count {
            0 | 1 => false,
            2 => self.reg(0) == self.reg(1),
            _ => self.set.count_ones() != u32::from(count),
        }
    }
}

impl Walker<'_> {
    /// Gives a tile registers and writes its op.
    #[inline(always)]
    pub(super) fn tile(&mut self, at: u32, tile: &Tile, number: u32) {
        let machine = self.machine;
        let facts = machine.variants.facts(tile.pattern);
        let taken = self.take_inputs(tile, early(number));
        if facts.clobbers {
            self.next_call();
            if !planted(Fault::CallKeepsRegisters) {
                self.clear_for_call(machine.variants.clobbers(facts.keeping), number);
            }
        }
        // The result's register first: whatever has to leave it cannot be there when an exit is taken.
        let (mut regs, mut stencil) = (taken.regs, facts.keeping);
        let mut is_used = false;
        if let Some(result) = tile.result() {
            let info = self.live.values[result.index()];
            let (reg, with) = self.choose_result(facts, tile, info, taken, early(number));
            regs |= u64::from(reg) << (8 * RESULT);
            stencil = with;
            is_used = info.last != 0;
        }
        let regs = regs.to_le_bytes();
        let exit = match tile.exit() {
            TileExit::None => OpExit::NONE,
            TileExit::Exit(exit) => {
                let inputs = &self.inputs[tile.input_range()];
                let undone = undo(machine, self.imms, inputs, tile, regs);
                OpExit(self.site(exit, undone))
            }
            TileExit::Otherwise => OpExit::OTHERWISE,
        };
        // Where these inputs were nobody asks any more, but see `Registers::holding`.
        self.regs.occupied &= !taken.freed;
        if let Some(result) = tile.result()
            && is_used
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
    fn take_inputs(&mut self, tile: &Tile, at: Position) -> Taken {
        let pool = self.inputs;
        // A bit that no register's number has, set as well when it is not enough to know where the inputs are.
        let mut unusual = u8::from(self.regs.next.known) << 7;
        let mut take = |n: usize, input: ValueId| {
            let info = &self.live.values[input.index()];
            unusual |= info.reg;
            Taken::input(n, info, at)
        };
        let mut taken = match pool[tile.input_range()] {
            [] => Taken::NOTHING,
            [a] => take(0, a),
            [a, b] => take(0, a).and(take(1, b)),
            ref inputs => {
                let all = inputs.iter().take(RESULT).enumerate();
                all.fold(Taken::NOTHING, |taken, (n, input)| {
                    taken.and(take(n, *input))
                })
            }
        };
        if unusual >> 7 != 0 {
            taken = self.take_under_pressure(tile.input_range(), at);
        }
        self.regs.touched |= taken.set;
        taken
    }

    /// Chooses the register of a result of which this is known, and with it the stencil.
    #[inline(always)]
    fn choose_result(
        &mut self,
        facts: &Facts,
        tile: &Tile,
        result: ValueInfo,
        taken: Taken,
        at: Position,
    ) -> (u8, StencilId) {
        let variants = &self.machine.variants;
        let dying = if planted(Fault::ResultTakesLiveInput) {
            u8::MAX
        } else {
            taken.dying
        };
        let sharing = facts.reusable & dying;
        let home = self.regs.home(self.live, result);
        let at_home = home != NO_REG && taken.set >> (home & 31) & 1 != 0;
        if at_home {
            let inputs = taken.in_register(tile.input_count, home);
            if inputs & sharing != 0
                && let Some(stencil) = variants.find(facts, inputs)
                && !self.is_lost_at_call(result, home)
            {
                return (home, stencil);
            }
        } else if home != NO_REG
            && let Some(reg) = self.regs.wanted(self.live, home, at)
        {
            return (reg, facts.keeping);
        }
        if sharing != 0 {
            let best = if taken.any_twice(tile.input_count) {
                self.shared(facts, tile.input_count, sharing, taken)
            } else {
                let best = variants.best(facts, sharing);
                let reg = taken.reg(best.input.into());
                best.stencil().map(|stencil| (reg, stencil))
            };
            if let Some((reg, stencil)) = best
                && !self.is_lost_at_call(result, reg)
            {
                return (reg, stencil);
            }
        }
        let reg = match self.regs.free(self.live, result, taken.set, at) {
            Some(reg) => reg,
            None => self.take_from_another(result, taken.set, at),
        };
        (reg, facts.keeping)
    }

    /// Whether a value would be lost at the next call in this register, and there is a free one in which it would not.
    #[inline(always)]
    fn is_lost_at_call(&self, info: ValueInfo, reg: u8) -> bool {
        if info.last <= self.regs.next_call || self.regs.preserved >> (reg & 31) & 1 != 0 {
            return false;
        }
        self.regs.classes[class(info.ty)] & self.regs.preserved & !self.regs.occupied != 0
    }

    /// The cheapest way for the result to take the register of one of these inputs, which die here, when some are the same.
    #[cold]
    #[inline(never)]
    fn shared(
        &self,
        facts: &Facts,
        count: u8,
        mut dying: u8,
        taken: Taken,
    ) -> Option<(u8, StencilId)> {
        let variants = &self.machine.variants;
        let mut best: Option<(u16, u8, StencilId)> = None;
        while dying != 0 {
            let reg = taken.reg(dying.trailing_zeros() as usize);
            dying &= dying - 1;
            let Some(stencil) = variants.find(facts, taken.in_register(count, reg)) else {
                continue;
            };
            let cost = variants.cost(stencil);
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, reg, stencil));
            }
        }
        best.map(|(_, reg, stencil)| (reg, stencil))
    }
}
