//! The registers while the forward walk goes: what is in each, and which to take next.
//!
//! The choice is Belady's: what is used farthest ahead goes first, weighed by what it costs to bring back. A value that
//! goes is stored where it is defined (SSA: once, and outside of any loop that it is not defined in), so going itself
//! costs nothing. When a value goes inside a loop that has not used it since its header, then the loop need not
//! have carried it in a register at all: it is struck from the header's state, and its register is free from there on.

use super::liveness::{Liveness, NO_REG, NONE, Position};
use super::loops::NO_LOOP;
use crate::region::ValueId;

/// What is in each register at some moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// A value, or [`NONE`] where nothing is held.
    value: [u32; 32],
    /// The registers that hold something.
    held: u32,
}

/// A state with nothing in it.
pub(super) const EMPTY: State = State {
    value: [NONE; 32],
    held: 0,
};

impl State {
    /// The registers that hold something, and what.
    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, ValueId)> + '_ {
        bits(self.held).map(|reg| (reg, ValueId(self.value[usize::from(reg & 31)])))
    }

    /// The register that a value is in.
    pub(super) fn find(&self, value: ValueId) -> Option<u8> {
        let mut held = self.iter();
        held.find(|(_, held)| *held == value).map(|(reg, _)| reg)
    }

    /// Takes a value out, if it is in this register.
    pub(super) fn remove(&mut self, reg: u8, value: ValueId) {
        let place = &mut self.value[usize::from(reg & 31)];
        if *place == value.0 {
            *place = NONE;
            self.held &= !(1 << (reg & 31));
        }
    }

    /// Whether a value is in this register.
    #[inline]
    pub(super) fn holds(&self, reg: u8, value: ValueId) -> bool {
        self.value[usize::from(reg & 31)] == value.0
    }
}

/// Farther than any use in the loop.
const FAR: u32 = 1 << 28;

/// The registers, and what is needed to choose among them.
#[derive(Debug)]
pub(super) struct Registers {
    /// What is in each: a value or [`NONE`].
    pub(super) value: [u32; 32],
    /// When each was last read or written, or promised to somebody.
    pub(super) touched: [Position; 32],
    /// Those that hold something.
    pub(super) occupied: u32,
    /// By type.
    pub(super) classes: [u32; 2],
    /// Those that survive a call.
    pub(super) preserved: u32,
    /// Those that parameters of the loop want back at its end.
    pub(super) avoid: u32,
    /// The next position at which registers are destroyed.
    pub(super) next_call: Position,
    /// The innermost loop, where it starts and ends.
    pub(super) inside: u32,
    pub(super) loop_start: Position,
    pub(super) loop_end: Position,
    /// By loop: what its header finds in registers, parameters apart.
    pub(super) headers: Vec<State>,
    /// Values that got a spill slot.
    pub(super) spilled: Vec<ValueId>,
}

/// The bits of a set, least first.
#[inline]
pub(super) fn bits(mut set: u32) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let bit = set.trailing_zeros() as u8;
        (set != 0).then(|| {
            set &= set - 1;
            bit
        })
    })
}

impl Registers {
    /// What is in each now.
    pub(super) fn state(&self) -> State {
        State {
            value: self.value,
            held: self.occupied,
        }
    }

    /// Puts a value into a free register.
    #[inline]
    pub(super) fn assign(&mut self, live: &mut Liveness, reg: u8, value: ValueId, at: Position) {
        let place = usize::from(reg & 31);
        self.value[place] = value.0;
        self.touched[place] = at;
        self.occupied |= 1 << place;
        live.values[value.index()].reg = reg;
    }

    /// Makes a register free.
    #[inline]
    pub(super) fn release(&mut self, live: &mut Liveness, reg: u8) {
        let place = usize::from(reg & 31);
        let value = std::mem::replace(&mut self.value[place], NONE);
        self.occupied &= !(1 << place);
        live.values[value as usize].reg = NO_REG;
    }

    /// Frees the registers among `set` whose values are not used from `at` on.
    pub(super) fn expire(&mut self, live: &mut Liveness, set: u32, at: Position) {
        for reg in bits(set & self.occupied) {
            if live.values[self.value[usize::from(reg & 31)] as usize].last < at {
                self.release(live, reg);
            }
        }
    }

    /// The register that a value would like: its parameter's.
    #[inline]
    pub(super) fn home(&self, live: &Liveness, value: ValueId) -> u8 {
        match live.values[value.index()].hint {
            NONE => NO_REG,
            hint => live.values[hint as usize].home,
        }
    }

    /// [`Registers::home`], if that can be had.
    #[inline]
    pub(super) fn wanted(
        &mut self,
        live: &mut Liveness,
        value: ValueId,
        forbidden: u32,
        at: Position,
    ) -> Option<u8> {
        let home = self.home(live, value);
        if home == NO_REG {
            return None;
        }
        let bit = 1u32 << (home & 31);
        if self.occupied & bit != 0 {
            self.expire(live, bit, at);
        }
        (!(self.occupied | forbidden) & bit != 0).then_some(home)
    }

    /// A free register for a value, if there is one.
    #[inline]
    pub(super) fn free(
        &mut self,
        live: &mut Liveness,
        value: ValueId,
        forbidden: u32,
        at: Position,
    ) -> Option<u8> {
        let info = &live.values[value.index()];
        let (class, last) = (self.classes[info.ty as usize], info.last);
        let mut free = class & !self.occupied & !forbidden;
        if free == 0 {
            self.expire(live, class, at);
            free = class & !self.occupied & !forbidden;
            if free == 0 {
                return None;
            }
        }
        let lasting = if last > self.next_call {
            self.preserved
        } else {
            !self.preserved
        };
        for better in [lasting, !self.avoid] {
            if free & better != 0 {
                free &= better;
            }
        }
        Some(free.trailing_zeros() as u8)
    }

    /// A register for a value: the wanted one, a free one, or that of the value that misses it least.
    pub(super) fn take(
        &mut self,
        live: &mut Liveness,
        value: ValueId,
        forbidden: u32,
        at: Position,
    ) -> u8 {
        if let Some(reg) = self.wanted(live, value, forbidden, at) {
            return reg;
        }
        self.take_other(live, value, forbidden, at)
    }

    /// [`Registers::take`] when the wanted one cannot be had.
    #[inline]
    pub(super) fn take_other(
        &mut self,
        live: &mut Liveness,
        value: ValueId,
        forbidden: u32,
        at: Position,
    ) -> u8 {
        if let Some(reg) = self.free(live, value, forbidden, at) {
            return reg;
        }
        let class = self.classes[live.values[value.index()].ty as usize];
        let victim = self
            .victim(live, class & !forbidden, at)
            .map_or(0, |(reg, _)| reg);
        self.evict(live, victim);
        victim
    }

    /// The register among `set` whose value misses it least, and how little.
    pub(super) fn victim(&self, live: &Liveness, set: u32, at: Position) -> Option<(u8, u32)> {
        bits(set & self.occupied)
            .map(|reg| {
                (
                    reg,
                    self.distance(live, ValueId(self.value[reg as usize]), Some(reg), at),
                )
            })
            .max_by_key(|(_, distance)| *distance)
    }

    /// How far ahead a value is needed in a register, weighed: more is more dispensable.
    pub(super) fn distance(
        &self,
        live: &Liveness,
        value: ValueId,
        reg: Option<u8>,
        at: Position,
    ) -> u32 {
        let info = &live.values[value.index()];
        let next = info.next;
        let outside = info.def < self.loop_start;
        if self.inside != NO_LOOP && next > self.loop_end {
            let header = &self.headers[self.inside as usize];
            let carried = reg.is_some_and(|r| {
                header.holds(r, value) && self.touched[r as usize] >= self.loop_start
            });
            if carried {
                return (self.loop_end - at).min(FAR / 4) * 2;
            }
        }
        let far = if next > self.loop_end { FAR } else { 0 };
        let weight = if info.constant || info.spilled || outside {
            2
        } else {
            1
        };
        far + (next.saturating_sub(at)).min(FAR / 4) * weight
    }

    /// Makes a value go: it is in its spill slot from its definition on, or, a constant, made again.
    pub(super) fn evict(&mut self, live: &mut Liveness, reg: u8) {
        let value = ValueId(self.value[reg as usize]);
        self.spill(live, value);
        let touched = self.touched[reg as usize];
        let mut inside = self.inside;
        while inside != NO_LOOP {
            let around = live.loops.list[inside as usize];
            if touched >= around.start {
                break;
            }
            self.headers[inside as usize].remove(reg, value);
            inside = around.parent;
        }
        self.release(live, reg);
    }

    /// Gives a value a spill slot; a constant needs none.
    #[inline]
    pub(super) fn spill(&mut self, live: &mut Liveness, value: ValueId) {
        let info = &mut live.values[value.index()];
        if !info.constant && !info.spilled {
            info.spilled = true;
            self.spilled.push(value);
        }
    }
}
