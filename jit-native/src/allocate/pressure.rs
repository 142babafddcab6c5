//! What the forward walk does when registers run short: who has to leave one, how values come back, and what gets out of
//! the way of a call.
//!
//! The choice is Belady's: what is used farthest ahead goes first, weighed by what it costs to bring back. Start with
//! [`Walker::take_from_another`].

use super::liveness::{NO_REG, NONE, Position};
use super::loops::NO_LOOP;
use super::machinery;
use super::next::Uses;
use super::registers::bits;
use super::walk::Walker;
use crate::region::ValueId;

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

    /// Brings the inputs of a tile that are in no register into one.
    #[cold]
    #[inline(never)]
    pub(super) fn bring_back(&mut self, inputs: &[ValueId], at: Position) {
        let held = inputs
            .iter()
            .map(|input| self.live.values[input.index()].reg);
        let mut set = held
            .filter(|reg| *reg != NO_REG)
            .fold(0u32, |set, reg| set | 1 << reg);
        self.regs.touched |= set;
        for input in inputs {
            if self.live.values[input.index()].reg == NO_REG {
                let reg = self.take(*input, set, at);
                self.reload(reg, *input);
                self.regs.assign(self.live, reg, *input);
                set |= 1 << reg;
            }
        }
    }

    fn reload(&mut self, reg: u8, value: ValueId) {
        let ty = self.region.ty(value);
        let op = if self.region.values[value.index()].is_constant() {
            machinery::constant(self.machine, self.region, self.imms, ty, reg, value)
        } else {
            self.regs.spill(self.live, self.region, value);
            machinery::load(ty, reg, value)
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
        let class = self.class(value);
        match self.regs.free(self.live, class, info.last, forbidden, at) {
            Some(reg) => reg,
            None => self.take_from_another(class & !forbidden, at),
        }
    }

    /// The register among `set` of the value that misses it least.
    #[cold]
    #[inline(never)]
    pub(super) fn take_from_another(&mut self, set: u32, at: Position) -> u8 {
        let victim = self.victim(set, at).map_or(0, |(reg, _)| reg);
        self.regs.evict(self.live, self.region, victim);
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
        let is_constant = self.region.values[value.index()].is_constant();
        let is_stored = is_constant || self.live.values[value.index()].spilled;
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
    pub(super) fn clear_for_call(&mut self, clobbers: u32, at: Position) {
        for reg in bits(self.regs.occupied & clobbers) {
            let value = ValueId(self.regs.value[usize::from(reg & 31)]);
            let info = self.live.values[value.index()];
            if info.last <= at {
                continue;
            }
            let free = self.class(value) & !self.regs.occupied & !clobbers;
            let kept = free & self.regs.preserved;
            let is_constant = self.region.values[value.index()].is_constant();
            if kept == 0 || is_constant || !self.is_used_again(value, at) {
                self.regs.evict(self.live, self.region, reg);
                continue;
            }
            let to = kept.trailing_zeros() as u8;
            self.out.ops.push(machinery::copy(
                self.machine,
                self.region.ty(value),
                to,
                reg,
            ));
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
