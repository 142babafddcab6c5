//! Guards.

use super::Entry;
use cranelift_codegen::ir::condcodes::IntCC;
use stencils::uops::kind;

pub(super) const UOPS: &[Entry] = &[
    (kind::GUARD_TRUE, |e, a| {
        e.leave_unless(a[0]);
        None
    }),
    (kind::GUARD_FALSE, |e, a| {
        e.leave_when(a[0]);
        None
    }),
    (kind::GUARD_EQ, |e, a| {
        let holds = e.compare(IntCC::Equal, a[0], a[1]);
        e.leave_unless(holds);
        None
    }),
    (kind::GUARD_NE, |e, a| {
        let holds = e.compare(IntCC::NotEqual, a[0], a[1]);
        e.leave_unless(holds);
        None
    }),
];
