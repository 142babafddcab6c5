//! Values of a run as texts that are the same for every run: an address is its name, or just that it is one.

use jit_native::region::ValueId;
use stencils::table::Type;

use super::model::Held;
use super::region::View;
use crate::bytecode::CodeRef;
use crate::runtime::value::tag;
use crate::trace::recording::InlineFrame;
use crate::trace::uop::tag_name;
use crate::trace::watch::{Slot, What, Word, is_object};

impl View<'_> {
    /// A value of the region with what it held.
    pub fn held(&self, value: ValueId, word: Word) -> Held {
        Held {
            name: self.value(value),
            value: Some(self.bits(value, word)),
        }
    }

    /// What a value of the region held.
    pub fn bits(&self, value: ValueId, word: Word) -> String {
        if self.region.constant(value).is_some() {
            return self.value(value);
        }
        match self.region.ty(value) {
            Type::F64 => format!("{:?}", f64::from_bits(word.bits)),
            Type::I64 => match word.what {
                What::Number => (word.bits as i64).to_string(),
                What::Address => self.address(word.bits),
                What::Unused => "unused".to_owned(),
            },
        }
    }

    fn address(&self, bits: u64) -> String {
        self.symbols.name_of(bits).unwrap_or("address").to_owned()
    }

    /// A value of the VM.
    pub fn slot(&self, slot: &Slot) -> String {
        match slot.tag {
            tag::UNBOUND => "unbound".to_owned(),
            tag::NONE => "None".to_owned(),
            tag::BOOL => if slot.payload == 0 { "False" } else { "True" }.to_owned(),
            tag::INT => (slot.payload as i64).to_string(),
            tag::FLOAT => format!("{:?}", f64::from_bits(slot.payload)),
            tag::RANGE_ITER => format!("range, step {}", slot.payload as i64),
            tag if is_object(tag) => match self.symbols.name_of(slot.payload) {
                Some(name) => name.to_owned(),
                None => format!("<{}>", tag_name(tag).to_lowercase()),
            },
            tag => format!("{} {}", tag_name(tag).to_lowercase(), slot.payload),
        }
    }

    /// Frame slots with the names that they have in these frames.
    pub fn slots(&self, outermost: CodeRef, frames: &[InlineFrame], slots: &[Slot]) -> Vec<Held> {
        let held = |slot: &Slot| Held {
            name: variable(outermost, frames, slot.slot),
            value: Some(self.slot(slot)),
        };
        slots.iter().map(held).collect()
    }
}

/// What a frame slot is to the program: a local, or a place on the operand stack.
pub(super) fn variable(outermost: CodeRef, frames: &[InlineFrame], slot: u32) -> String {
    let (mut code, mut base) = (outermost, 0);
    for frame in frames {
        if frame.base <= slot {
            (code, base) = (frame.code, frame.base);
        }
    }
    let inside = slot - base;
    let locals = code.locals();
    match locals.get(inside as usize) {
        Some(local) => local.to_string(),
        None => format!("stack {}", inside - locals.len() as u32),
    }
}
