//! 64-bit integer arithmetic that wraps. Cranelift's shifts and rotations take counts modulo the width, as these do.

use super::Entry;
use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::IntCC;
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::ADD_I64, |e, a| Some(e.ins().iadd(a[0], a[1]))),
    (kind::SUB_I64, |e, a| Some(e.ins().isub(a[0], a[1]))),
    (kind::MUL_I64, |e, a| Some(e.ins().imul(a[0], a[1]))),
    (kind::NEG_I64, |e, a| Some(e.ins().ineg(a[0]))),
    (kind::MUL_HIGH_I64, |e, a| Some(e.ins().smulhi(a[0], a[1]))),
    (kind::MUL_HIGH_U64, |e, a| Some(e.ins().umulhi(a[0], a[1]))),
    (kind::AND_I64, |e, a| Some(e.ins().band(a[0], a[1]))),
    (kind::OR_I64, |e, a| Some(e.ins().bor(a[0], a[1]))),
    (kind::XOR_I64, |e, a| Some(e.ins().bxor(a[0], a[1]))),
    (kind::NOT_I64, |e, a| Some(e.ins().bnot(a[0]))),
    (kind::SHL_I64, |e, a| Some(e.ins().ishl(a[0], a[1]))),
    (kind::SHR_I64, |e, a| Some(e.ins().sshr(a[0], a[1]))),
    (kind::USHR_I64, |e, a| Some(e.ins().ushr(a[0], a[1]))),
    (kind::ROTL_I64, |e, a| Some(e.ins().rotl(a[0], a[1]))),
    (kind::ROTR_I64, |e, a| Some(e.ins().rotr(a[0], a[1]))),
    (kind::CLZ_I64, |e, a| Some(e.ins().clz(a[0]))),
    (kind::CTZ_I64, |e, a| Some(e.ins().ctz(a[0]))),
    (kind::POPCOUNT_I64, |e, a| Some(e.ins().popcnt(a[0]))),
    (kind::MIN_I64, |e, a| Some(e.ins().smin(a[0], a[1]))),
    (kind::MAX_I64, |e, a| Some(e.ins().smax(a[0], a[1]))),
    (kind::MIN_U64, |e, a| Some(e.ins().umin(a[0], a[1]))),
    (kind::MAX_U64, |e, a| Some(e.ins().umax(a[0], a[1]))),
    (kind::SELECT_I64, |e, a| {
        let zero = e.int(0);
        let holds = e.compare(IntCC::NotEqual, a[0], zero);
        Some(e.ins().select(holds, a[1], a[2]))
    }),
];
