//! Division and remainder by constants, without dividing: powers of two shift and mask, others multiply by a reciprocal and
//! keep the high half. (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994.)
//!
//! All of it is exact for every dividend; the tests compare with the uops themselves. Start with [`by_constant`].

use super::node::Node;
use super::range::{self, Range};
use super::report::Rule;
use super::sequence::{Sequence, Term};
use super::simplify::Simple;
use super::work::Work;
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
        _ => return in_64_bits(w, kind, a, divisor),
    };
    if divisor == 0 {
        return Some(Simple::Exits);
    }
    if divisor < 2 {
        return by_negative(w, kind, way, a, divisor);
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

/// A division of 32 bits is one of 64 of the extended operands, where that one's result fits in 32 bits.
fn in_64_bits(w: &mut Work, kind: UopKind, a: ValueId, divisor: i64) -> Option<Simple> {
    let (wide, signed) = match kind {
        kind::DIV_I32 => (kind::DIV_I64, true),
        kind::REM_I32 => (kind::REM_I64, true),
        kind::FLOOR_DIV_I32 => (kind::FLOOR_DIV_I64, true),
        kind::FLOOR_MOD_I32 => (kind::FLOOR_MOD_I64, true),
        kind::DIV_U32 => (kind::DIV_U64, false),
        kind::REM_U32 => (kind::REM_U64, false),
        _ => return None,
    };
    let (extension, divisor) = match signed {
        true => (kind::SIGN_EXTEND_32, i64::from(divisor as i32)),
        false => (kind::ZERO_EXTEND_32, i64::from(divisor as u32)),
    };
    match (wide, divisor) {
        (_, 0) => return Some(Simple::Exits),
        (kind::DIV_I64 | kind::FLOOR_DIV_I64, -1) => {
            let node = Node::new(kind::NEG_OVF_I32, &[a]);
            return Some(Simple::Rewrite(node, Rule::Simplify));
        }
        (kind::DIV_U64, 1) => {
            let node = Node::new(kind::SIGN_EXTEND_32, &[a]);
            return Some(Simple::Rewrite(node, Rule::Simplify));
        }
        (_, -1) => return None,
        (kind::REM_U64, _) if divisor > 1 << 31 => return None,
        _ => {}
    }
    let mut s = Sequence::new(range::binary(kind, Range::FULL, Range::FULL));
    let extended = s.step(extension, &[a.into()]);
    let divisor = w.int(divisor);
    s.step(wide, &[extended, divisor.into()]);
    Some(Simple::Expand(Box::new(s), Rule::Division))
}

/// A division by less than nothing, by way of one by the divisor's magnitude. Rounded down, that takes the dividend's
/// negative, so there must be one.
fn by_negative(w: &mut Work, kind: UopKind, way: Way, a: ValueId, divisor: i64) -> Option<Simple> {
    let rewrite = |kind, args: &[_]| Some(Simple::Rewrite(Node::new(kind, args), Rule::Simplify));
    if kind == kind::DIV_U64 && divisor < 0 {
        let divisor = w.int(divisor);
        return rewrite(kind::GE_U64, &[a, divisor]);
    }
    if divisor == -1 && matches!(kind, kind::DIV_I64 | kind::FLOOR_DIV_I64) {
        return rewrite(kind::NEG_OVF_I64, &[a]);
    }
    if divisor >= -1 || divisor == i64::MIN || way == Way::Unsigned {
        return None;
    }
    let magnitude = w.int(-divisor);
    if kind == kind::REM_I64 {
        return rewrite(kind, &[a, magnitude]);
    }
    let mut s = Sequence::new(range::binary(kind, w.range(a), Range::only(divisor)));
    if kind == kind::DIV_I64 {
        let quotient = s.step(kind, &[a.into(), magnitude.into()]);
        s.step(kind::NEG_I64, &[quotient]);
    } else if w.range(a).lo == i64::MIN {
        return None;
    } else {
        let negative = s.step(kind::NEG_I64, &[a.into()]);
        let result = s.step(kind, &[negative, magnitude.into()]);
        if kind == kind::FLOOR_MOD_I64 {
            s.step(kind::NEG_I64, &[result]);
        }
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
    let reach = Reach::of(w.range(a), divisor);
    match way {
        Way::Low => low(w, s, reach, a.into(), divisor),
        Way::Floor => {
            // The quotient of a negative dividend is the complement of its complement's.
            let sixty_three = w.int(63);
            let sign = s.step(kind::SHR_I64, &[a.into(), sixty_three.into()]);
            let magnitude = s.step(kind::XOR_I64, &[a.into(), sign]);
            let quotient = low(w, s, reach, magnitude, divisor);
            s.step(kind::XOR_I64, &[quotient, sign])
        }
        Way::Truncating => truncating(w, s, reach, a, divisor),
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

/// How many bits a dividend has besides its sign, when these are so few that 64 bits hold its product with a reciprocal
/// that is good enough for it: then the product's low half is all there is.
#[derive(Clone, Copy)]
struct Reach {
    /// The product is shifted right by so much.
    shift: u32,
    factor: i64,
}

impl Reach {
    /// With 2 to the power of `bits` above every dividend, a factor of `bits` and one more bits has an error that is too small to
    /// be seen, and with at most 31 of them the product fits.
    fn of(dividends: Range, divisor: i64) -> Option<Reach> {
        let bits = 64 - dividends.hi.max(!dividends.lo).max(1).leading_zeros();
        let shift = bits + ceil_log2(divisor);
        if bits > 31 || shift > 62 {
            return None;
        }
        let factor = reciprocal(shift, divisor) as i64;
        Some(Reach { shift, factor })
    }

    /// The dividend's share, rounded down; of a negative dividend one less than towards zero, since the reciprocal was
    /// rounded up.
    fn product(self, w: &mut Work, s: &mut Sequence, a: Term) -> Term {
        let (factor, shift) = (w.int(self.factor), w.int(i64::from(self.shift)));
        let product = s.step(kind::MUL_I64, &[a, factor.into()]);
        s.step(kind::SHR_I64, &[product, shift.into()])
    }
}

/// The quotient of a dividend below 2 to the 63rd: the reciprocal's error is then too small to be seen.
fn low(w: &mut Work, s: &mut Sequence, reach: Option<Reach>, a: Term, divisor: i64) -> Term {
    if let Some(reach) = reach {
        return reach.product(w, s, a);
    }
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
fn truncating(
    w: &mut Work,
    s: &mut Sequence,
    reach: Option<Reach>,
    a: ValueId,
    divisor: i64,
) -> Term {
    let floor = match reach {
        Some(reach) => reach.product(w, s, a.into()),
        None => {
            let shift = ceil_log2(divisor) - 1;
            let factor = w.int(reciprocal(64 + shift, divisor) as i64);
            let shift = w.int(i64::from(shift));
            let high = s.step(kind::MUL_HIGH_I64, &[a.into(), factor.into()]);
            let sum = s.step(kind::ADD_I64, &[high, a.into()]);
            s.step(kind::SHR_I64, &[sum, shift.into()])
        }
    };
    let sixty_three = w.int(63);
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
