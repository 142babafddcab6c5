//! Calls: what the operands are is said by the uop's name, and how they are passed by Cranelift.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{Type, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::CALL_VOID_0, |e, a| call(e, a, None)),
    (kind::CALL_VOID_1, |e, a| call(e, a, None)),
    (kind::CALL_VOID_2, |e, a| call(e, a, None)),
    (kind::CALL_VOID_3, |e, a| call(e, a, None)),
    (kind::CALL_VOID_4, |e, a| call(e, a, None)),
    (kind::CALL_VOID_5, |e, a| call(e, a, None)),
    (kind::CALL_VOID_6, |e, a| call(e, a, None)),
    (kind::CALL_VOID_0_1, |e, a| call(e, a, None)),
    (kind::CALL_VOID_0_2, |e, a| call(e, a, None)),
    (kind::CALL_VOID_0_3, |e, a| call(e, a, None)),
    (kind::CALL_VOID_0_4, |e, a| call(e, a, None)),
    (kind::CALL_VOID_1_1, |e, a| call(e, a, None)),
    (kind::CALL_VOID_1_2, |e, a| call(e, a, None)),
    (kind::CALL_VOID_2_1, |e, a| call(e, a, None)),
    (kind::CALL_I64_0, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_1, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_2, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_3, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_4, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_5, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_6, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_0_1, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_0_2, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_0_3, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_0_4, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_1_1, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_1_2, |e, a| call(e, a, Some(I64))),
    (kind::CALL_I64_2_1, |e, a| call(e, a, Some(I64))),
    (kind::CALL_F64_0, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_1, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_2, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_3, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_4, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_5, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_6, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_0_1, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_0_2, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_0_3, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_0_4, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_1_1, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_1_2, |e, a| call(e, a, Some(F64))),
    (kind::CALL_F64_2_1, |e, a| call(e, a, Some(F64))),
];

/// The function is the first operand; the others are its arguments.
fn call(e: &mut Emit<'_, '_>, a: &[Value], result: Option<Type>) -> Option<Value> {
    e.call(a[0], &a[1..], result)
}
