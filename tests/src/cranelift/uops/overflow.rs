//! 64-bit arithmetic that leaves when the result does not fit. Each overflow is told by a rule of its own, none of them
//! the one that the uop uses.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::ADD_OVF_I64, |e, a| {
        // It overflows when both operands have the sign that the result has not.
        let sum = e.ins().iadd(a[0], a[1]);
        let (x, y) = (e.ins().bxor(sum, a[0]), e.ins().bxor(sum, a[1]));
        let both = e.ins().band(x, y);
        leave_when_negative(e, both);
        Some(sum)
    }),
    (kind::SUB_OVF_I64, |e, a| {
        // It overflows when the operands' signs differ and the result's is not the first one's.
        let difference = e.ins().isub(a[0], a[1]);
        let (x, y) = (e.ins().bxor(a[0], a[1]), e.ins().bxor(a[0], difference));
        let both = e.ins().band(x, y);
        leave_when_negative(e, both);
        Some(difference)
    }),
    (kind::MUL_OVF_I64, |e, a| {
        // The product fits when its high half holds nothing but the sign of its low half.
        let (low, high) = (e.ins().imul(a[0], a[1]), e.ins().smulhi(a[0], a[1]));
        let count = e.int(63);
        let sign = e.ins().sshr(low, count);
        let lost = e.compare(IntCC::NotEqual, high, sign);
        e.leave_when(lost);
        Some(low)
    }),
    (kind::NEG_OVF_I64, |e, a| {
        leave_when_least(e, a[0]);
        Some(e.ins().ineg(a[0]))
    }),
    (kind::ABS_OVF_I64, |e, a| {
        leave_when_least(e, a[0]);
        Some(e.ins().iabs(a[0]))
    }),
    (kind::SHL_OVF_I64, |e, a| {
        // What is shifted out must be copies of the sign: of those there are as many as leading zeros in the number
        // xored with its sign, less the sign itself. That is below 64, so greater counts leave as well.
        let count = e.int(63);
        let sign = e.ins().sshr(a[0], count);
        let magnitude = e.ins().bxor(a[0], sign);
        let copies = e.ins().clz(magnitude);
        let fits = e.compare(IntCC::UnsignedLessThan, a[1], copies);
        e.leave_unless(fits);
        Some(e.ins().ishl(a[0], a[1]))
    }),
    (kind::SHR_ANY_I64, |e, a| {
        leave_when_negative(e, a[1]);
        let most = e.int(63);
        let count = e.ins().smin(a[1], most);
        Some(e.ins().sshr(a[0], count))
    }),
];

fn leave_when_negative(e: &mut Emit<'_, '_>, a: Value) {
    let zero = e.int(0);
    let negative = e.compare(IntCC::SignedLessThan, a, zero);
    e.leave_when(negative);
}

fn leave_when_least(e: &mut Emit<'_, '_>, a: Value) {
    let least = e.int(i64::MIN);
    let same = e.compare(IntCC::Equal, a, least);
    e.leave_when(same);
}
