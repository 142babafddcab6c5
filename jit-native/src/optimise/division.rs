//! Division and remainder by constants, without dividing: powers of two shift and mask, others multiply by a reciprocal and
//! keep the high half. (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994.)
//!
//! All of it is exact for every dividend; the tests compare with the uops themselves. Start with [`by_constant`].

use super::range::{self, Range};
use super::report::Rule;
use super::sequence::{Sequence, Term};
use super::simplify::Simple;
use super::work::{Node, Work};
use crate::faults::{Fault, planted};
use crate::region::ValueId;
use stencils::table::UopKind;
use stencils::uops::kind;

/// A division of `a` by a constant, or its remainder.
pub(super) fn by_constant(w: &mut Work, kind: UopKind, a: ValueId, divisor: i64) -> Option<Simple> {
    let (way, remainder) = match kind {
        kind::FLOOR_DIV_I64 => (Way::Floor, false),
        kind::FLOOR_MOD_I64 => (Way::Floor, true),
        kind::DIV_I64 => (Way::Truncating, false),
        kind::REM_I64 => (Way::Truncating, true),
        kind::DIV_U64 => (Way::Unsigned, false),
        kind::REM_U64 => (Way::Unsigned, true),
        _ => return None,
    };
    if divisor == 0 {
        return Some(Simple::Exits);
    }
    if divisor < 2 {
        return None;
    }
    // Where the dividend is not negative all ways are one.
    let low = w.range(a).lo >= 0 || planted(Fault::DivisionIgnoresSign);
    let way = if low { Way::Low } else { way };
    let power = divisor.count_ones() == 1;
    if power && remainder && way != Way::Truncating {
        let mask = w.int(divisor - 1);
        let node = Node::new(kind::AND_I64, &[a, mask]);
        return Some(Simple::Rewrite(node, Rule::Simplify));
    }
    let range = range::binary(kind, w.range(a), Range::only(divisor));
    let mut s = Sequence::new(range);
    let quotient = match power {
        true => shifted(w, &mut s, way, a, divisor.trailing_zeros()),
        false => multiplied(w, &mut s, way, a, divisor),
    };
    if remainder {
        let divisor = w.int(divisor);
        let product = s.step(kind::MUL_I64, &[quotient, divisor.into()]);
        s.step(kind::SUB_I64, &[a.into(), product]);
    }
    Some(Simple::Expand(Box::new(s), Rule::Division))
}

/// How a quotient is rounded, and what is known of the dividend.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Signed, towards minus infinity.
    Floor,
    /// Signed, towards zero.
    Truncating,
    /// Any 64 bits, unsigned.
    Unsigned,
    /// The dividend is below 2 to the 63rd.
    Low,
}

/// The quotient by 2 to the power of `count`, which is at least 1.
fn shifted(w: &mut Work, s: &mut Sequence, way: Way, a: ValueId, count: u32) -> Term {
    let by = |w: &mut Work, n: u32| Term::from(w.int(i64::from(n)));
    match way {
        Way::Floor | Way::Low => s.step(kind::SHR_I64, &[a.into(), by(w, count)]),
        Way::Unsigned => s.step(kind::USHR_I64, &[a.into(), by(w, count)]),
        Way::Truncating => {
            // A negative dividend is rounded up: the divisor less one is added to it.
            let sign = s.step(kind::SHR_I64, &[a.into(), by(w, 63)]);
            let bias = s.step(kind::USHR_I64, &[sign, by(w, 64 - count)]);
            let sum = s.step(kind::ADD_I64, &[a.into(), bias]);
            s.step(kind::SHR_I64, &[sum, by(w, count)])
        }
    }
}

/// The quotient by a divisor that is no power of two.
fn multiplied(w: &mut Work, s: &mut Sequence, way: Way, a: ValueId, divisor: i64) -> Term {
    match way {
        Way::Low => low(w, s, a.into(), divisor),
        Way::Floor => {
            // The quotient of a negative dividend is the complement of its complement's.
            let sixty_three = w.int(63);
            let sign = s.step(kind::SHR_I64, &[a.into(), sixty_three.into()]);
            let magnitude = s.step(kind::XOR_I64, &[a.into(), sign]);
            let quotient = low(w, s, magnitude, divisor);
            s.step(kind::XOR_I64, &[quotient, sign])
        }
        Way::Truncating => truncating(w, s, a, divisor),
        Way::Unsigned => unsigned(w, s, a, divisor),
    }
}

/// The number of bits of `divisor - 1`: 2 to this power is the first one not below the divisor.
fn ceil_log2(divisor: i64) -> u32 {
    64 - (divisor - 1).leading_zeros()
}

/// 2 to the power of `power`, divided by the divisor, rounded up. The power is at most 127.
fn reciprocal(power: u32, divisor: i64) -> u128 {
    if planted(Fault::ReciprocalRoundsDown) {
        return (1 << power) / divisor as u128;
    }
    (1u128 << power).div_ceil(divisor as u128)
}

/// The quotient of a dividend below 2 to the 63rd: the reciprocal's error is then too small to be seen.
fn low(w: &mut Work, s: &mut Sequence, a: Term, divisor: i64) -> Term {
    let mut shift = ceil_log2(divisor) - 1;
    let mut factor = reciprocal(64 + shift, divisor);
    while factor & 1 == 0 && shift > 0 {
        (factor, shift) = (factor >> 1, shift - 1);
    }
    let (factor, shift) = (w.int(factor as i64), w.int(i64::from(shift)));
    let high = s.step(kind::MUL_HIGH_U64, &[a, factor.into()]);
    s.step(kind::USHR_I64, &[high, shift.into()])
}

/// The quotient of any signed dividend, towards zero. The factor has 65 bits with its sign, so the dividend is added once.
fn truncating(w: &mut Work, s: &mut Sequence, a: ValueId, divisor: i64) -> Term {
    let shift = ceil_log2(divisor) - 1;
    let factor = w.int(reciprocal(64 + shift, divisor) as i64);
    let (shift, sixty_three) = (w.int(i64::from(shift)), w.int(63));
    let high = s.step(kind::MUL_HIGH_I64, &[a.into(), factor.into()]);
    let sum = s.step(kind::ADD_I64, &[high, a.into()]);
    let floor = s.step(kind::SHR_I64, &[sum, shift.into()]);
    let sign = s.step(kind::SHR_I64, &[a.into(), sixty_three.into()]);
    s.step(kind::SUB_I64, &[floor, sign])
}

/// The quotient of any unsigned dividend.
fn unsigned(w: &mut Work, s: &mut Sequence, a: ValueId, divisor: i64) -> Term {
    let most = ceil_log2(divisor);
    // Sometimes the reciprocal is good enough in 64 bits.
    for shift in 0..most {
        let factor = reciprocal(64 + shift, divisor);
        let error = factor * divisor as u128 - (1 << (64 + shift));
        if error <= 1 << shift {
            let (factor, shift) = (w.int(factor as i64), w.int(i64::from(shift)));
            let high = s.step(kind::MUL_HIGH_U64, &[a.into(), factor.into()]);
            return s.step(kind::USHR_I64, &[high, shift.into()]);
        }
    }
    // Else its 65th bit is made up for by adding the dividend, halved so that nothing is lost.
    let factor = w.int(reciprocal(64 + most, divisor) as i64);
    let (one, rest) = (w.int(1), w.int(i64::from(most - 1)));
    let high = s.step(kind::MUL_HIGH_U64, &[a.into(), factor.into()]);
    let less = s.step(kind::SUB_I64, &[a.into(), high]);
    let half = s.step(kind::USHR_I64, &[less, one.into()]);
    let sum = s.step(kind::ADD_I64, &[half, high]);
    s.step(kind::USHR_I64, &[sum, rest.into()])
}
