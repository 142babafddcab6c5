//! One body being compiled: its instructions, constants, names and jump labels.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::scope::FunctionScope;
use crate::bytecode::code::{Draft, Span};
use crate::bytecode::instruction::Instruction;
use crate::bytecode::op::Op;
use crate::runtime::Value;

/// A place in the code that jumps go to. It is bound once, before or after the jumps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label(u32);

/// A loop around the statement that is being compiled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    /// Where `continue` goes.
    pub head: Label,
    /// Where `break` goes.
    pub end: Label,
    /// How many operand slots the loop holds, which `break` pops.
    pub held: u32,
}

/// The body of a module or a function, growing.
#[derive(Debug, Default)]
pub(super) struct Unit {
    pub draft: Draft,
    /// The function's names; `None` for module level code.
    pub scope: Option<FunctionScope>,
    pub loops: Vec<Loop>,
    /// The names that the body has used so far.
    pub used: HashSet<String>,
    labels: Vec<Option<u32>>,
    constants: HashMap<ConstantKey, u32>,
    names: HashMap<Rc<str>, u32>,
}

/// What makes two constants one. Floats go by their bits: 0.0 and -0.0 are two.
#[derive(Debug, PartialEq, Eq, Hash)]
enum ConstantKey {
    Word(u64, u64),
    Text(Box<str>),
}

impl Unit {
    pub fn module() -> Unit {
        let mut unit = Unit::default();
        unit.draft.name = "<module>".to_owned();
        unit.draft.qualified_name = "<module>".to_owned();
        unit
    }

    pub fn function(scope: FunctionScope) -> Unit {
        Unit {
            scope: Some(scope),
            ..Unit::default()
        }
    }

    pub fn emit(&mut self, op: Op, arg: u32, span: Span) {
        self.draft.instructions.push(Instruction::new(op, arg));
        self.draft.spans.push(span);
    }

    /// Emits a jump, whose argument is a label until [`Unit::finish`].
    pub fn jump(&mut self, op: Op, label: Label, span: Span) {
        self.emit(op, label.0, span);
    }

    /// Emits a `MAKE_FUNCTION` with its flags.
    pub fn make_function(&mut self, child: u32, flags: u16, span: Span) {
        let mut instruction = Instruction::new(Op::MakeFunction, child);
        instruction.cache = flags;
        self.draft.instructions.push(instruction);
        self.draft.spans.push(span);
    }

    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() as u32 - 1)
    }

    /// Makes a label the place of the next instruction.
    pub fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = Some(self.draft.instructions.len() as u32);
    }

    pub fn bound_label(&mut self) -> Label {
        let label = self.label();
        self.bind(label);
        label
    }

    /// Whether control can reach the next instruction.
    pub fn is_reachable(&self) -> bool {
        let here = self.draft.instructions.len() as u32;
        let jumped_to = self.labels.contains(&Some(here));
        let last = self
            .draft
            .instructions
            .last()
            .map(|instruction| instruction.op);
        let leaves = matches!(
            last,
            Some(Op::ReturnValue | Op::JumpForward | Op::JumpBackward)
        );
        jumped_to || !leaves
    }

    /// The index of a constant.
    pub fn constant(&mut self, value: Value) -> u32 {
        let key = match value {
            Value::Str(string) => ConstantKey::Text(string.as_str().into()),
            _ => ConstantKey::Word(value.tag(), value.payload()),
        };
        let constants = &mut self.draft.constants;
        *self.constants.entry(key).or_insert_with(|| {
            constants.push(value);
            constants.len() as u32 - 1
        })
    }

    /// The index of a name.
    pub fn name(&mut self, name: &str) -> u32 {
        if let Some(&index) = self.names.get(name) {
            return index;
        }
        let name: Rc<str> = name.into();
        let index = self.draft.names.len() as u32;
        self.draft.names.push(Rc::clone(&name));
        self.names.insert(name, index);
        index
    }

    /// Notes that the body uses a name.
    pub fn note_use(&mut self, name: &str) {
        if !self.used.contains(name) {
            self.used.insert(name.to_owned());
        }
    }

    /// Turns labels into instruction indices, and gives the finished draft.
    pub fn finish(mut self) -> Draft {
        for instruction in &mut self.draft.instructions {
            if instruction.op.is_jump() {
                // A label that was never bound becomes a jump that the verifier refuses.
                instruction.arg = self.labels[instruction.arg as usize].unwrap_or(u32::MAX);
            }
        }
        self.draft
    }
}
