//! Which uops may change places. A super-stencil runs all its uops where its root stands, so that the others move
//! down: past whatever stands between. This module says when nobody can tell.

use stencils::table::Effects;

/// What a uop does besides computing its result, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EffectSet(u8);

const READS_FRAME: u8 = 1;
const WRITES_FRAME: u8 = 2;
const READS_MEMORY: u8 = 4;
const WRITES_MEMORY: u8 = 8;
const EXITS: u8 = 16;
const CALLS: u8 = 32;

impl EffectSet {
    /// The bits of a uop's effects.
    pub fn new(effects: &Effects) -> EffectSet {
        let bit = |on: bool, bit: u8| if on { bit } else { 0 };
        EffectSet(
            bit(effects.reads_frame, READS_FRAME)
                | bit(effects.writes_frame, WRITES_FRAME)
                | bit(effects.reads_memory, READS_MEMORY)
                | bit(effects.writes_memory, WRITES_MEMORY)
                | bit(effects.may_exit, EXITS)
                | bit(effects.calls, CALLS | READS_MEMORY | WRITES_MEMORY),
        )
    }

    /// Whether the uop only computes its result: it may move anywhere that its operands reach.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the uop may leave the region.
    #[inline]
    pub fn may_exit(self) -> bool {
        self.0 & EXITS != 0
    }

    /// Whether the uop may move down past `other` with nobody the wiser.
    ///
    /// A read must not pass a write of the same kind. A uop that may leave must not pass another one (the wrong exit
    /// would be taken), a write or a call (which would happen although the region was left), nor a load (which the
    /// exit may have protected). A write or a call passes nothing.
    pub fn may_pass(self, other: EffectSet) -> bool {
        if self.is_empty() || other.is_empty() {
            return true;
        }
        if self.0 & (WRITES_FRAME | WRITES_MEMORY | CALLS) != 0 {
            return false;
        }
        let mut forbidden = 0;
        if self.0 & READS_FRAME != 0 {
            forbidden |= WRITES_FRAME;
        }
        if self.0 & READS_MEMORY != 0 {
            forbidden |= WRITES_MEMORY | CALLS;
        }
        if self.may_exit() {
            forbidden |= EXITS | WRITES_FRAME | WRITES_MEMORY | CALLS | READS_MEMORY;
        }
        other.0 & forbidden == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(bits: u8) -> EffectSet {
        EffectSet(bits)
    }

    #[test]
    fn loads_pass_loads_and_exits_but_no_stores() {
        assert!(set(READS_MEMORY).may_pass(set(READS_MEMORY)));
        assert!(set(READS_MEMORY).may_pass(set(EXITS)));
        assert!(set(READS_MEMORY).may_pass(set(WRITES_FRAME)));
        assert!(!set(READS_MEMORY).may_pass(set(WRITES_MEMORY)));
        assert!(!set(READS_MEMORY).may_pass(set(CALLS)));
        assert!(!set(READS_FRAME).may_pass(set(WRITES_FRAME)));
        assert!(set(READS_FRAME).may_pass(set(WRITES_MEMORY)));
    }

    #[test]
    fn exits_keep_their_order_and_protect_loads() {
        assert!(!set(EXITS).may_pass(set(EXITS)));
        assert!(!set(EXITS).may_pass(set(READS_MEMORY)));
        assert!(!set(EXITS).may_pass(set(WRITES_FRAME)));
        assert!(set(EXITS).may_pass(set(READS_FRAME)));
        assert!(set(EXITS).may_pass(set(0)));
    }

    #[test]
    fn writes_pass_nothing_that_does_something() {
        assert!(!set(WRITES_MEMORY).may_pass(set(EXITS)));
        assert!(!set(WRITES_FRAME).may_pass(set(READS_MEMORY)));
        assert!(set(WRITES_MEMORY).may_pass(set(0)));
    }
}
