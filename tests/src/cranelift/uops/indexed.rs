//! Loads and stores at `base + index * scale + offset`.

use super::Entry;
use super::memory::{load, load_signed, load_unsigned, store_as};
use crate::cranelift::Emit;
use cranelift_codegen::ir::types::{F64, I8, I16, I32, I64};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::LOAD_INDEXED_U8, |e, a| {
        at(e, a, |e, p| load_unsigned(e, I8, p))
    }),
    (kind::LOAD_INDEXED_I8, |e, a| {
        at(e, a, |e, p| load_signed(e, I8, p))
    }),
    (kind::LOAD_INDEXED_U16, |e, a| {
        at(e, a, |e, p| load_unsigned(e, I16, p))
    }),
    (kind::LOAD_INDEXED_I16, |e, a| {
        at(e, a, |e, p| load_signed(e, I16, p))
    }),
    (kind::LOAD_INDEXED_U32, |e, a| {
        at(e, a, |e, p| load_unsigned(e, I32, p))
    }),
    (kind::LOAD_INDEXED_I32, |e, a| {
        at(e, a, |e, p| load_signed(e, I32, p))
    }),
    (kind::LOAD_INDEXED_I64, |e, a| {
        at(e, a, |e, p| load(e, I64, p))
    }),
    (kind::LOAD_INDEXED_F64, |e, a| {
        at(e, a, |e, p| load(e, F64, p))
    }),
    (kind::STORE_INDEXED_I8, |e, a| store(e, a, I8)),
    (kind::STORE_INDEXED_I16, |e, a| store(e, a, I16)),
    (kind::STORE_INDEXED_I32, |e, a| store(e, a, I32)),
    (kind::STORE_INDEXED_I64, |e, a| store(e, a, I64)),
    (kind::STORE_INDEXED_F64, |e, a| store(e, a, F64)),
];

/// `a[0] + a[1] * a[2] + a[3]`.
fn address(e: &mut Emit<'_, '_>, a: &[Value]) -> Value {
    let scaled = e.ins().imul(a[1], a[2]);
    let element = e.ins().iadd(a[0], scaled);
    e.ins().iadd(element, a[3])
}

fn at(
    e: &mut Emit<'_, '_>,
    a: &[Value],
    access: fn(&mut Emit<'_, '_>, Value) -> Value,
) -> Option<Value> {
    let address = address(e, a);
    Some(access(e, address))
}

fn store(e: &mut Emit<'_, '_>, a: &[Value], ty: Type) -> Option<Value> {
    let address = address(e, a);
    store_as(e, ty, address, a[4]);
    None
}
