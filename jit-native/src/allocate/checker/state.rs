//! What the registers and spill slots hold at one point of a path, as the checker knows it: for each the symbols that are
//! sure to be there.
//!
//! A location mostly holds one symbol, and a second only where a copy or a block parameter gave a value another name. So the
//! first of each stand in an array and all others in one short list, and a state is copied at every edge in no time.
//!
//! Never knows an op: the checker says what each one does. Start with [`State`].

use crate::region::ValueId;

/// What a place may hold: a value, or a constant's bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Value(ValueId),
    Bits(u64),
}

/// A register, or a spill slot behind them.
pub(super) type Location = u32;

/// The location of the first spill slot.
pub(super) const FIRST_SLOT: Location = 32;

/// What every location holds, each symbol once.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// By location: one of its symbols, if it has any. Those behind the end hold nothing.
    first: Vec<Option<Symbol>>,
    /// All other symbols, in any order.
    more: Vec<(Location, Symbol)>,
}

impl State {
    /// The symbols of a location.
    pub fn at(&self, location: Location) -> impl Iterator<Item = Symbol> {
        let first = self.first.get(location as usize).copied().flatten();
        let more = self.more.iter().filter(move |held| held.0 == location);
        first.into_iter().chain(more.map(|held| held.1))
    }

    /// Whether the location is sure to hold this.
    pub fn holds(&self, location: Location, symbol: Symbol) -> bool {
        self.first.get(location as usize) == Some(&Some(symbol))
            || self.more.contains(&(location, symbol))
    }

    /// From here on the location holds this, beside what it held.
    pub fn add(&mut self, location: Location, symbol: Symbol) {
        if self.holds(location, symbol) {
            return;
        }
        let at = location as usize;
        if at >= self.first.len() {
            self.first.resize(at + 1, None);
        }
        match &mut self.first[at] {
            Some(_) => self.more.push((location, symbol)),
            first => *first = Some(symbol),
        }
    }

    /// From here on nobody knows what the location holds.
    pub fn clear(&mut self, location: Location) {
        if let Some(first) = self.first.get_mut(location as usize) {
            *first = None;
        }
        self.more.retain(|held| held.0 != location);
    }

    /// Keeps the symbols of which `stays` says so; says whether any went.
    pub fn retain(&mut self, mut stays: impl FnMut(Location, Symbol) -> bool) -> bool {
        let mut changed = false;
        let mut goes = |location, symbol| {
            let goes = !stays(location, symbol);
            changed |= goes;
            goes
        };
        self.more.retain(|held| !goes(held.0, held.1));
        for (location, first) in (0..).zip(&mut self.first) {
            if first.is_some_and(|symbol| goes(location, symbol)) {
                let next = self.more.iter().position(|held| held.0 == location);
                *first = next.map(|next| self.more.swap_remove(next).1);
            }
        }
        changed
    }

    /// The location holds this no more, whatever else it holds.
    pub fn remove(&mut self, location: Location, symbol: Symbol) {
        if self.first.get(location as usize) == Some(&Some(symbol)) {
            let next = self.more.iter().position(|held| held.0 == location);
            self.first[location as usize] = next.map(|next| self.more.swap_remove(next).1);
        } else {
            self.more.retain(|held| *held != (location, symbol));
        }
    }

    /// Every location that may hold something.
    pub fn locations(&self) -> std::ops::Range<Location> {
        0..self.first.len() as Location
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(n: u32) -> Symbol {
        Symbol::Value(ValueId(n))
    }

    fn all(state: &State, location: Location) -> Vec<Symbol> {
        state.at(location).collect()
    }

    #[test]
    fn a_location_holds_what_it_was_given() {
        let mut state = State::default();
        assert!(!state.holds(40, one(1)), "nothing is known at first");
        for symbol in [one(1), Symbol::Bits(1), one(1), one(2)] {
            state.add(40, symbol);
        }
        assert_eq!(all(&state, 40), [one(1), Symbol::Bits(1), one(2)]);
        assert!(!state.holds(39, one(1)) && !state.holds(41, one(1)));
        state.remove(40, one(1));
        assert!(!state.holds(40, one(1)) && state.holds(40, one(2)));
        state.remove(40, one(2));
        assert_eq!(all(&state, 40), [Symbol::Bits(1)]);
        state.add(40, one(3));
        state.clear(40);
        state.clear(41);
        assert_eq!(all(&state, 40), []);
    }

    #[test]
    fn what_is_not_retained_goes_wherever_it_stands() {
        let mut state = State::default();
        for n in 1..=4 {
            state.add(3, one(n));
        }
        state.add(50, one(5));
        assert!(!state.retain(|_, _| true));
        assert!(state.retain(|_, symbol| symbol != one(1) && symbol != one(3)));
        let mut left = all(&state, 3);
        left.sort_by_key(|symbol| *symbol == one(4));
        assert_eq!(left, [one(2), one(4)]);
        assert!(state.retain(|location, _| location == 3));
        assert_eq!(all(&state, 50), []);
    }
}
