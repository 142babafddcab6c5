//! Division and remainder. Cranelift's own trap where these leave, so the ways out stand before them.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::FLOOR_DIV_I64, |e, a| {
        leave_unless_it_fits(e, a);
        let quotient = e.ins().sdiv(a[0], a[1]);
        let below = is_below(e, a[0], a[1]);
        let below = e.truth(below);
        Some(e.ins().isub(quotient, below))
    }),
    (kind::FLOOR_MOD_I64, |e, a| {
        leave_unless_it_fits(e, a);
        let remainder = e.ins().srem(a[0], a[1]);
        let below = is_below(e, a[0], a[1]);
        let zero = e.int(0);
        let correction = e.ins().select(below, a[1], zero);
        Some(e.ins().iadd(remainder, correction))
    }),
    (kind::DIV_I64, |e, a| {
        leave_unless_it_fits(e, a);
        Some(e.ins().sdiv(a[0], a[1]))
    }),
    (kind::REM_I64, |e, a| {
        leave_unless_it_fits(e, a);
        Some(e.ins().srem(a[0], a[1]))
    }),
    (kind::DIV_U64, |e, a| {
        leave_when_zero(e, a[1]);
        Some(e.ins().udiv(a[0], a[1]))
    }),
    (kind::REM_U64, |e, a| {
        leave_when_zero(e, a[1]);
        Some(e.ins().urem(a[0], a[1]))
    }),
];

/// Leaves for a divisor of zero.
pub(super) fn leave_when_zero(e: &mut Emit<'_, '_>, divisor: Value) {
    let zero = e.int(0);
    let by_zero = e.compare(IntCC::Equal, divisor, zero);
    e.leave_when(by_zero);
}

/// Leaves for a divisor of zero, and for the least integer by -1, whose quotient does not fit.
fn leave_unless_it_fits(e: &mut Emit<'_, '_>, a: &[Value]) {
    leave_when_zero(e, a[1]);
    let (least, minus_one) = (e.int(i64::MIN), e.int(-1));
    let dividend = e.compare(IntCC::Equal, a[0], least);
    let divisor = e.compare(IntCC::Equal, a[1], minus_one);
    let both = e.ins().band(dividend, divisor);
    e.leave_when(both);
}

/// Whether the exact quotient lies below the quotient rounded towards zero: it is no integer, and the signs differ.
pub(super) fn is_below(e: &mut Emit<'_, '_>, x: Value, y: Value) -> Value {
    let remainder = e.ins().srem(x, y);
    let zero = e.int(0);
    let inexact = e.compare(IntCC::NotEqual, remainder, zero);
    let dividend = e.compare(IntCC::SignedLessThan, x, zero);
    let divisor = e.compare(IntCC::SignedLessThan, y, zero);
    let differ = e.ins().bxor(dividend, divisor);
    e.ins().band(inexact, differ)
}
