//! Calls: what the operands are is said by the uop's name, and how they are passed by Cranelift.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{Type, Value};
use stencils::uops::kind;

/// The calls with each sort of result.
macro_rules! calls {
    ($($result:expr => $($kind:ident)*;)*) => {
        &[$($((kind::$kind, |e, a| call(e, a, $result))),*),*]
    };
}

pub(super) const UOPS: &[Entry] = calls! {
    None =>
        CALL_VOID_0 CALL_VOID_0_1 CALL_VOID_0_2 CALL_VOID_0_3 CALL_VOID_0_4
        CALL_VOID_1 CALL_VOID_1_1 CALL_VOID_1_2 CALL_VOID_1_3 CALL_VOID_1_4
        CALL_VOID_2 CALL_VOID_2_1 CALL_VOID_2_2 CALL_VOID_2_3 CALL_VOID_2_4
        CALL_VOID_3 CALL_VOID_3_1 CALL_VOID_3_2 CALL_VOID_3_3 CALL_VOID_3_4
        CALL_VOID_4 CALL_VOID_4_1 CALL_VOID_4_2 CALL_VOID_4_3 CALL_VOID_4_4
        CALL_VOID_5 CALL_VOID_5_1 CALL_VOID_5_2 CALL_VOID_5_3 CALL_VOID_5_4
        CALL_VOID_6 CALL_VOID_6_1 CALL_VOID_6_2 CALL_VOID_6_3 CALL_VOID_6_4;
    Some(I64) =>
        CALL_I64_0 CALL_I64_0_1 CALL_I64_0_2 CALL_I64_0_3 CALL_I64_0_4
        CALL_I64_1 CALL_I64_1_1 CALL_I64_1_2 CALL_I64_1_3 CALL_I64_1_4
        CALL_I64_2 CALL_I64_2_1 CALL_I64_2_2 CALL_I64_2_3 CALL_I64_2_4
        CALL_I64_3 CALL_I64_3_1 CALL_I64_3_2 CALL_I64_3_3 CALL_I64_3_4
        CALL_I64_4 CALL_I64_4_1 CALL_I64_4_2 CALL_I64_4_3 CALL_I64_4_4
        CALL_I64_5 CALL_I64_5_1 CALL_I64_5_2 CALL_I64_5_3 CALL_I64_5_4
        CALL_I64_6 CALL_I64_6_1 CALL_I64_6_2 CALL_I64_6_3 CALL_I64_6_4;
    Some(F64) =>
        CALL_F64_0 CALL_F64_0_1 CALL_F64_0_2 CALL_F64_0_3 CALL_F64_0_4
        CALL_F64_1 CALL_F64_1_1 CALL_F64_1_2 CALL_F64_1_3 CALL_F64_1_4
        CALL_F64_2 CALL_F64_2_1 CALL_F64_2_2 CALL_F64_2_3 CALL_F64_2_4
        CALL_F64_3 CALL_F64_3_1 CALL_F64_3_2 CALL_F64_3_3 CALL_F64_3_4
        CALL_F64_4 CALL_F64_4_1 CALL_F64_4_2 CALL_F64_4_3 CALL_F64_4_4
        CALL_F64_5 CALL_F64_5_1 CALL_F64_5_2 CALL_F64_5_3 CALL_F64_5_4
        CALL_F64_6 CALL_F64_6_1 CALL_F64_6_2 CALL_F64_6_3 CALL_F64_6_4;
};

/// The function is the first operand; the others are its arguments.
fn call(e: &mut Emit<'_, '_>, a: &[Value], result: Option<Type>) -> Option<Value> {
    e.call(a[0], &a[1..], result)
}
