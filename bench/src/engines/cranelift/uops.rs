//! Better forms in Cranelift's IR for the uops that the oracle states in a roundabout way, so that Cranelift is given
//! what a front end that cares would give it.
//!
//! Never changes what a uop does: each kernel's result is compared before it is timed. Start at [`translation`].

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use stencils::table::UopKind;
use stencils::uops::kind;
use tests::cranelift::Emit;
use tests::cranelift::uops::{self, Translate};

/// The translation of a stock uop: one of these, or else the oracle's.
pub fn translation(kind: UopKind) -> Option<Translate> {
    let better: Translate = match kind {
        kind::ADD_OVF_I64 => |e, a| {
            let (sum, lost) = e.ins().sadd_overflow(a[0], a[1]);
            e.leave_when(lost);
            Some(sum)
        },
        kind::SUB_OVF_I64 => |e, a| {
            let (difference, lost) = e.ins().ssub_overflow(a[0], a[1]);
            e.leave_when(lost);
            Some(difference)
        },
        kind::MUL_OVF_I64 => |e, a| {
            let (product, lost) = e.ins().smul_overflow(a[0], a[1]);
            e.leave_when(lost);
            Some(product)
        },
        kind::FLOOR_DIV_I64 => |e, a| {
            leave_unless_it_fits(e, a);
            let quotient = e.ins().sdiv(a[0], a[1]);
            let back = e.ins().imul(quotient, a[1]);
            let remainder = e.ins().isub(a[0], back);
            let below = is_below(e, remainder, a[1]);
            let below = e.truth(below);
            Some(e.ins().isub(quotient, below))
        },
        kind::FLOOR_MOD_I64 => |e, a| {
            leave_unless_it_fits(e, a);
            let remainder = e.ins().srem(a[0], a[1]);
            let below = is_below(e, remainder, a[1]);
            let raised = e.ins().iadd(remainder, a[1]);
            Some(e.ins().select(below, raised, remainder))
        },
        _ => return uops::translation(kind),
    };
    Some(better)
}

/// Leaves for a divisor of zero, and for the least integer by -1; one comparison each on the usual way.
fn leave_unless_it_fits(e: &mut Emit<'_, '_>, a: &[Value]) {
    let zero = e.int(0);
    let by_zero = e.compare(IntCC::Equal, a[1], zero);
    e.leave_when(by_zero);
    let (least, minus_one) = (e.int(i64::MIN), e.int(-1));
    let dividend = e.compare(IntCC::Equal, a[0], least);
    let divisor = e.compare(IntCC::Equal, a[1], minus_one);
    let both = e.ins().band(dividend, divisor);
    e.leave_when(both);
}

/// Whether the rounded quotient is too great by one: there is a remainder, and its sign is not the divisor's.
fn is_below(e: &mut Emit<'_, '_>, remainder: Value, divisor: Value) -> Value {
    let zero = e.int(0);
    let inexact = e.compare(IntCC::NotEqual, remainder, zero);
    let signs = e.ins().bxor(remainder, divisor);
    let differ = e.compare(IntCC::SignedLessThan, signs, zero);
    e.ins().band(inexact, differ)
}
