//! What the forward walk does when registers run short: who has to leave one, how values come back, and what gets out of
//! the way of a call.
//!
//! The choice is Belady's: what is used farthest ahead goes first, weighed by what it costs to bring back. Start with
//! [`Walker::take_from_another`].

use super::liveness::{Backing, NO_REG, NONE, Position, ValueInfo, early};
use super::loops::NO_LOOP;
use super::machinery;
use super::next::Uses;
use super::registers::bits;
use super::tile::Taken;
use super::walk::Walker;
use crate::machine::class;
use crate::region::ValueId;
use std::ops::Range;

/// Farther than any use in the loop.
const FAR: u32 = 1 << 28;

impl Walker<'_> {
    /// Makes sure that the next uses behind a position are known, which is where the walk is.
    fn look_ahead(&mut self, at: Position) {
        let uses = Uses {
            region: self.region,
            tiles: self.tiles,
            blocks: self.blocks,
            inputs: self.inputs,
        };
        self.regs.next.find(uses, at);
    }

    /// The registers of a tile's inputs, of which some may be in none, when registers have run short.
    #[cold]
    #[inline(never)]
    pub(super) fn take_under_pressure(&mut self, places: Range<usize>, at: Position) -> Taken {
        if self.regs.next.known {
            self.regs.next.pass(self.inputs, places.clone());
        }
        self.bring_back(&self.inputs[places], at)
    }

    /// Brings the inputs that are in no register into one.
    fn bring_back(&mut self, inputs: &[ValueId], at: Position) -> Taken {
        let held = inputs
            .iter()
            .map(|input| self.live.values[input.index()].reg);
        let mut set = held
            .filter(|reg| *reg != NO_REG)
            .fold(0u32, |set, reg| set | 1 << reg);
        self.regs.touched |= set;
        let mut taken = Taken::NOTHING;
        for (i, input) in inputs.iter().enumerate() {
            if self.live.values[input.index()].reg == NO_REG {
                let reg = self.take(*input, set, at);
                self.reload(reg, *input);
                self.regs.assign(self.live, reg, *input);
                set |= 1 << reg;
            }
            taken = taken.and(Taken::input(i, &self.live.values[input.index()], at));
        }
        taken
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

    /// A register for a value: the wanted one, a free one, or that of the value that misses it least.
    fn take(&mut self, value: ValueId, forbidden: u32, at: Position) -> u8 {
        let info = self.live.values[value.index()];
        let home = self.regs.home(self.live, info);
        if home != NO_REG
            && forbidden >> (home & 31) & 1 == 0
            && let Some(reg) = self.regs.wanted(self.live, home, at)
        {
            return reg;
        }
        match self.regs.free(self.live, info, forbidden, at) {
            Some(reg) => reg,
            None => self.take_from_another(info, forbidden, at),
        }
    }

    /// For a value of which this is known: the register of the value that misses it least.
    #[cold]
    #[inline(never)]
    pub(super) fn take_from_another(
        &mut self,
        info: ValueInfo,
        forbidden: u32,
        at: Position,
    ) -> u8 {
        let class = self.regs.classes[class(info.ty)];
        let victim = self
            .victim(class & !forbidden, at)
            .map_or(0, |(reg, _)| reg);
        self.regs.evict(self.live, victim);
        victim
    }

    /// The register among `set` whose value misses it least, and how little.
    pub(super) fn victim(&mut self, set: u32, at: Position) -> Option<(u8, u32)> {
        self.look_ahead(at);
        let held = bits(set & self.regs.occupied);
        let distances = held.map(|reg| {
            let value = ValueId(self.regs.value[usize::from(reg & 31)]);
            (reg, self.distance(value, Some(reg), at))
        });
        distances.max_by_key(|(_, distance)| *distance)
    }

    /// How far ahead a value is needed in a register, weighed: more is more dispensable. The next uses are known.
    pub(super) fn distance(&self, value: ValueId, reg: Option<u8>, at: Position) -> u32 {
        let regs = &*self.regs;
        let next = regs.next.of(value);
        if regs.inside != NO_LOOP && next > regs.loop_end {
            let header = &regs.headers[regs.inside as usize];
            let carried = reg.is_some_and(|r| header.holds(r, value) && regs.touched >> r & 1 != 0);
            if carried {
                return (regs.loop_end - at).min(FAR / 4) * 2;
            }
        }
        let far = if next > regs.loop_end { FAR } else { 0 };
        let is_stored = self.live.values[value.index()].backing != Backing::Nothing;
        let loops = &self.live.loops;
        let weight = if is_stored || loops.is_outside(self.region, value, regs.inside) {
            2
        } else {
            1
        };
        far + (next.saturating_sub(at)).min(FAR / 4) * weight
    }

    /// Gets values out of the registers that a call destroys: into preserved ones, if any are free, or out of all.
    #[inline(never)]
    pub(super) fn clear_for_call(&mut self, clobbers: u32, number: u32) {
        for reg in bits(self.regs.occupied & clobbers) {
            let value = ValueId(self.regs.value[usize::from(reg & 31)]);
            let info = self.live.values[value.index()];
            if info.last <= early(number) {
                continue;
            }
            let class = self.regs.classes[class(info.ty)];
            let kept = class & self.regs.preserved & !self.regs.occupied & !clobbers;
            if kept == 0 || info.is_constant() || !self.is_used_again(value, early(number)) {
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

    /// Whether a value is needed in a register behind this position, which is where the walk is.
    fn is_used_again(&mut self, value: ValueId, at: Position) -> bool {
        self.look_ahead(at);
        self.regs.next.of(value) != NONE
    }
}
