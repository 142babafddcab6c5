//! What occurs in the bytecode and in traces, each with its own documentation.

use std::collections::BTreeMap;

use jit_native::region::Terminator;
use stencils::table::UopTable;
use strum::EnumMessage;

use super::model::Word;
use crate::interpreter::Vm;
use crate::trace::Tracer;
use crate::trace::recording::Recording;

/// A word for each kind of instruction, recorded uop and uop of the engine, in the order of their names.
pub(super) fn glossary(vm: &Vm, tracer: &Tracer) -> Vec<Word> {
    let mut words = BTreeMap::new();
    for code in vm.codes() {
        let instructions = (0..code.len() as u32).filter_map(|pc| code.get(pc));
        words.extend(instructions.map(|found| (found.op.name().to_owned(), plain(found.op.doc()))));
    }
    for aborted in tracer.aborted() {
        recorded(&mut words, &aborted.recording);
    }
    let table = UopTable::stock();
    for fragment in tracer.fragments() {
        recorded(&mut words, &fragment.recording);
        for region in [&fragment.lowered, &fragment.region] {
            let uops = region.uops.iter().map(|uop| uop.kind);
            let guards = region
                .blocks
                .iter()
                .filter_map(|block| match block.terminator {
                    Terminator::Branch { guard, .. } => Some(guard),
                    _ => None,
                });
            let kinds = uops.chain(guards);
            words.extend(kinds.map(|kind| (table[kind].name.to_owned(), plain(table[kind].doc))));
        }
    }
    let word = |(name, text)| Word { name, text };
    words.into_iter().map(word).collect()
}

fn recorded(words: &mut BTreeMap<String, String>, recording: &Recording) {
    let uops = recording.uops.iter().map(|recorded| recorded.uop);
    words.extend(uops.filter_map(|uop| Some((uop.name(), plain(uop.get_documentation()?)))));
}

/// Documentation without the marks of its links.
fn plain(text: &str) -> String {
    text.trim()
        .replace("[`", "")
        .replace("`]", "")
        .replace('`', "")
}
