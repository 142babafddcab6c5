//! The engine's uops that occur in traces, with their documentation.

use std::collections::BTreeSet;

use jit_native::region::Terminator;
use stencils::table::UopTable;

use super::model::Word;
use crate::trace::Tracer;

/// A word for each kind of uop that a region of a trace holds, in the order of their names.
pub(super) fn glossary(tracer: &Tracer) -> Vec<Word> {
    let table = UopTable::stock();
    let mut names = BTreeSet::new();
    for fragment in tracer.fragments() {
        for region in [&fragment.lowered, &fragment.region] {
            let uops = region.uops.iter().map(|uop| uop.kind);
            let guards = region
                .blocks
                .iter()
                .filter_map(|block| match block.terminator {
                    Terminator::Branch { guard, .. } => Some(guard),
                    _ => None,
                });
            names.extend(
                uops.chain(guards)
                    .map(|kind| (table[kind].name, table[kind].doc)),
            );
        }
    }
    let word = |(name, text): (&str, &str)| Word {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    names.into_iter().map(word).collect()
}
