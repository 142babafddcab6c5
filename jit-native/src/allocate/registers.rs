//! The registers while the forward walk goes: what is in each, and which of the free ones to take next. Who goes when none
//! is free, [`super::pressure`] decides.
//!
//! A value that goes is stored where it is defined (SSA: once, and outside of any loop that it is not defined in), so going
//! itself costs nothing. When a value goes inside a loop that has not used it since its header, then the loop need not
//! have carried it in a register at all: it is struck from the header's state, and its register is free from there on.

use super::liveness::{Liveness, NO_REG, NONE, Position, ValueInfo};
use super::loops::NO_LOOP;
use super::next::NextUses;
use super::output::Place;
use crate::region::{Region, ValueId};

/// What is in each register at some moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// What each holds.
    value: [u32; 32],
    /// The registers that hold something; what `value` says of others means nothing.
    pub(super) held: u32,
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
        if self.value[usize::from(reg & 31)] == value.0 {
            self.held &= !(1 << (reg & 31));
        }
    }

    /// Whether a value is in this register.
    #[inline]
    pub(super) fn holds(&self, reg: u8, value: ValueId) -> bool {
        self.held >> (reg & 31) & 1 != 0 && self.value[usize::from(reg & 31)] == value.0
    }
}

/// The registers, and what is needed to choose among them.
#[derive(Debug, Default)]
pub(super) struct Registers {
    /// What is in each that is occupied.
    pub(super) value: [u32; 32],
    /// Those that hold something.
    pub(super) occupied: u32,
    /// Those that have been read or written, or promised to somebody, since the innermost loop began.
    pub(super) touched: u32,
    /// By loop: the same for the loops around it, until the loop inside began.
    pub(super) touched_around: Vec<u32>,
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
    /// When values are used next.
    pub(super) next: NextUses,
    /// Whether any value got a spill slot.
    pub(super) any_spilled: bool,
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
    pub(super) fn assign(&mut self, live: &mut Liveness, reg: u8, value: ValueId) {
        let place = usize::from(reg & 31);
        self.value[place] = value.0;
        self.touched |= 1 << place;
        self.occupied |= 1 << place;
        live.values[value.index()].reg = reg;
    }

    /// The register that a value is in. Of one that is not used any more nobody has noted that it is in none; an edge from a
    /// block above may ask all the same, when its turn comes.
    pub(super) fn holding(&self, live: &Liveness, value: ValueId) -> Option<u8> {
        let reg = live.values[value.index()].reg;
        let place = usize::from(reg & 31);
        let holds = self.occupied >> place & 1 != 0 && self.value[place] == value.0;
        (reg != NO_REG && holds).then_some(reg)
    }

    /// Makes a register free.
    #[inline]
    pub(super) fn release(&mut self, live: &mut Liveness, reg: u8) {
        let place = usize::from(reg & 31);
        self.occupied &= !(1 << place);
        live.values[self.value[place] as usize].reg = NO_REG;
    }

    /// Goes on in another innermost loop, which is one around the present one, or the same, or else begins here.
    pub(super) fn go_into(&mut self, live: &Liveness, inside: u32) {
        let contains = |mut inner: u32, outer: u32| {
            while inner != NO_LOOP && inner != outer {
                inner = live.loops.list[inner as usize].parent;
            }
            inner == outer
        };
        while !contains(inside, self.inside) {
            self.inside = live.loops.list[self.inside as usize].parent;
            if self.inside != NO_LOOP {
                self.touched |= self.touched_around[self.inside as usize];
            }
        }
        if inside != self.inside {
            if self.inside != NO_LOOP {
                self.touched_around[self.inside as usize] = self.touched;
            }
            (self.inside, self.touched) = (inside, 0);
        }
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
    pub(super) fn home(&self, live: &Liveness, info: ValueInfo) -> u8 {
        match info.hint {
            NONE => NO_REG,
            hint => live.values[hint as usize].home,
        }
    }

    /// The register that some value would like, if that can be had.
    #[inline]
    pub(super) fn wanted(&mut self, live: &mut Liveness, home: u8, at: Position) -> Option<u8> {
        let bit = 1u32 << (home & 31);
        if self.occupied & bit != 0 {
            let held = self.value[usize::from(home & 31)];
            if live.values[held as usize].last >= at {
                return None;
            }
            self.release(live, home);
        }
        Some(home)
    }

    /// A free register of a class for a value with this last use, if there is one.
    #[inline(always)]
    pub(super) fn free(
        &mut self,
        live: &mut Liveness,
        class: u32,
        last: Position,
        forbidden: u32,
        at: Position,
    ) -> Option<u8> {
        let mut free = class & !self.occupied & !forbidden;
        if free == 0 {
            free = self.freed(live, class, at) & !forbidden;
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

    /// The registers of a class that are free once those are whose values are not used from `at` on.
    #[cold]
    fn freed(&mut self, live: &mut Liveness, class: u32, at: Position) -> u32 {
        self.expire(live, class, at);
        class & !self.occupied
    }

    /// Where a value is now. Somebody relies on it from now on.
    #[inline(always)]
    pub(super) fn place_of(
        &mut self,
        live: &mut Liveness,
        region: &Region,
        value: ValueId,
    ) -> Place {
        let info = &live.values[value.index()];
        if region.values[value.index()].is_constant() {
            Place::constant(value)
        } else if info.reg != NO_REG {
            self.touched |= 1 << (info.reg & 31);
            Place::reg(info.reg)
        } else {
            self.spill(live, region, value);
            Place::slot(value)
        }
    }

    /// Makes a value go: it is in its spill slot from its definition on, or, a constant, made again.
    pub(super) fn evict(&mut self, live: &mut Liveness, region: &Region, reg: u8) {
        let value = ValueId(self.value[reg as usize]);
        self.spill(live, region, value);
        let (mut inside, mut touched) = (self.inside, self.touched);
        while inside != NO_LOOP && touched >> (reg & 31) & 1 == 0 {
            self.headers[inside as usize].remove(reg, value);
            inside = live.loops.list[inside as usize].parent;
            if inside != NO_LOOP {
                touched = self.touched_around[inside as usize];
            }
        }
        self.release(live, reg);
    }

    /// Gives a value a spill slot; a constant needs none.
    #[inline(never)]
    pub(super) fn spill(&mut self, live: &mut Liveness, region: &Region, value: ValueId) {
        if !region.values[value.index()].is_constant() {
            live.values[value.index()].spilled = true;
            self.any_spilled = true;
        }
    }
}
