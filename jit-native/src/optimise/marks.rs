//! What is known of a value at a glance, in a few bits: whether a uop needs a second look is one test for all its operands
//! together ([`super::kinds::Kind::look`]).
//!
//! The bits are made so that the usual operands (a value of which nothing is known, a constant with which no rule has
//! anything to do, the result of a comparison) ask for none.

use stencils::table::Type;

/// A set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u16);

impl Marks {
    /// Nothing is known.
    pub const NONE: Marks = Marks(0);
    /// It is a constant.
    pub const CONSTANT: Marks = Marks(1);
    /// It is an integer that cannot be every integer.
    pub const RANGED: Marks = Marks(1 << 1);
    /// It is ranged otherwise than by being the outcome of a comparison.
    pub const NARROWED: Marks = Marks(1 << 2);
    /// Maybe it is nothing to add or to shift by: it is one integer whose last five bits are zero, or a float constant.
    pub const ZERO: Marks = Marks(1 << 3);
    /// Maybe it is nothing to multiply by, or at an end of all integers: it is one integer, a power of two or next to one,
    /// or a float constant.
    pub const ROUND: Marks = Marks(1 << 4);
    /// It was made with a constant, in a way that rules look through. Of a uop's operands: the first was, and the second is
    /// a constant.
    pub const DERIVED: Marks = Marks(Marks::CONSTANT.0 << THROUGH);
    /// Another value is used in its place here.
    pub const REPLACED: Marks = Marks(1 << 6);
    /// It is the outcome of `==` or `!=` of integers, which guards take over.
    pub const EQUALITY: Marks = Marks(1 << 7);
    /// Of a uop's operands: both are constants, or the only one.
    pub const ALL_CONSTANT: Marks = Marks(Marks::CONSTANT.0 << BOTH);
    /// Of a uop's operands: both are ranged, or the only one.
    pub const ALL_RANGED: Marks = Marks(Marks::RANGED.0 << BOTH);
    /// Of a uop's operands: the first is a constant.
    pub const CONSTANT_FIRST: Marks = Marks(Marks::CONSTANT.0 << FIRST);
    /// Of a uop's operands: both are the same.
    pub const SAME: Marks = Marks(1 << 11);
    /// Of a uop's operands: there are some.
    pub const ANY: Marks = Marks(1 << 12);

    /// Of operands that nobody has looked at.
    pub const ALL: Marks = Marks(u16::MAX);

    /// Of a value that is one integer.
    pub const SINGLE: Marks =
        Marks(Marks::RANGED.0 | Marks::NARROWED.0 | Marks::ZERO.0 | Marks::ROUND.0);

    /// Of a constant.
    #[inline]
    pub fn of_constant(ty: Type, bits: u64) -> Marks {
        if ty == Type::F64 {
            return Marks::CONSTANT.and(Marks::ZERO).and(Marks::ROUND);
        }
        // A power of two has no bit in common with the number before it; the greatest integer is before one.
        let power = |n: u64| n & n.wrapping_sub(1) == 0;
        let round = power(bits) || power(bits.wrapping_add(1));
        (Marks::CONSTANT.and(Marks::RANGED).and(Marks::NARROWED))
            .and(Marks::ZERO.when(bits & 31 == 0))
            .and(Marks::ROUND.when(round))
    }

    /// Of one operand, which has these marks.
    #[inline]
    pub fn of_one(self) -> Marks {
        Marks(self.0 | (self.0 & IN_BOTH) << BOTH | Marks::ANY.0)
    }

    /// Of two operands, which have these marks and may be the same.
    #[inline]
    pub fn of_two(self, other: Marks, same: bool) -> Marks {
        let both = (self.0 & other.0 & IN_BOTH) << BOTH;
        let first = (self.0 & Marks::CONSTANT.0) << FIRST;
        let derived = self.0 & other.0 << THROUGH & Marks::DERIVED.0;
        let either = (self.0 | other.0) & !Marks::DERIVED.0;
        Marks(either | derived | both | first | u16::from(same) << 11 | Marks::ANY.0)
    }

    /// Of what is asked of operands together: what is to be asked of the first alone, and of the second. Without these
    /// marks, on two that are not the same, [`Marks::of_two`] has none of those; and [`Marks::of_one`] without the first. That
    /// another value is to be used is asked, too.
    pub fn of_each(self) -> [Marks; 2] {
        let plain = Marks(IN_BOTH)
            .and(Marks::NARROWED)
            .and(Marks::ZERO)
            .and(Marks::ROUND)
            .and(Marks::EQUALITY);
        let second = Marks(self.0 & plain.0).and(Marks::REPLACED);
        let constant = Marks::ALL_CONSTANT.and(Marks::CONSTANT_FIRST);
        let first = second
            .and(Marks(self.0 & Marks::DERIVED.0))
            .and(Marks::CONSTANT.when(self.has(constant)))
            .and(Marks::RANGED.when(self.has(Marks::ALL_RANGED)));
        [first, second]
    }

    /// The marks of both.
    #[inline]
    pub const fn and(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// These marks but for others.
    #[inline]
    pub fn without(self, others: Marks) -> Marks {
        Marks(self.0 & !others.0)
    }

    /// These marks, if so.
    #[inline]
    pub fn when(self, so: bool) -> Marks {
        Marks(if so { self.0 } else { 0 })
    }

    /// Whether any of these marks is there.
    #[inline]
    pub fn has(self, any: Marks) -> bool {
        self.0 & any.0 != 0
    }
}

/// What is noted when both operands have it, and how far up.
const IN_BOTH: u16 = Marks::CONSTANT.0 | Marks::RANGED.0;
const BOTH: u32 = 8;
/// How far [`Marks::DERIVED`] is above the mark of a constant.
const THROUGH: u32 = 5;
/// How far up it is noted that the first operand is a constant.
const FIRST: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// Each mark of a single value.
    const OF_VALUES: [Marks; 8] = [
        Marks::CONSTANT,
        Marks::RANGED,
        Marks::NARROWED,
        Marks::ZERO,
        Marks::ROUND,
        Marks::DERIVED,
        Marks::REPLACED,
        Marks::EQUALITY,
    ];

    /// All sets of them; under Miri one in 23.
    fn sets() -> impl Iterator<Item = Marks> {
        let step = if cfg!(miri) { 23 } else { 1 };
        (0..1u16 << OF_VALUES.len()).step_by(step).map(|set| {
            let members = OF_VALUES.iter().enumerate();
            members.fold(Marks::NONE, |all, (n, mark)| {
                all.and(mark.when(set >> n & 1 != 0))
            })
        })
    }

    #[test]
    fn what_no_operand_is_asked_for_alone_both_do_not_have() {
        for bit in (0..12).filter(|bit| Marks(1 << bit) != Marks::SAME) {
            let asked = Marks(1 << bit);
            let [first, second] = asked.of_each();
            assert!(first.has(Marks::REPLACED) && second.has(Marks::REPLACED));
            for a in sets().filter(|a| !a.has(first)) {
                assert!(!a.of_one().has(asked), "{asked:?} of {a:?}");
                for b in sets().filter(|b| !b.has(second)) {
                    assert!(
                        !a.of_two(b, false).has(asked),
                        "{asked:?} of {a:?} and {b:?}"
                    );
                }
            }
        }
    }
}
