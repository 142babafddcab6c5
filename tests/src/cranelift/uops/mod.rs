//! What each uop means, in Cranelift's IR. A file here states the uops of the file of the same name in the crate
//! `stencils`; a uop that none states, or two do, fails the build of the tests and is named by it.
//!
//! Never calls a uop's function. Start at [`translation`].

mod call;
mod compare;
mod convert;
mod division;
mod float;
mod frame;
mod guard;
mod indexed;
mod int;
mod int32;
mod memory;
mod overflow;

use super::emit::Emit;
use cranelift_codegen::ir::Value;
use std::sync::LazyLock;
use stencils::table::{UopKind, UopTable};
use stencils::uops::DEFS;

/// Writes a uop: takes its operands in order, immediates among them as constants, and gives its result.
pub type Translate = fn(&mut Emit<'_, '_>, &[Value]) -> Option<Value>;

/// A uop and its translation.
type Entry = (UopKind, Translate);

const GROUPS: &[&[Entry]] = &[
    call::UOPS,
    compare::UOPS,
    convert::UOPS,
    division::UOPS,
    float::UOPS,
    frame::UOPS,
    guard::UOPS,
    indexed::UOPS,
    int::UOPS,
    int32::UOPS,
    memory::UOPS,
    overflow::UOPS,
];

// Every uop that a region may hold is stated once.
const _: () = {
    let mut kind = 0;
    while kind < DEFS.len() {
        let stated = times_stated(kind as u16);
        if stated == 0 && !DEFS[kind].internal {
            panic!("{}", DEFS[kind].name);
        }
        if stated > 1 || (stated > 0 && DEFS[kind].internal) {
            panic!("{}", DEFS[kind].name);
        }
        kind += 1;
    }
};

const fn times_stated(kind: u16) -> usize {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut entry = 0;
        while entry < GROUPS[group].len() {
            if GROUPS[group][entry].0.0 == kind {
                count += 1;
            }
            entry += 1;
        }
        group += 1;
    }
    count
}

/// The translation of a stock uop; none for the engine's own machinery and for kinds that are not stock.
pub fn translation(kind: UopKind) -> Option<Translate> {
    static BY_KIND: LazyLock<Vec<Option<Translate>>> = LazyLock::new(|| {
        let mut by_kind = vec![None; UopTable::stock().len()];
        for &(kind, translate) in GROUPS.iter().copied().flatten() {
            by_kind[usize::from(kind.0)] = Some(translate);
        }
        by_kind
    });
    BY_KIND.get(usize::from(kind.0)).copied().flatten()
}
