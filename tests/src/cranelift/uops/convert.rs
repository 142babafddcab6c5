//! Conversions between integers and doubles.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64, I64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::F64_FROM_I64, |e, a| {
        Some(e.ins().fcvt_from_sint(F64, a[0]))
    }),
    (kind::F64_FROM_I64_EXACT, |e, a| {
        let (most, least) = (e.int(1 << 53), e.int(-(1 << 53)));
        let above = e.compare(IntCC::SignedGreaterThan, a[0], most);
        e.leave_when(above);
        let below = e.compare(IntCC::SignedLessThan, a[0], least);
        e.leave_when(below);
        Some(e.ins().fcvt_from_sint(F64, a[0]))
    }),
    (kind::I64_FROM_F64_TRUNC, |e, a| {
        leave_out_of_range(e, a[0]);
        Some(e.ins().fcvt_to_sint_sat(I64, a[0]))
    }),
    (kind::I64_FROM_F64_EXACT, |e, a| {
        leave_out_of_range(e, a[0]);
        let whole = e.ins().trunc(a[0]);
        let integral = e.ins().fcmp(FloatCC::Equal, whole, a[0]);
        e.leave_unless(integral);
        Some(e.ins().fcvt_to_sint_sat(I64, a[0]))
    }),
    (kind::BITS_FROM_F64, |e, a| {
        Some(e.ins().bitcast(I64, MemFlagsData::new(), a[0]))
    }),
    (kind::F64_FROM_BITS, |e, a| {
        Some(e.ins().bitcast(F64, MemFlagsData::new(), a[0]))
    }),
];

/// Leaves unless `a` without its fraction is an `i64`; for NaN, which is in no order, too.
fn leave_out_of_range(e: &mut Emit<'_, '_>, a: Value) {
    let (least, end) = (e.float(-(2f64.powi(63))), e.float(2f64.powi(63)));
    let from = e.ins().fcmp(FloatCC::GreaterThanOrEqual, a, least);
    e.leave_unless(from);
    let to = e.ins().fcmp(FloatCC::LessThan, a, end);
    e.leave_unless(to);
}
