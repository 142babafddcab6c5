//! Calls: into functions of the program, which become part of the trace, and of helpers.

use jit_native::region::ValueId;
use stencils::table::Type;
use stencils::uops::kind;

use super::state::{Home, OpenFrame, Tag, Var, VarId, is_bare};
use super::{ExitKind, Lowering};
use crate::runtime::object::FunctionObject;
use crate::runtime::value::{PAYLOAD_OFFSET, VALUE_SIZE, tag};
use crate::runtime::{Gc, Value};
use crate::trace::abort::Abort;
use crate::trace::helpers::Helper;

impl Lowering<'_, '_> {
    /// The arguments are where they belong; the other parameters get their defaults, the other locals nothing.
    pub(super) fn push_frame(
        &mut self,
        function: Gc<FunctionObject>,
        count: u32,
    ) -> Result<(), Abort> {
        let code = function.code();
        let base = self.state.sp - count;
        let parameters = code.parameter_count();
        let defaults = function.defaults();
        let first_default = parameters as usize - defaults.len();
        for local in count..code.locals().len() as u32 {
            let value = match (local as usize).checked_sub(first_default) {
                _ if local >= parameters => Value::Unbound,
                Some(index) => defaults[index],
                None => return Err(Abort::Contradiction),
            };
            let var = self.constant(value);
            self.state.set_slot(base + local, var);
        }
        self.state.sp = base + code.locals().len() as u32;
        self.state.frames.push(OpenFrame {
            code,
            base,
            return_pc: self.pc + 1,
            inherited: false,
        });
        Ok(())
    }

    pub(super) fn pop_frame(&mut self) -> Result<(), Abort> {
        let result = self.operand(1);
        let frame = self.state.frames.pop().ok_or(Abort::Contradiction)?;
        self.state.sp = frame.base - 1;
        self.push(result);
        Ok(())
    }

    /// Stores both words of a value at an offset from an address, which holds a value with the tag `held` if that is
    /// known.
    pub(super) fn store_value(
        &mut self,
        base: ValueId,
        offset: i64,
        var: VarId,
        held: Option<u64>,
    ) {
        let known = self.state.var(var).known_tag();
        if known.is_none() || known != held {
            let word = self.tag_word(var);
            let at = self.int(offset);
            self.builder.uop(kind::STORE_I64, &[base, at, word]);
        }
        if !known.is_some_and(is_bare) {
            let payload = self.any_payload(var);
            let at = self.int(offset + PAYLOAD_OFFSET as i64);
            let store = match self.type_of(payload) {
                Type::I64 => kind::STORE_I64,
                Type::F64 => kind::STORE_F64,
            };
            self.builder.uop(store, &[base, at, payload]);
        }
    }

    /// Loads the payload of a value at an offset from an address, in the class of its tag.
    pub(super) fn load_payload(&mut self, base: ValueId, offset: i64, tag: u64) -> ValueId {
        let at = self.int(offset + PAYLOAD_OFFSET as i64);
        match tag {
            tag::FLOAT => self.value(kind::LOAD_F64, &[base, at]),
            _ if is_bare(tag) => self.int(0),
            _ => self.value(kind::LOAD_I64, &[base, at]),
        }
    }

    /// Calls a helper with the top operands. When it raises, the trace leaves to before the instruction.
    fn invoke(&mut self, helper: Helper, count: u32) -> ValueId {
        let area = self.int(self.addresses.area as i64);
        for index in 0..count {
            let var = self.operand(count - index);
            self.store_value(area, i64::from(index) * VALUE_SIZE as i64, var, None);
        }
        let target = self.int(self.addresses.helper as i64);
        let word = self.int(helper.word() as i64);
        let arguments = self.int(i64::from(count));
        let status = self.value(kind::CALL_I64_2, &[target, word, arguments]);
        self.guard(kind::GUARD_FALSE, &[status]);
        if helper.changes_lists() {
            self.facts.lists_changed();
        }
        area
    }

    /// A result of a helper, whose tag was `expected` when it was recorded.
    fn result(&mut self, area: ValueId, index: u32, expected: u64) -> VarId {
        let offset = i64::from(index) * VALUE_SIZE as i64;
        let at = self.int(offset);
        let word = self.value(kind::LOAD_I64, &[area, at]);
        let payload = self.load_payload(area, offset, expected);
        self.state.add(Var {
            tag: Tag::Word(word),
            payload: Some(payload),
            home: Home::None,
        })
    }

    pub(super) fn call_helper(
        &mut self,
        helper: Helper,
        count: u32,
        below: u32,
        tag: Option<u64>,
    ) -> Result<(), Abort> {
        let area = self.invoke(helper, count);
        self.drop(count + below);
        // The effects are done: whatever leaves now leaves to behind the instruction.
        self.begin_instruction(self.pc + 1);
        if let Some(tag) = tag {
            let result = self.result(area, 0, tag);
            self.push(result);
            if is_bare(tag) {
                // Were the value of another type after all, its payload would be needed.
                let at = self.int(PAYLOAD_OFFSET as i64);
                let payload = self.value(kind::LOAD_I64, &[area, at]);
                self.state.var_mut(result).payload = Some(payload);
            }
            self.guard_tag(result, tag)?;
        }
        Ok(())
    }

    pub(super) fn next_char(&mut self, exit_pc: u32) -> Result<(), Abort> {
        let (text, offset) = (self.operand(3), self.operand(2));
        if self.known_tag(text)? != tag::STR {
            return Err(Abort::Contradiction);
        }
        self.guard_tag(offset, tag::INT)?;
        // The helper takes the text and the offset, and leaves the limit alone.
        let limit = self.operand(1);
        self.drop(1);
        let area = self.invoke_pure(Helper::NextChar, 2);
        self.push(limit);
        let word = self.int(0);
        let found = self.value(kind::LOAD_I64, &[area, word]);
        let string = self.int(tag::STR as i64);
        let end = self.exit(ExitKind::LoopEnd, exit_pc, self.state.sp - 3);
        self.builder.guard(kind::GUARD_EQ, &[found, string], end);
        let char = self.load_payload(area, 0, tag::STR);
        let next = self.load_payload(area, VALUE_SIZE as i64, tag::INT);
        let next = self.new_var(tag::INT, next);
        self.state.set_slot(self.state.sp - 2, next);
        let char = self.new_var(tag::STR, char);
        self.push(char);
        Ok(())
    }

    /// Calls a helper that never raises.
    fn invoke_pure(&mut self, helper: Helper, count: u32) -> ValueId {
        let area = self.int(self.addresses.area as i64);
        for index in 0..count {
            let var = self.operand(count - index);
            self.store_value(area, i64::from(index) * VALUE_SIZE as i64, var, None);
        }
        let target = self.int(self.addresses.helper as i64);
        let word = self.int(helper.word() as i64);
        let arguments = self.int(i64::from(count));
        self.value(kind::CALL_I64_2, &[target, word, arguments]);
        area
    }

    pub(super) fn unpack_iterable(&mut self, count: u32) -> Result<(), Abort> {
        let area = self.invoke(Helper::Unpack(count), 1);
        self.drop(1);
        self.begin_instruction(self.pc + 1);
        for index in (0..count).rev() {
            let item = self.result(area, index, tag::INT);
            self.push(item);
        }
        Ok(())
    }
}
