//! What the interpreter held while a trace was recorded: its variables and operands, as text, instruction by instruction.
//!
//! It is kept only for those who want to see it, and only as what changed. Start at [`Seen::look`].

use std::collections::BTreeMap;

use crate::interpreter::Vm;
use crate::runtime::Value;
use crate::trace::uop::show_value;

/// Longer texts than this, in characters, are cut.
const LONGEST: usize = 40;

/// A variable, or a place on the operand stack, that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is called; inside a call that the trace goes into, the function's name comes first.
    pub name: String,
    /// What it holds; nothing when it is no more.
    pub value: Option<String>,
}

/// What was held before each instruction.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    last: BTreeMap<String, String>,
    /// By instruction of the recording.
    pub changes: Vec<Vec<Change>>,
}

impl Seen {
    /// Looks at the top `frames` frames before an instruction runs.
    pub(super) fn look(&mut self, vm: &Vm, frames: usize) {
        let now = held(vm, frames);
        let mut changes = Vec::new();
        for (name, value) in &now {
            if self.last.get(name) != Some(value) {
                changes.push(Change {
                    name: name.clone(),
                    value: Some(value.clone()),
                });
            }
        }
        for name in self.last.keys().filter(|name| !now.contains_key(*name)) {
            changes.push(Change {
                name: name.clone(),
                value: None,
            });
        }
        self.last = now;
        self.changes.push(changes);
    }
}

fn held(vm: &Vm, frames: usize) -> BTreeMap<String, String> {
    let mut held = BTreeMap::new();
    let all = vm.frames.as_slice();
    let outermost = all.len().saturating_sub(frames);
    for (depth, frame) in all[outermost..].iter().enumerate() {
        let prefix = match depth {
            0 => String::new(),
            _ => format!("{}: ", frame.code.name()),
        };
        let locals = frame.code.locals();
        let end = match all.get(outermost + depth + 1) {
            Some(callee) => callee.base.min(frame.top()),
            None => frame.top(),
        };
        for slot in frame.base..end {
            let n = (slot - frame.base) as usize;
            let name = match locals.get(n) {
                Some(local) => format!("{prefix}{local}"),
                None => format!("{prefix}stack {}", n - locals.len()),
            };
            note(&mut held, name, vm.stack.get(slot));
        }
        if depth == 0 && locals.is_empty() {
            let globals = frame.code.globals();
            for (slot, name) in globals.names().iter().enumerate() {
                let value = globals.assigned(slot as u32);
                if !matches!(value, Value::Function(_) | Value::Module(_)) {
                    note(&mut held, name.to_string(), value);
                }
            }
        }
    }
    held
}

fn note(held: &mut BTreeMap<String, String>, name: String, value: Value) {
    if value.is_bound() {
        let text = show_value(value);
        let text = match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        held.insert(name, text);
    }
}
