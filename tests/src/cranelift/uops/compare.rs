//! Comparisons of integers.

use super::Entry;
use crate::cranelift::Emit;
use cranelift_codegen::ir::Value;
use cranelift_codegen::ir::condcodes::IntCC;
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::EQ_I64, |e, a| compare(e, IntCC::Equal, a)),
    (kind::NE_I64, |e, a| compare(e, IntCC::NotEqual, a)),
    (kind::LT_I64, |e, a| compare(e, IntCC::SignedLessThan, a)),
    (kind::LE_I64, |e, a| {
        compare(e, IntCC::SignedLessThanOrEqual, a)
    }),
    (kind::GT_I64, |e, a| compare(e, IntCC::SignedGreaterThan, a)),
    (kind::GE_I64, |e, a| {
        compare(e, IntCC::SignedGreaterThanOrEqual, a)
    }),
    (kind::LT_U64, |e, a| compare(e, IntCC::UnsignedLessThan, a)),
    (kind::LE_U64, |e, a| {
        compare(e, IntCC::UnsignedLessThanOrEqual, a)
    }),
    (kind::GT_U64, |e, a| {
        compare(e, IntCC::UnsignedGreaterThan, a)
    }),
    (kind::GE_U64, |e, a| {
        compare(e, IntCC::UnsignedGreaterThanOrEqual, a)
    }),
];

fn compare(e: &mut Emit<'_, '_>, cc: IntCC, a: &[Value]) -> Option<Value> {
    let holds = e.compare(cc, a[0], a[1]);
    Some(e.truth(holds))
}
