//! Identities of integer uops, and overflows that cannot happen. Start with [`simplify`].

use super::division::by_constant;
use super::kinds::Kind;
use super::node::Node;
use super::range::{Range, cannot_overflow, fits_in_32};
use super::report::Rule;
use super::simplify::Simple;
use super::work::Work;
use crate::faults::{Fault, planted};
use crate::region::ValueId;
use stencils::table::UopKind;
use stencils::uops::kind;

/// A pure uop with an integer result, operands normalised, not all constant.
pub(super) fn simplify(w: &mut Work, info: &Kind, node: &Node) -> Simple {
    match *node.args() {
        [a] => unary(w, node.kind, a),
        [a, b] => binary(w, info, node.kind, a, b),
        [condition, yes, no] if node.kind == kind::SELECT_I64 => select(w, condition, yes, no),
        _ => Simple::Keep,
    }
}

fn identity(value: ValueId) -> Simple {
    Simple::Value(value, Rule::Identity)
}

fn rewrite(kind: UopKind, args: &[ValueId], rule: Rule) -> Simple {
    Simple::Rewrite(Node::new(kind, args), rule)
}

/// `if_true` or `if_false`, of either type.
pub(super) fn select(w: &Work, condition: ValueId, yes: ValueId, no: ValueId) -> Simple {
    if yes == no {
        return identity(yes);
    }
    let range = w.range(condition);
    match () {
        () if !range.contains(0) => Simple::Value(yes, Rule::Range),
        () if range == Range::only(0) => Simple::Value(no, Rule::Range),
        () => Simple::Keep,
    }
}

fn unary(w: &mut Work, kind: UopKind, a: ValueId) -> Simple {
    let extension = match kind {
        kind::ZERO_EXTEND_8 => Some(Range::new(0, 0xff)),
        kind::ZERO_EXTEND_16 => Some(Range::new(0, 0xffff)),
        kind::ZERO_EXTEND_32 => Some(Range::new(0, 0xffff_ffff)),
        kind::SIGN_EXTEND_8 => Some(Range::new(-0x80, 0x7f)),
        kind::SIGN_EXTEND_16 => Some(Range::new(-0x8000, 0x7fff)),
        kind::SIGN_EXTEND_32 => Some(Range::new(-0x8000_0000, 0x7fff_ffff)),
        _ => None,
    };
    if let Some(range) = extension {
        return if w.range(a).within(range) {
            Simple::Value(a, Rule::Range)
        } else {
            Simple::Keep
        };
    }
    let negative = w.range(a).lo == i64::MIN;
    match (kind, w.definition(a)) {
        (kind::ABS_OVF_I64, _) if w.range(a).lo >= 0 => Simple::Value(a, Rule::Range),
        (kind::NEG_OVF_I64, _) if !negative => rewrite(kind::NEG_I64, &[a], Rule::NoOverflow),
        (kind::NEG_I64, Some((kind::NEG_I64, &[x])))
        | (kind::NOT_I64, Some((kind::NOT_I64, &[x])))
        | (kind::BITS_FROM_F64, Some((kind::F64_FROM_BITS, &[x])))
        | (kind::I64_FROM_F64_EXACT, Some((kind::F64_FROM_I64_EXACT, &[x])))
        | (kind::I64_FROM_F64_TRUNC, Some((kind::F64_FROM_I64_EXACT, &[x]))) => identity(x),
        _ => Simple::Keep,
    }
}

fn binary(w: &mut Work, info: &Kind, kind: UopKind, a: ValueId, b: ValueId) -> Simple {
    if info.has_limits
        && let Some(unlimited) = unlimited(w, kind, a, b)
    {
        return rewrite(unlimited, &[a, b], Rule::NoOverflow);
    }
    if a == b {
        let same = same_operands(w, kind, a);
        if !matches!(same, Simple::Keep) {
            return same;
        }
    }
    match w.as_int(b) {
        Some(constant) => with_constant(w, kind, a, b, constant),
        None => Simple::Keep,
    }
}

/// Whether a uop may be the same as one that does not overflow, or that computes in 64 bits: see [`Kind::has_limits`].
pub(super) fn has_limits(kind: UopKind) -> bool {
    without_check(kind).is_some() || in_64_bits(kind).is_some()
}

/// The same without leaving on overflow.
fn without_check(kind: UopKind) -> Option<UopKind> {
    match kind {
        kind::ADD_OVF_I64 => Some(kind::ADD_I64),
        kind::SUB_OVF_I64 => Some(kind::SUB_I64),
        kind::MUL_OVF_I64 => Some(kind::MUL_I64),
        _ => None,
    }
}

/// The same in 64 bits, where operands and result fit in 32.
fn in_64_bits(kind: UopKind) -> Option<UopKind> {
    match kind {
        kind::ADD_I32 | kind::ADD_OVF_I32 => Some(kind::ADD_I64),
        kind::SUB_I32 | kind::SUB_OVF_I32 => Some(kind::SUB_I64),
        kind::MUL_I32 | kind::MUL_OVF_I32 => Some(kind::MUL_I64),
        _ => None,
    }
}

/// The uop without limits that is the same on operands in these ranges.
fn unlimited(w: &Work, kind: UopKind, a: ValueId, b: ValueId) -> Option<UopKind> {
    let (left, right) = (w.range(a), w.range(b));
    match without_check(kind) {
        Some(unchecked) => cannot_overflow(kind, left, right).map(|_| unchecked),
        None => in_64_bits(kind).filter(|wide| fits_in_32(*wide, left, right)),
    }
}

/// `a op a`.
fn same_operands(w: &mut Work, kind: UopKind, a: ValueId) -> Simple {
    match kind {
        kind::AND_I64
        | kind::OR_I64
        | kind::MIN_I64
        | kind::MAX_I64
        | kind::MIN_U64
        | kind::MAX_U64 => identity(a),
        kind::SUB_I64
        | kind::XOR_I64
        | kind::SUB_OVF_I64
        | kind::NE_I64
        | kind::LT_I64
        | kind::GT_I64
        | kind::LT_U64
        | kind::GT_U64 => identity(w.int(0)),
        kind::EQ_I64 | kind::LE_I64 | kind::GE_I64 | kind::LE_U64 | kind::GE_U64 => {
            identity(w.int(1))
        }
        kind::EQ_F64 if planted(Fault::NanEqualsItself) => identity(w.int(1)),
        _ => Simple::Keep,
    }
}

/// `a op constant`; `b` is the constant's value.
fn with_constant(w: &mut Work, kind: UopKind, a: ValueId, b: ValueId, constant: i64) -> Simple {
    match (kind, constant) {
        (
            kind::ADD_I64
            | kind::SUB_I64
            | kind::ADD_OVF_I64
            | kind::SUB_OVF_I64
            | kind::OR_I64
            | kind::XOR_I64,
            0,
        )
        | (
            kind::MUL_I64 | kind::MUL_OVF_I64 | kind::DIV_I64 | kind::FLOOR_DIV_I64 | kind::DIV_U64,
            1,
        )
        | (kind::AND_I64, -1) => return identity(a),
        (kind::MUL_I64 | kind::MUL_OVF_I64 | kind::AND_I64, 0)
        | (kind::FLOOR_MOD_I64 | kind::REM_I64 | kind::REM_U64, 1) => return identity(w.int(0)),
        (kind::OR_I64, -1) => return identity(b),
        (kind::DIV_I64, -1) if planted(Fault::DivideByMinusOneNegates) => {
            return rewrite(kind::NEG_I64, &[a], Rule::Simplify);
        }
        (kind::MUL_I64, 2..) if constant.count_ones() == 1 => {
            let count = w.int(i64::from(constant.trailing_zeros()));
            return rewrite(kind::SHL_I64, &[a, count], Rule::Simplify);
        }
        (kind::SHL_I64 | kind::SHR_I64 | kind::USHR_I64 | kind::ROTL_I64 | kind::ROTR_I64, _)
            if constant & 63 == 0 =>
        {
            return identity(a);
        }
        (kind::ADD_I32 | kind::SUB_I32 | kind::ADD_OVF_I32 | kind::SUB_OVF_I32, 0)
        | (kind::MUL_I32 | kind::MUL_OVF_I32, 1) => {
            return rewrite(kind::SIGN_EXTEND_32, &[a], Rule::Simplify);
        }
        (kind::SHL_I32 | kind::SHR_I32 | kind::USHR_I32 | kind::ROTL_I32 | kind::ROTR_I32, _)
            if constant & 31 == 0 =>
        {
            return rewrite(kind::SIGN_EXTEND_32, &[a], Rule::Simplify);
        }
        (kind::SHL_U32 | kind::USHR_U32 | kind::ROTL_U32 | kind::ROTR_U32, _)
            if constant & 31 == 0 =>
        {
            return rewrite(kind::ZERO_EXTEND_32, &[a], Rule::Simplify);
        }
        // A shift by one bit or more leaves a result that is the same sign-extended and zero-extended, and machines
        // extend by zero.
        (kind::USHR_I32, _) => return rewrite(kind::USHR_U32, &[a, b], Rule::Simplify),
        // Additions alone are looked for from here on, and machines add small negative constants as well.
        (kind::SUB_I64, _) => {
            let negative = w.int(constant.wrapping_neg());
            return rewrite(kind::ADD_I64, &[a, negative], Rule::Simplify);
        }
        (kind::SUB_OVF_I64, _) if constant != i64::MIN => {
            let negative = w.int(-constant);
            return rewrite(kind::ADD_OVF_I64, &[a, negative], Rule::Simplify);
        }
        (kind::SHR_ANY_I64, 0..64) => {
            return rewrite(kind::SHR_I64, &[a, b], Rule::Simplify);
        }
        (kind::AND_I64, _) if masks_nothing(w.range(a), constant) => {
            return Simple::Value(a, Rule::Range);
        }
        _ => {}
    }
    let simple = match kind {
        kind::ADD_I64 | kind::AND_I64 | kind::OR_I64 | kind::SHL_I64 => {
            regroup(w, kind, a, constant)
        }
        kind::XOR_I64 => {
            regroup(w, kind, a, constant).or_else(|| of_comparison(w, kind, a, constant))
        }
        kind::EQ_I64 | kind::NE_I64 => of_comparison(w, kind, a, constant),
        _ => by_constant(w, kind, a, constant),
    };
    simple.unwrap_or(Simple::Keep)
}

/// Whether `x & mask` is `x` for all of a range: the mask has all low bits up to the highest of the range.
fn masks_nothing(range: Range, mask: i64) -> bool {
    range.lo >= 0
        && mask >= 0
        && (mask as u64).wrapping_add(1).is_power_of_two()
        && range.hi <= mask
}

/// `(x op c1) op c2` is `x op c`, where that is exact.
fn regroup(w: &mut Work, kind: UopKind, a: ValueId, constant: i64) -> Option<Simple> {
    if kind == kind::ADD_I64 {
        let (x, sum) = joined(w, a, constant)?;
        let sum = w.int(sum);
        return Some(rewrite(kind, &[x, sum], Rule::Simplify));
    }
    let (inner, &[x, first]) = w.definition(a)? else {
        return None;
    };
    let first = w.as_int(first)?;
    let (kind, sum) = match (kind, inner) {
        (kind::AND_I64, kind::AND_I64) => (kind::AND_I64, first & constant),
        (kind::OR_I64, kind::OR_I64) => (kind::OR_I64, first | constant),
        (kind::XOR_I64, kind::XOR_I64) => (kind::XOR_I64, first ^ constant),
        (kind::SHL_I64, kind::SHR_I64 | kind::USHR_I64) if first == constant => {
            (kind::AND_I64, (-1i64).wrapping_shl(constant as u32))
        }
        _ => return None,
    };
    let sum = w.int(sum);
    Some(rewrite(kind, &[x, sum], Rule::Simplify))
}

/// `(x + c1) + c2` is `x + c`: `x` and `c`.
#[inline]
pub(super) fn joined(w: &Work, a: ValueId, constant: i64) -> Option<(ValueId, i64)> {
    let Some((kind::ADD_I64, &[x, first])) = w.definition(a) else {
        return None;
    };
    let constant = if planted(Fault::RegroupsWithWrongSign) {
        constant.wrapping_abs()
    } else {
        constant
    };
    Some((x, w.as_int(first)?.wrapping_add(constant)))
}

/// A comparison's result compared with 0 or 1 is the comparison or its opposite.
fn of_comparison(w: &mut Work, kind: UopKind, a: ValueId, constant: i64) -> Option<Simple> {
    if w.range(a) != Range::BOOL {
        return None;
    }
    match (kind, constant) {
        (kind::NE_I64, 0) | (kind::EQ_I64, 1) => Some(identity(a)),
        (kind::EQ_I64, 0) | (kind::NE_I64, 1) | (kind::XOR_I64, 1) => {
            let (compare, args) = w.definition(a)?;
            let opposite = super::kinds::negated(compare)?;
            let &[x, y] = args else { return None };
            Some(rewrite(opposite, &[x, y], Rule::Simplify))
        }
        _ => None,
    }
}
