//! One tile of the forward walk: the registers of its inputs and its result, and with them its stencil.
//!
//! Nearly all that happens here is that inputs are where they were put and the result takes a register that is free.
//! What to do when that is not so stands in [`super::pressure`]. Start with [`Walker::tile`].

use super::liveness::{NO_REG, NONE, Position, ValueInfo};
use super::output::{Op, OpExit, RESULT};
use super::undo::undo;
use super::walk::Walker;
use crate::faults::{Fault, planted};
use crate::region::{ExitId, ValueId};
use crate::select::tile::{Tile, TileExit};
use crate::variants::Facts;
use stencils::library::StencilId;

/// The registers of a tile's inputs: a byte for each, the first the lowest.
#[derive(Clone, Copy)]
pub(super) struct InputRegs(u64);

/// Where the inputs of a tile are.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    /// Their registers.
    pub(super) regs: InputRegs,
    /// The same as a set.
    pub(super) set: u32,
    /// Those of inputs that are not used again, as a set.
    pub(super) freed: u32,
    /// These inputs, as a set.
    pub(super) dying: u8,
    /// The registers that more than one input is in, as a set.
    twice: u32,
}

impl Taken {
    /// No inputs.
    pub(super) const NOTHING: Taken = Taken {
        regs: InputRegs(0),
        set: 0,
        freed: 0,
        dying: 0,
        twice: 0,
    };

    /// Input number `n` of a tile at this position, of which this is known.
    #[inline(always)]
    pub(super) fn input(n: usize, info: &ValueInfo, at: Position) -> Taken {
        let (place, dies) = (info.reg & 31, info.last == at);
        Taken {
            regs: InputRegs(u64::from(info.reg) << (8 * (n & 7))),
            set: 1 << place,
            freed: u32::from(dies) << place,
            dying: u8::from(dies) << (n & 7),
            twice: 0,
        }
    }

    /// These and others.
    #[inline(always)]
    pub(super) fn and(self, others: Taken) -> Taken {
        Taken {
            regs: InputRegs(self.regs.0 | others.regs.0),
            set: self.set | others.set,
            freed: self.freed | others.freed,
            dying: self.dying | others.dying,
            twice: self.twice | others.twice | self.set & others.set,
        }
    }
}

impl InputRegs {
    /// Whether some input is in none: [`NO_REG`] has a bit that no register's number has.
    #[inline(always)]
    fn is_any_missing(self) -> bool {
        self.0 & 0x8080_8080_8080_8080 != 0
    }

    /// The register of an input.
    #[inline(always)]
    fn of(self, input: usize) -> u8 {
        (self.0 >> (8 * (input & 7))) as u8
    }

    /// The inputs, of so many, that are in a register: more than one if they are the same value.
    #[inline(always)]
    fn in_register(self, count: u8, reg: u8) -> u8 {
        let input = |n: usize| u8::from(self.of(n) == reg) << (n & 7);
        match count {
            1 => input(0),
            2 => input(0) | input(1),
            _ => (0..usize::from(count)).fold(0, |set, n| set | input(n)),
        }
    }
}

impl Walker<'_> {
    /// Gives a tile whose operands are read at this position registers and writes its op.
    #[inline(always)]
    pub(super) fn tile(&mut self, number: u32, tile: &Tile, at: Position) {
        let facts = self.machine.variants.facts(tile.pattern);
        let taken = match self.inputs[tile.input_range()] {
            [] => Taken::NOTHING,
            [a] => self.input(0, a, at),
            [a, b] => self.input(0, a, at).and(self.input(1, b, at)),
            _ => return self.hard_tile(number, tile, at),
        };
        if taken.regs.is_any_missing() || facts.clobbers || self.regs.next.known {
            self.hard_tile(number, tile, at);
        } else {
            self.regs.touched |= taken.set;
            self.place(number, tile, at, facts, taken);
        }
    }

    /// The same for a tile that has many inputs, or not all in registers, or that destroys registers; and for all tiles
    /// once the next uses are known, which are kept up here.
    #[inline(never)]
    fn hard_tile(&mut self, number: u32, tile: &Tile, at: Position) {
        let facts = self.machine.variants.facts(tile.pattern);
        let inputs = &self.inputs[tile.input_range()];
        if self.regs.next.known {
            self.regs.next.pass(self.inputs, tile.input_range());
        }
        let is_missing = |input: &ValueId| self.live.values[input.index()].reg == NO_REG;
        if inputs.iter().any(is_missing) {
            self.bring_back(inputs, at);
        }
        // Before a call makes them go: it still finds them there, and so the loop has used them.
        let all = inputs.iter().take(RESULT).enumerate();
        let taken = all.fold(Taken::NOTHING, |taken, (n, input)| {
            taken.and(self.input(n, *input, at))
        });
        self.regs.touched |= taken.set;
        if facts.clobbers {
            self.next_call();
            if !planted(Fault::CallKeepsRegisters) {
                self.clear_for_call(self.machine.variants.clobbers(facts.keeping), at);
            }
        }
        self.place(number, tile, at, facts, taken);
    }

    /// Where input number `n` of a tile is.
    #[inline(always)]
    fn input(&self, n: usize, input: ValueId, at: Position) -> Taken {
        Taken::input(n, &self.live.values[input.index()], at)
    }

    /// Writes the op of a tile whose inputs are in registers.
    #[inline(always)]
    fn place(&mut self, number: u32, tile: &Tile, at: Position, facts: &Facts, taken: Taken) {
        let (mut regs, mut stencil) = (taken.regs.0, facts.keeping);
        if let Some(result) = tile.result() {
            let info = self.live.values[result.index()];
            let (reg, with) = self.choose_result(facts, tile, result, info, taken, at);
            regs |= u64::from(reg) << (8 * RESULT);
            stencil = with;
            // Where these inputs were nobody asks any more, but see `Registers::holding`.
            self.regs.occupied &= !taken.freed;
            if info.last != 0 {
                self.regs.assign(self.live, reg, result);
            }
        } else {
            self.regs.occupied &= !taken.freed;
        }
        let exit = tile.exit();
        self.out.ops.push(Op {
            regs: regs.to_le_bytes(),
            stencil,
            imms: tile.imms,
            exit: match exit {
                TileExit::None => OpExit::NONE,
                TileExit::Otherwise => OpExit::OTHERWISE,
                // In place of its site.
                TileExit::Exit(exit) => OpExit(exit.0),
            },
            tile: number,
        });
        // After the result has its register: whatever had to leave that cannot be there when the exit is taken.
        if let TileExit::Exit(exit) = exit {
            self.exit(exit, tile, at);
        }
    }

    /// Says of the op written last where it leaves to, and where that finds its values.
    #[inline(never)]
    fn exit(&mut self, exit: ExitId, tile: &Tile, at: Position) {
        let start = self.out.places.len();
        if self.places(exit, at) {
            self.exit_further(exit, tile, start);
        }
        let site = self.site(exit, start);
        if let Some(op) = self.out.ops.last_mut() {
            op.exit = OpExit(site);
        }
    }

    /// The same for what is in no register, or is to be computed.
    #[cold]
    #[inline(never)]
    fn exit_further(&mut self, exit: ExitId, tile: &Tile, start: usize) {
        self.spill_for(exit);
        let inputs = &self.inputs[tile.input_range()];
        if let Some(op) = self.out.ops.last()
            && let Some(undone) = undo(self.machine, self.imms, inputs, tile, op.regs)
        {
            self.undo_for(exit, start, undone);
        }
    }

    /// Chooses the register of a result of which this is known, and with it the stencil.
    #[inline(always)]
    fn choose_result(
        &mut self,
        facts: &Facts,
        tile: &Tile,
        result: ValueId,
        info: ValueInfo,
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
        if info.hint != NONE
            && let Some(best) = self.at_home(facts, tile, result, taken.regs, sharing, at)
        {
            return best;
        }
        if sharing != 0 {
            let best = if taken.twice != 0 {
                self.shared(facts, tile.input_count, sharing, taken.regs)
            } else {
                let best = variants.best(facts, sharing);
                let reg = taken.regs.of(best.input.into());
                best.stencil().map(|stencil| (reg, stencil))
            };
            if let Some((reg, stencil)) = best
                && !self.is_lost_at_call(result, info, reg)
            {
                return (reg, stencil);
            }
        }
        let class = self.class(result);
        let reg = match self.regs.free(self.live, class, info.last, taken.set, at) {
            Some(reg) => reg,
            None => self.take_from_another(class & !taken.set, at),
        };
        (reg, facts.keeping)
    }

    /// The register that a result would like, if it can have that, and the stencil.
    #[inline(never)]
    fn at_home(
        &mut self,
        facts: &Facts,
        tile: &Tile,
        result: ValueId,
        regs: InputRegs,
        sharing: u8,
        at: Position,
    ) -> Option<(u8, StencilId)> {
        let info = self.live.values[result.index()];
        let home = self.regs.home(self.live, info);
        if home == NO_REG {
            return None;
        }
        let inputs = regs.in_register(tile.input_count, home);
        if inputs == 0 {
            let reg = self.regs.wanted(self.live, home, at)?;
            return Some((reg, facts.keeping));
        }
        if inputs & sharing == 0 || self.is_lost_at_call(result, info, home) {
            return None;
        }
        let stencil = self.machine.variants.find(facts, inputs)?;
        Some((home, stencil))
    }

    /// Whether a value would be lost at the next call in this register, and there is a free one in which it would not.
    #[inline(always)]
    fn is_lost_at_call(&self, value: ValueId, info: ValueInfo, reg: u8) -> bool {
        if info.last <= self.regs.next_call || self.regs.preserved >> (reg & 31) & 1 != 0 {
            return false;
        }
        self.class(value) & self.regs.preserved & !self.regs.occupied != 0
    }

    /// The cheapest way for the result to take the register of one of these inputs, which die here, when some are the same.
    #[cold]
    #[inline(never)]
    fn shared(
        &self,
        facts: &Facts,
        count: u8,
        mut dying: u8,
        regs: InputRegs,
    ) -> Option<(u8, StencilId)> {
        let variants = &self.machine.variants;
        let mut best: Option<(u16, u8, StencilId)> = None;
        while dying != 0 {
            let reg = regs.of(dying.trailing_zeros() as usize);
            dying &= dying - 1;
            let Some(stencil) = variants.find(facts, regs.in_register(count, reg)) else {
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
