//! Reading vars: loading, guarding types, and the operand stack.

use jit_native::region::ValueId;
use stencils::table::Type;
use stencils::uops::kind;

use super::Lowering;
use super::state::{Home, Tag, Var, VarId, is_bare};
use crate::runtime::Value;
use crate::runtime::value::{PAYLOAD_OFFSET, VALUE_SIZE, tag};
use crate::trace::abort::Abort;

impl Lowering<'_, '_> {
    /// The operand at a depth; the top is at 1.
    pub(super) fn operand(&mut self, top: u32) -> VarId {
        self.state.slot(self.state.sp - top)
    }

    pub(super) fn push(&mut self, var: VarId) {
        self.state.set_slot(self.state.sp, var);
        self.state.sp += 1;
    }

    pub(super) fn drop(&mut self, count: u32) {
        self.state.sp -= count;
    }

    /// Replaces operands by a result.
    pub(super) fn replace(&mut self, count: u32, result: VarId) {
        self.drop(count);
        self.push(result);
    }

    /// A var whose words are values of the region.
    pub(super) fn new_var(&mut self, tag: u64, payload: ValueId) -> VarId {
        self.state.add(Var {
            tag: Tag::Known(tag),
            payload: Some(payload),
            home: Home::None,
        })
    }

    /// Replaces operands by a new value.
    pub(super) fn give(&mut self, count: u32, tag: u64, payload: ValueId) {
        let result = self.new_var(tag, payload);
        self.replace(count, result);
    }

    /// A var of a constant.
    pub(super) fn constant(&mut self, value: Value) -> VarId {
        let payload = match value {
            Value::Float(x) => self.builder.const_f64(x),
            _ => self.builder.const_i64(value.payload() as i64),
        };
        self.new_var(value.tag(), payload)
    }

    /// Loads a word of a var from its home: 0 is the tag, 1 the payload.
    pub(super) fn load_home(&mut self, var: VarId, word: u32, ty: Type) -> ValueId {
        match self.state.var(var).home {
            Home::Slot(slot) => {
                let bytes = slot as usize * VALUE_SIZE + word as usize * PAYLOAD_OFFSET;
                let offset = self.int(bytes as i64);
                let load = match ty {
                    Type::I64 => kind::LOAD_FRAME_I64,
                    Type::F64 => kind::LOAD_FRAME_F64,
                };
                self.value(load, &[offset])
            }
            Home::Memory(base, offset) => {
                let offset = self.int(offset + i64::from(word) * PAYLOAD_OFFSET as i64);
                let load = match ty {
                    Type::I64 => kind::LOAD_I64,
                    Type::F64 => kind::LOAD_F64,
                };
                self.value(load, &[base, offset])
            }
            // Vars without a home are made with both words.
            Home::None => self.builder.constant(ty, 0),
        }
    }

    /// Makes sure that a var has this tag.
    pub(super) fn guard_tag(&mut self, var: VarId, tag: u64) -> Result<(), Abort> {
        if let Some(known) = self.state.var(var).known_tag() {
            return if known == tag {
                Ok(())
            } else {
                Err(Abort::Contradiction)
            };
        }
        let word = self.tag_word(var);
        let expected = self.int(tag as i64);
        self.guard(kind::GUARD_EQ, &[word, expected]);
        self.state.var_mut(var).tag = Tag::Known(tag);
        if let Home::Slot(slot) = self.state.var(var).home {
            self.state.set_memory_tag(slot, tag);
        }
        Ok(())
    }

    /// The tag that was guarded or is known otherwise.
    pub(super) fn known_tag(&self, var: VarId) -> Result<u64, Abort> {
        self.state.var(var).known_tag().ok_or(Abort::Contradiction)
    }

    /// The payload in whichever class it is; by preference in that of its type.
    pub(super) fn any_payload(&mut self, var: VarId) -> ValueId {
        match self.state.var(var).payload {
            Some(payload) => payload,
            None => {
                let is_float = self.state.var(var).known_tag() == Some(tag::FLOAT);
                self.payload(var, if is_float { Type::F64 } else { Type::I64 })
            }
        }
    }

    /// The payload as a value of this class.
    pub(super) fn payload(&mut self, var: VarId, ty: Type) -> ValueId {
        let known = self.state.var(var);
        let payload = match known.payload {
            Some(payload) if self.type_of(payload) == ty => return payload,
            _ if known.known_tag().is_some_and(is_bare) => self.builder.constant(ty, 0),
            Some(payload) => {
                let convert = match ty {
                    Type::I64 => kind::BITS_FROM_F64,
                    Type::F64 => kind::F64_FROM_BITS,
                };
                self.value(convert, &[payload])
            }
            None => self.load_home(var, 1, ty),
        };
        let float = known.known_tag() == Some(tag::FLOAT);
        if known.payload.is_none() || float == (ty == Type::F64) {
            self.state.var_mut(var).payload = Some(payload);
        }
        payload
    }

    /// The payload of an int, a bool or an object.
    pub(super) fn word(&mut self, var: VarId) -> ValueId {
        self.payload(var, Type::I64)
    }

    /// The number that a float, an int or a bool is, rounded to a float.
    pub(super) fn float(&mut self, var: VarId) -> Result<ValueId, Abort> {
        match self.known_tag(var)? {
            tag::FLOAT => Ok(self.payload(var, Type::F64)),
            tag::INT | tag::BOOL => {
                let int = self.word(var);
                Ok(self.value(kind::F64_FROM_I64, &[int]))
            }
            _ => Err(Abort::Contradiction),
        }
    }

    /// The number that a float, an int or a bool is, as a float that equals it.
    pub(super) fn exact_float(&mut self, var: VarId) -> Result<ValueId, Abort> {
        match self.known_tag(var)? {
            tag::INT => {
                let int = self.word(var);
                Ok(self.value_or_exit(kind::F64_FROM_I64_EXACT, &[int]))
            }
            _ => self.float(var),
        }
    }

    /// The payload of an int or a bool.
    pub(super) fn integer(&mut self, var: VarId) -> Result<ValueId, Abort> {
        match self.known_tag(var)? {
            tag::INT | tag::BOOL => Ok(self.word(var)),
            _ => Err(Abort::Contradiction),
        }
    }

    /// Makes sure that a var is this very value.
    pub(super) fn guard_is(&mut self, var: VarId, value: Value) -> Result<(), Abort> {
        self.guard_tag(var, value.tag())?;
        if is_bare(value.tag()) {
            return Ok(());
        }
        let payload = self.word(var);
        let expected = self.int(value.payload() as i64);
        if payload != expected {
            self.guard(kind::GUARD_EQ, &[payload, expected]);
            self.state.var_mut(var).payload = Some(expected);
        }
        Ok(())
    }
}
