//! Loads and stores at a base plus an offset, and the accesses that the indexed ones share.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::types::{F64, I8, I16, I32, I64};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::LOAD_U8, |e, a| {
        at(e, a, |e, p| load_unsigned(e, I8, p))
    }),
    (kind::LOAD_I8, |e, a| at(e, a, |e, p| load_signed(e, I8, p))),
    (kind::LOAD_U16, |e, a| {
        at(e, a, |e, p| load_unsigned(e, I16, p))
    }),
    (kind::LOAD_I16, |e, a| {
        at(e, a, |e, p| load_signed(e, I16, p))
    }),
    (kind::LOAD_U32, |e, a| {
        at(e, a, |e, p| load_unsigned(e, I32, p))
    }),
    (kind::LOAD_I32, |e, a| {
        at(e, a, |e, p| load_signed(e, I32, p))
    }),
    (kind::LOAD_I64, |e, a| at(e, a, |e, p| load(e, I64, p))),
    (kind::LOAD_F64, |e, a| at(e, a, |e, p| load(e, F64, p))),
    (kind::STORE_I8, |e, a| store(e, a, I8)),
    (kind::STORE_I16, |e, a| store(e, a, I16)),
    (kind::STORE_I32, |e, a| store(e, a, I32)),
    (kind::STORE_I64, |e, a| store(e, a, I64)),
    (kind::STORE_F64, |e, a| store(e, a, F64)),
];

/// An access at `a[0] + a[1]`.
fn at(
    e: &mut Emit<'_, '_>,
    a: &[Value],
    access: fn(&mut Emit<'_, '_>, Value) -> Value,
) -> Option<Value> {
    let address = e.ins().iadd(a[0], a[1]);
    Some(access(e, address))
}

fn store(e: &mut Emit<'_, '_>, a: &[Value], ty: Type) -> Option<Value> {
    let address = e.ins().iadd(a[0], a[1]);
    store_as(e, ty, address, a[2]);
    None
}

/// What stands at an address, as wide as it is.
pub(super) fn load(e: &mut Emit<'_, '_>, ty: Type, address: Value) -> Value {
    e.ins().load(ty, Emit::flags(), address, 0)
}

/// A narrower integer at an address, with zeros above it.
pub(super) fn load_unsigned(e: &mut Emit<'_, '_>, ty: Type, address: Value) -> Value {
    let narrow = load(e, ty, address);
    e.ins().uextend(I64, narrow)
}

/// A narrower integer at an address, with its sign above it.
pub(super) fn load_signed(e: &mut Emit<'_, '_>, ty: Type, address: Value) -> Value {
    let narrow = load(e, ty, address);
    e.ins().sextend(I64, narrow)
}

/// Stores a double, or as much of an integer as `ty` holds.
pub(super) fn store_as(e: &mut Emit<'_, '_>, ty: Type, address: Value, value: Value) {
    let value = match ty {
        I64 | F64 => value,
        narrow => e.ins().ireduce(narrow, value),
    };
    e.ins().store(Emit::flags(), value, address, 0);
}
