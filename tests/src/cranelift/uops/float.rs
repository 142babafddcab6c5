//! Double arithmetic and comparisons. Cranelift's `fmin` and `fmax` are other functions than Python's, so a comparison
//! and a choice stand for these.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::ADD_F64, |e, a| Some(e.ins().fadd(a[0], a[1]))),
    (kind::SUB_F64, |e, a| Some(e.ins().fsub(a[0], a[1]))),
    (kind::MUL_F64, |e, a| Some(e.ins().fmul(a[0], a[1]))),
    (kind::DIV_F64, |e, a| Some(e.ins().fdiv(a[0], a[1]))),
    (kind::NEG_F64, |e, a| Some(e.ins().fneg(a[0]))),
    (kind::ABS_F64, |e, a| Some(e.ins().fabs(a[0]))),
    (kind::SQRT_F64, |e, a| Some(e.ins().sqrt(a[0]))),
    (kind::FLOOR_F64, |e, a| Some(e.ins().floor(a[0]))),
    (kind::CEIL_F64, |e, a| Some(e.ins().ceil(a[0]))),
    (kind::TRUNC_F64, |e, a| Some(e.ins().trunc(a[0]))),
    (kind::ROUND_F64, |e, a| Some(e.ins().nearest(a[0]))),
    (kind::COPYSIGN_F64, |e, a| {
        Some(e.ins().fcopysign(a[0], a[1]))
    }),
    (kind::MIN_F64, |e, a| {
        let less = e.ins().fcmp(FloatCC::LessThan, a[0], a[1]);
        Some(e.ins().select(less, a[0], a[1]))
    }),
    (kind::MAX_F64, |e, a| {
        let greater = e.ins().fcmp(FloatCC::GreaterThan, a[0], a[1]);
        Some(e.ins().select(greater, a[0], a[1]))
    }),
    (kind::SELECT_F64, |e, a| {
        let zero = e.int(0);
        let holds = e.compare(IntCC::NotEqual, a[0], zero);
        Some(e.ins().select(holds, a[1], a[2]))
    }),
    (kind::EQ_F64, |e, a| compare(e, FloatCC::Equal, a)),
    (kind::NE_F64, |e, a| compare(e, FloatCC::NotEqual, a)),
    (kind::LT_F64, |e, a| compare(e, FloatCC::LessThan, a)),
    (kind::LE_F64, |e, a| compare(e, FloatCC::LessThanOrEqual, a)),
    (kind::GT_F64, |e, a| compare(e, FloatCC::GreaterThan, a)),
    (kind::GE_F64, |e, a| {
        compare(e, FloatCC::GreaterThanOrEqual, a)
    }),
];

fn compare(e: &mut Emit<'_, '_>, cc: FloatCC, a: &[Value]) -> Option<Value> {
    let holds = e.ins().fcmp(cc, a[0], a[1]);
    Some(e.truth(holds))
}
