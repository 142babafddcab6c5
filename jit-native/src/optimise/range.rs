//! The integers that a value can be: an interval, and how uops make intervals of intervals.

use super::marks::Marks;
use super::peel::Round;
use crate::faults::{Fault, planted};
use stencils::table::UopKind;
use stencils::uops::kind;

/// All integers from `lo` to `hi`, both included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub lo: i64,
    pub hi: i64,
}

impl Range {
    /// Every integer.
    pub const FULL: Range = Range {
        lo: i64::MIN,
        hi: i64::MAX,
    };
    /// What a comparison gives.
    pub const BOOL: Range = Range { lo: 0, hi: 1 };

    pub fn new(lo: i64, hi: i64) -> Range {
        Range { lo, hi }
    }

    /// One integer.
    pub fn only(value: i64) -> Range {
        Range {
            lo: value,
            hi: value,
        }
    }

    /// The integer, when there is only one.
    pub fn single(self) -> Option<i64> {
        (self.lo == self.hi).then_some(self.lo)
    }

    pub fn contains(self, value: i64) -> bool {
        self.lo <= value && value <= self.hi
    }

    pub fn within(self, other: Range) -> bool {
        other.lo <= self.lo && self.hi <= other.hi
    }

    /// Integers of both; none when there are none.
    pub fn intersect(self, other: Range) -> Option<Range> {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        (lo <= hi).then_some(Range { lo, hi })
    }

    fn union(self, other: Range) -> Range {
        Range {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
        }
    }

    /// From what a 128-bit computation gives; none when it leaves 64 bits.
    fn wide(lo: i128, hi: i128) -> Option<Range> {
        Some(Range {
            lo: i64::try_from(lo).ok()?,
            hi: i64::try_from(hi).ok()?,
        })
    }

    /// The bounds as they are after an overflow has been ruled out.
    fn clamp(lo: i128, hi: i128) -> Range {
        let bound = |n: i128| n.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        Range {
            lo: bound(lo),
            hi: bound(hi),
        }
    }
}

/// The exact bounds of `a op b` over all integers, for uops that add, subtract or multiply.
fn exact(kind: UopKind, a: Range, b: Range) -> Option<(i128, i128)> {
    let (alo, ahi) = (i128::from(a.lo), i128::from(a.hi));
    let (blo, bhi) = (i128::from(b.lo), i128::from(b.hi));
    match kind {
        kind::ADD_I64 | kind::ADD_OVF_I64 => Some((alo + blo, ahi + bhi)),
        kind::SUB_I64 | kind::SUB_OVF_I64 => Some((alo - bhi, ahi - blo)),
        kind::MUL_I64 | kind::MUL_OVF_I64 => {
            let corners = [alo * blo, alo * bhi, ahi * blo, ahi * bhi];
            let lo = corners.into_iter().fold(corners[0], i128::min);
            Some((lo, corners.into_iter().fold(corners[0], i128::max)))
        }
        _ => None,
    }
}

/// What `a op b` can be, if it cannot overflow 64 bits.
pub(super) fn cannot_overflow(kind: UopKind, a: Range, b: Range) -> Option<Range> {
    let slack = i64::from(planted(Fault::OverflowOffByOne));
    if kind == kind::ADD_OVF_I64 {
        return sum(a, b, slack);
    }
    let (lo, hi) = exact(kind, a, b)?;
    Range::wide(lo, hi - i128::from(slack))
}

/// What a sum can be, if none overflows by more than the slack.
#[inline]
fn sum(a: Range, b: Range, slack: i64) -> Option<Range> {
    Some(Range {
        lo: a.lo.checked_add(b.lo)?,
        hi: a.hi.saturating_sub(slack).checked_add(b.hi)?,
    })
}

/// Whether `a op b` is the same in 32 bits as in 64: operands and result all fit.
pub(super) fn fits_in_32(kind: UopKind, a: Range, b: Range) -> bool {
    let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
    let all = Range::new(least, most);
    a.within(all)
        && b.within(all)
        && exact(kind, a, b).is_some_and(|(lo, hi)| lo >= least.into() && hi <= most.into())
}

/// What a uop of one operand gives, once it has not left the region.
pub(super) fn unary(kind: UopKind, a: Range) -> Range {
    let fits = |lo: i64, hi: i64| {
        if a.within(Range { lo, hi }) {
            a
        } else {
            Range { lo, hi }
        }
    };
    match kind {
        kind::ZERO_EXTEND_8 => fits(0, 0xff),
        kind::ZERO_EXTEND_16 => fits(0, 0xffff),
        kind::ZERO_EXTEND_32 => fits(0, 0xffff_ffff),
        kind::SIGN_EXTEND_8 => fits(-0x80, 0x7f),
        kind::SIGN_EXTEND_16 => fits(-0x8000, 0x7fff),
        kind::SIGN_EXTEND_32 => fits(-0x8000_0000, 0x7fff_ffff),
        kind::CLZ_I64 | kind::CTZ_I64 | kind::POPCOUNT_I64 => Range::new(0, 64),
        kind::CLZ_I32 | kind::CTZ_I32 | kind::POPCOUNT_I32 => Range::new(0, 32),
        kind::NEG_I32 | kind::NEG_OVF_I32 => Range::new(-0x8000_0000, 0x7fff_ffff),
        kind::ABS_OVF_I32 => Range::new(0, 0x7fff_ffff),
        kind::NOT_I64 => Range::new(!a.hi, !a.lo),
        kind::NEG_I64 if a.lo == i64::MIN => Range::FULL,
        kind::NEG_I64 | kind::NEG_OVF_I64 => Range::clamp(-i128::from(a.hi), -i128::from(a.lo)),
        kind::ABS_OVF_I64 if a.lo >= 0 => a,
        kind::ABS_OVF_I64 => Range::new(0, a.hi.max(a.lo.saturating_neg())),
        _ => Range::FULL,
    }
}

/// What a uop of two operands gives, once it has not left the region.
pub(super) fn binary(kind: UopKind, a: Range, b: Range) -> Range {
    let nonnegative = a.lo >= 0 && b.lo >= 0;
    match kind {
        kind::ADD_I64 => sum(a, b, 0).unwrap_or(Range::FULL),
        kind::SUB_I64 | kind::MUL_I64 => exact(kind, a, b)
            .and_then(|(lo, hi)| Range::wide(lo, hi))
            .unwrap_or(Range::FULL),
        kind::ADD_OVF_I64 | kind::SUB_OVF_I64 | kind::MUL_OVF_I64 => {
            exact(kind, a, b).map_or(Range::FULL, |(lo, hi)| Range::clamp(lo, hi))
        }
        kind::AND_I64 if nonnegative => Range::new(0, a.hi.min(b.hi)),
        kind::AND_I64 if a.lo >= 0 => Range::new(0, a.hi),
        kind::AND_I64 if b.lo >= 0 => Range::new(0, b.hi),
        kind::OR_I64 | kind::XOR_I64 if nonnegative => {
            // No bit above the highest one of both.
            let bits = 64 - (a.hi | b.hi).leading_zeros();
            Range::new(
                0,
                if bits >= 63 {
                    i64::MAX
                } else {
                    (1 << bits) - 1
                },
            )
        }
        kind::SHR_I64 | kind::USHR_I64 => shifted(kind, a, b),
        kind::FLOOR_MOD_I64 if b.lo > 0 => Range::new(0, b.hi - 1),
        kind::REM_I64 if b.lo > 0 && a.lo >= 0 => Range::new(0, a.hi.min(b.hi - 1)),
        kind::REM_U64 if nonnegative && b.lo > 0 => Range::new(0, a.hi.min(b.hi - 1)),
        kind::FLOOR_DIV_I64 | kind::DIV_I64 | kind::DIV_U64 if nonnegative => Range::new(0, a.hi),
        kind::MIN_I64 => Range::new(a.lo.min(b.lo), a.hi.min(b.hi)),
        kind::MAX_I64 => Range::new(a.lo.max(b.lo), a.hi.max(b.hi)),
        kind::ADD_I32
        | kind::SUB_I32
        | kind::MUL_I32
        | kind::SHL_I32
        | kind::SHR_I32
        | kind::USHR_I32
        | kind::ROTL_I32
        | kind::ROTR_I32
        | kind::DIV_I32
        | kind::REM_I32
        | kind::FLOOR_DIV_I32
        | kind::FLOOR_MOD_I32
        | kind::DIV_U32
        | kind::REM_U32
        | kind::ADD_OVF_I32
        | kind::SUB_OVF_I32
        | kind::MUL_OVF_I32 => Range::new(-0x8000_0000, 0x7fff_ffff),
        kind::SHL_U32 | kind::USHR_U32 | kind::ROTL_U32 | kind::ROTR_U32 => {
            Range::new(0, 0xffff_ffff)
        }
        _ => Range::FULL,
    }
}

/// What two operands must be for [`binary`] to say more than that the result can be anything.
pub(super) fn asks(kind: UopKind) -> Marks {
    match kind {
        kind::SHL_I64
        | kind::ROTL_I64
        | kind::ROTR_I64
        | kind::MUL_HIGH_I64
        | kind::MUL_HIGH_U64 => Marks::NONE,
        kind::ADD_I64 | kind::SUB_I64 | kind::OR_I64 | kind::XOR_I64 => Marks::ALL_RANGED,
        _ if binary(kind, Range::FULL, Range::FULL) == Range::FULL => Marks::RANGED,
        _ => Marks::ANY,
    }
}

/// A shift right by a known count.
fn shifted(kind: UopKind, a: Range, count: Range) -> Range {
    let Some(count) = count.single().map(|count| count & 63) else {
        return Range::FULL;
    };
    if kind == kind::SHR_I64 || a.lo >= 0 {
        Range::new(a.lo >> count, a.hi >> count)
    } else if count > 0 {
        Range::new(0, (u64::MAX >> count) as i64)
    } else {
        Range::FULL
    }
}

/// What a load or a selection gives.
pub(super) fn other(kind: UopKind, args: &[Range]) -> Range {
    match kind {
        kind::LOAD_U8 | kind::LOAD_INDEXED_U8 => Range::new(0, 0xff),
        kind::LOAD_U16 | kind::LOAD_INDEXED_U16 => Range::new(0, 0xffff),
        kind::LOAD_U32 | kind::LOAD_INDEXED_U32 => Range::new(0, 0xffff_ffff),
        kind::LOAD_I8 | kind::LOAD_INDEXED_I8 => Range::new(-0x80, 0x7f),
        kind::LOAD_I16 | kind::LOAD_INDEXED_I16 => Range::new(-0x8000, 0x7fff),
        kind::LOAD_I32 | kind::LOAD_INDEXED_I32 => Range::new(-0x8000_0000, 0x7fff_ffff),
        kind::SELECT_I64 => args[1].union(args[2]),
        _ => Range::FULL,
    }
}

/// Whether a comparison of integers holds, when the ranges decide it.
pub(super) fn decide(compare: UopKind, a: Range, b: Range) -> Option<bool> {
    let less = |a: Range, b: Range| match () {
        () if a.hi < b.lo => Some(true),
        () if a.hi == b.lo && planted(Fault::TouchingRangesAreLess) => Some(true),
        () if a.lo >= b.hi => Some(false),
        () => None,
    };
    let unsigned = |f: &dyn Fn(Range, Range) -> Option<bool>| {
        if a.lo >= 0 && b.lo >= 0 {
            f(a, b)
        } else {
            None
        }
    };
    match compare {
        kind::EQ_I64 if a.intersect(b).is_none() => Some(false),
        kind::EQ_I64 => (a.single().is_some() && a == b).then_some(true),
        kind::NE_I64 => decide(kind::EQ_I64, a, b).map(|equal| !equal),
        kind::LT_I64 => less(a, b),
        kind::GE_I64 => less(a, b).map(|less| !less),
        kind::GT_I64 => less(b, a),
        kind::LE_I64 => less(b, a).map(|greater| !greater),
        kind::LT_U64 => unsigned(&less),
        kind::GE_U64 => unsigned(&less).map(|less| !less),
        kind::GT_U64 => unsigned(&|a, b| less(b, a)),
        kind::LE_U64 => unsigned(&|a, b| less(b, a)).map(|greater| !greater),
        _ => None,
    }
}

/// What a value can be that is one of several.
pub(super) fn join(known: Option<Range>, other: Range) -> Option<Range> {
    Some(known.map_or(other, |known| known.union(other)))
}

/// What a loop's parameter can be in any round, from what it can be in the first.
pub(super) fn round(first: Option<Range>, round: Round) -> Option<Range> {
    let mut range = first?;
    if let Some(other) = round.other {
        range = range.union(other);
    }
    Some(Range {
        lo: if round.shrinks || round.unknown {
            i64::MIN
        } else {
            range.lo
        },
        hi: if (round.grows && !planted(Fault::LoopRangeDoesNotGrow)) || round.unknown {
            i64::MAX
        } else {
            range.hi
        },
    })
}
