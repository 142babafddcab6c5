//! 32-bit integer arithmetic on the low halves of operands, its results sign-extended or, of some, zero-extended, and the
//! extensions.
//!
//! Whether a 32-bit result fits is asked of the exact result in 64 bits, which always holds it.

use super::Entry;
use super::division::{is_below, leave_when_zero};
use crate::cranelift::Emit;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::types::{I8, I16, I32, I64};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::SIGN_EXTEND_8, |e, a| sign_extend(e, I8, a[0])),
    (kind::SIGN_EXTEND_16, |e, a| sign_extend(e, I16, a[0])),
    (kind::SIGN_EXTEND_32, |e, a| sign_extend(e, I32, a[0])),
    (kind::ZERO_EXTEND_8, |e, a| zero_extend(e, I8, a[0])),
    (kind::ZERO_EXTEND_16, |e, a| zero_extend(e, I16, a[0])),
    (kind::ZERO_EXTEND_32, |e, a| zero_extend(e, I32, a[0])),
    (kind::ADD_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().iadd(x, y))
    }),
    (kind::SUB_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().isub(x, y))
    }),
    (kind::MUL_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().imul(x, y))
    }),
    (kind::NEG_I32, |e, a| {
        narrow_one(e, a, |e, x| e.ins().ineg(x))
    }),
    (kind::ADD_OVF_I32, |e, a| {
        exact(e, a, |e, x, y| e.ins().iadd(x, y))
    }),
    (kind::SUB_OVF_I32, |e, a| {
        exact(e, a, |e, x, y| e.ins().isub(x, y))
    }),
    (kind::MUL_OVF_I32, |e, a| {
        exact(e, a, |e, x, y| e.ins().imul(x, y))
    }),
    (kind::NEG_OVF_I32, |e, a| {
        let zero = e.int(0);
        exact(e, &[zero, a[0]], |e, x, y| e.ins().isub(x, y))
    }),
    (kind::ABS_OVF_I32, |e, a| {
        exact(e, &[a[0], a[0]], |e, x, _| e.ins().iabs(x))
    }),
    (kind::SHL_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().ishl(x, y))
    }),
    (kind::SHR_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().sshr(x, y))
    }),
    (kind::USHR_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().ushr(x, y))
    }),
    (kind::ROTL_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().rotl(x, y))
    }),
    (kind::ROTR_I32, |e, a| {
        narrow(e, a, |e, x, y| e.ins().rotr(x, y))
    }),
    (kind::SHL_U32, |e, a| {
        unsigned(e, a, |e, x, y| e.ins().ishl(x, y))
    }),
    (kind::USHR_U32, |e, a| {
        unsigned(e, a, |e, x, y| e.ins().ushr(x, y))
    }),
    (kind::ROTL_U32, |e, a| {
        unsigned(e, a, |e, x, y| e.ins().rotl(x, y))
    }),
    (kind::ROTR_U32, |e, a| {
        unsigned(e, a, |e, x, y| e.ins().rotr(x, y))
    }),
    (kind::CLZ_I32, |e, a| {
        narrow_one(e, a, |e, x| e.ins().clz(x))
    }),
    (kind::CTZ_I32, |e, a| {
        narrow_one(e, a, |e, x| e.ins().ctz(x))
    }),
    (kind::POPCOUNT_I32, |e, a| {
        narrow_one(e, a, |e, x| e.ins().popcnt(x))
    }),
    (kind::DIV_I32, |e, a| {
        divide(e, a, |e, x, y| e.ins().sdiv(x, y))
    }),
    (kind::REM_I32, |e, a| {
        divide(e, a, |e, x, y| e.ins().srem(x, y))
    }),
    (kind::FLOOR_DIV_I32, |e, a| {
        divide(e, a, |e, x, y| {
            let (quotient, below) = (e.ins().sdiv(x, y), is_below(e, x, y));
            let below = e.truth(below);
            e.ins().isub(quotient, below)
        })
    }),
    (kind::FLOOR_MOD_I32, |e, a| {
        divide(e, a, |e, x, y| {
            let (remainder, below) = (e.ins().srem(x, y), is_below(e, x, y));
            let zero = e.int(0);
            let correction = e.ins().select(below, y, zero);
            e.ins().iadd(remainder, correction)
        })
    }),
    (kind::DIV_U32, |e, a| {
        divide_unsigned(e, a, |e, x, y| e.ins().udiv(x, y))
    }),
    (kind::REM_U32, |e, a| {
        divide_unsigned(e, a, |e, x, y| e.ins().urem(x, y))
    }),
];

type Binary = fn(&mut Emit<'_, '_>, Value, Value) -> Value;

fn sign_extend(e: &mut Emit<'_, '_>, from: Type, a: Value) -> Option<Value> {
    let low = e.ins().ireduce(from, a);
    Some(e.ins().sextend(I64, low))
}

fn zero_extend(e: &mut Emit<'_, '_>, from: Type, a: Value) -> Option<Value> {
    let low = e.ins().ireduce(from, a);
    Some(e.ins().uextend(I64, low))
}

/// The operation in 32 bits.
fn narrow(e: &mut Emit<'_, '_>, a: &[Value], operation: Binary) -> Option<Value> {
    let (x, y) = (e.narrow(a[0]), e.narrow(a[1]));
    let result = operation(e, x, y);
    Some(e.widen(result))
}

/// The operation in 32 bits, its result zero-extended.
fn unsigned(e: &mut Emit<'_, '_>, a: &[Value], operation: Binary) -> Option<Value> {
    let (x, y) = (e.narrow(a[0]), e.narrow(a[1]));
    let result = operation(e, x, y);
    Some(e.ins().uextend(I64, result))
}

/// The operation of one operand in 32 bits.
fn narrow_one(
    e: &mut Emit<'_, '_>,
    a: &[Value],
    operation: fn(&mut Emit<'_, '_>, Value) -> Value,
) -> Option<Value> {
    let x = e.narrow(a[0]);
    let result = operation(e, x);
    Some(e.widen(result))
}

/// The operation on the low halves in 64 bits; leaves unless 32 bits hold the result.
fn exact(e: &mut Emit<'_, '_>, a: &[Value], operation: Binary) -> Option<Value> {
    let (x, y) = (e.narrow(a[0]), e.narrow(a[1]));
    let (x, y) = (e.widen(x), e.widen(y));
    let wide = operation(e, x, y);
    let low = e.narrow(wide);
    let result = e.widen(low);
    let lost = e.compare(IntCC::NotEqual, result, wide);
    e.leave_when(lost);
    Some(result)
}

/// A division of the low halves in 64 bits, where the quotient of the least integer by -1 exists: that one leaves
/// because 32 bits do not hold it, and the remainder leaves with it.
fn divide(e: &mut Emit<'_, '_>, a: &[Value], operation: Binary) -> Option<Value> {
    let (x, y) = (e.narrow(a[0]), e.narrow(a[1]));
    let (x, y) = (e.widen(x), e.widen(y));
    leave_when_zero(e, y);
    let quotient = e.ins().sdiv(x, y);
    let least_missing = e.int(1 << 31);
    let too_large = e.compare(IntCC::Equal, quotient, least_missing);
    e.leave_when(too_large);
    Some(operation(e, x, y))
}

/// A division of the low halves, zero-extended, in 64 bits.
fn divide_unsigned(e: &mut Emit<'_, '_>, a: &[Value], operation: Binary) -> Option<Value> {
    let x = zero_extend(e, I32, a[0])?;
    let y = zero_extend(e, I32, a[1])?;
    leave_when_zero(e, y);
    let result = operation(e, x, y);
    sign_extend(e, I32, result)
}
