//! Frame slots, named by their byte offset, and the context's user pointer.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use stencils::uops::kind;

/// The byte offset of the user's pointer in the context: its word 16.
const USER: i32 = 16 * 8;

pub(super) const UOPS: &[Entry] = &[
    (kind::LOAD_FRAME_I64, |e, a| load(e, I64, a[0])),
    (kind::LOAD_FRAME_F64, |e, a| load(e, F64, a[0])),
    (kind::STORE_FRAME_I64, |e, a| store(e, a[0], a[1])),
    (kind::STORE_FRAME_F64, |e, a| store(e, a[0], a[1])),
    (kind::USER_POINTER, |e, _| {
        let context = e.context;
        Some(e.ins().load(I64, Emit::flags(), context, USER))
    }),
];

fn load(e: &mut Emit<'_, '_>, ty: Type, slot: Value) -> Option<Value> {
    let frame = e.frame;
    let address = e.ins().iadd(frame, slot);
    Some(e.ins().load(ty, Emit::flags(), address, 0))
}

fn store(e: &mut Emit<'_, '_>, slot: Value, value: Value) -> Option<Value> {
    let frame = e.frame;
    let address = e.ins().iadd(frame, slot);
    e.ins().store(Emit::flags(), value, address, 0);
    None
}
