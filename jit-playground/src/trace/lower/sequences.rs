//! Lists, tuples and strings: lengths, items, appending.

use jit_native::region::ValueId;
use stencils::table::Type;
use stencils::uops::kind;

use super::Lowering;
use super::state::{Home, Tag, Var, VarId, is_bare};
use crate::runtime::Value;
use crate::runtime::object::{ListObject, StrObject, TupleObject};
use crate::runtime::value::{PAYLOAD_OFFSET, VALUE_SIZE, tag};
use crate::trace::abort::Abort;

/// Where the items of a sequence lie.
struct Items {
    /// Whether the sequence is a list; a tuple otherwise.
    list: bool,
    /// The object.
    object: ValueId,
    len: ValueId,
}

impl Lowering<'_, '_> {
    /// A word of an object that never changes.
    pub(super) fn fixed_word(&mut self, var: VarId, offset: usize) -> ValueId {
        let object = self.word(var);
        let offset = offset as i64;
        if let Some(word) = self.facts.fixed(object, offset) {
            return word;
        }
        let imm = self.int(offset);
        let word = self.value(kind::LOAD_I64, &[object, imm]);
        self.facts.set_fixed(object, offset, word);
        word
    }

    pub(super) fn list_len(&mut self, var: VarId) -> ValueId {
        let list = self.word(var);
        if let Some(len) = self.facts.len(list) {
            return len;
        }
        let offset = self.int(ListObject::LEN_OFFSET as i64);
        let len = self.value(kind::LOAD_I64, &[list, offset]);
        self.facts.set_len(list, len);
        len
    }

    fn list_buffer(&mut self, list: ValueId) -> ValueId {
        if let Some(buffer) = self.facts.buffer(list) {
            return buffer;
        }
        let offset = self.int(ListObject::ITEMS_OFFSET as i64);
        let buffer = self.value(kind::LOAD_I64, &[list, offset]);
        self.facts.set_buffer(list, buffer);
        buffer
    }

    /// `len(value)`.
    pub(super) fn len(&mut self, var: VarId) -> Result<ValueId, Abort> {
        Ok(match self.known_tag(var)? {
            tag::LIST => self.list_len(var),
            tag::TUPLE => self.fixed_word(var, TupleObject::LEN_OFFSET),
            tag::STR => self.fixed_word(var, StrObject::CHAR_LEN_OFFSET),
            _ => return Err(Abort::Contradiction),
        })
    }

    fn items(&mut self, var: VarId) -> Result<Items, Abort> {
        let list = match self.known_tag(var)? {
            tag::LIST => true,
            tag::TUPLE => false,
            _ => return Err(Abort::Contradiction),
        };
        Ok(Items {
            list,
            object: self.word(var),
            len: self.len(var)?,
        })
    }

    /// The item at an index that is inside, whose tag is guarded.
    fn item(&mut self, items: &Items, index: ValueId, tag: u64) -> Result<VarId, Abort> {
        let object = items.object;
        if let Some(item) = self.facts.item(object, index).filter(|_| items.list) {
            self.guard_tag(item, tag)?;
            return Ok(item);
        }
        let (base, offset) = if items.list {
            (self.list_buffer(object), 0)
        } else {
            (object, TupleObject::ITEMS_OFFSET as i64)
        };
        let scale = self.int(VALUE_SIZE as i64);
        let known = self.facts.item_tag(object, index).filter(|_| items.list);
        let item_tag = match known {
            Some(known) => Tag::Known(known),
            None => {
                let offset = self.int(offset);
                let args = [base, index, scale, offset];
                Tag::Word(self.value(kind::LOAD_INDEXED_I64, &args))
            }
        };
        let payload = self.int(offset + PAYLOAD_OFFSET as i64);
        let args = [base, index, scale, payload];
        let payload = match tag {
            tag::FLOAT => self.value(kind::LOAD_INDEXED_F64, &args),
            _ if is_bare(tag) => self.int(0),
            _ => self.value(kind::LOAD_INDEXED_I64, &args),
        };
        let item = self.state.add(Var {
            tag: item_tag,
            payload: Some(payload),
            home: Home::None,
        });
        self.guard_tag(item, tag)?;
        if items.list {
            self.facts.set_item(object, index, item, Some(tag));
        }
        Ok(item)
    }

    /// Guards that an index is inside a sequence; gives it counted from the start.
    fn inside(&mut self, index: VarId, len: ValueId, negative: bool) -> Result<ValueId, Abort> {
        let mut index = self.integer(index)?;
        if negative {
            let zero = self.int(0);
            let below = self.value(kind::LT_I64, &[index, zero]);
            self.guard(kind::GUARD_TRUE, &[below]);
            index = self.value(kind::ADD_I64, &[index, len]);
        }
        let inside = self.value(kind::LT_U64, &[index, len]);
        self.guard(kind::GUARD_TRUE, &[inside]);
        Ok(index)
    }

    pub(super) fn subscript(&mut self, negative: bool, tag: u64) -> Result<(), Abort> {
        let (sequence, index) = (self.operand(2), self.operand(1));
        let items = self.items(sequence)?;
        let index = self.inside(index, items.len, negative)?;
        let item = self.item(&items, index, tag)?;
        self.replace(2, item);
        Ok(())
    }

    pub(super) fn store_subscript(&mut self, negative: bool) -> Result<(), Abort> {
        let (value, list, index) = (self.operand(3), self.operand(2), self.operand(1));
        let items = self.items(list)?;
        if !items.list {
            return Err(Abort::Contradiction);
        }
        let index = self.inside(index, items.len, negative)?;
        let buffer = self.list_buffer(items.object);
        let held = self.facts.item_tag(items.object, index);
        self.store_item(buffer, index, value, held);
        let tag = self.state.var(value).known_tag();
        self.facts.item_stored(items.object, index, value, tag);
        self.drop(3);
        Ok(())
    }

    /// Stores a value at an index behind a buffer's start, which holds a value with the tag `held` if that is known.
    fn store_item(&mut self, buffer: ValueId, index: ValueId, value: VarId, held: Option<u64>) {
        let scale = self.int(VALUE_SIZE as i64);
        let known = self.state.var(value).known_tag();
        if known.is_none() || known != held {
            let word = self.tag_word(value);
            let offset = self.int(0);
            let args = [buffer, index, scale, offset, word];
            self.builder.uop(kind::STORE_INDEXED_I64, &args);
        }
        if !known.is_some_and(is_bare) {
            let payload = self.any_payload(value);
            let offset = self.int(PAYLOAD_OFFSET as i64);
            let store = match self.type_of(payload) {
                Type::I64 => kind::STORE_INDEXED_I64,
                Type::F64 => kind::STORE_INDEXED_F64,
            };
            self.builder
                .uop(store, &[buffer, index, scale, offset, payload]);
        }
    }

    /// Appends where there is room; leaves where the list has to grow.
    pub(super) fn list_append(&mut self) -> Result<(), Abort> {
        let (list, value) = (self.operand(2), self.operand(1));
        if self.known_tag(list)? != tag::LIST {
            return Err(Abort::Contradiction);
        }
        let object = self.word(list);
        let len = self.list_len(list);
        let offset = self.int(ListObject::CAPACITY_OFFSET as i64);
        let capacity = self.value(kind::LOAD_I64, &[object, offset]);
        let room = self.value(kind::LT_U64, &[len, capacity]);
        self.guard(kind::GUARD_TRUE, &[room]);
        let buffer = self.list_buffer(object);
        self.store_item(buffer, len, value, None);
        let one = self.int(1);
        let longer = self.value(kind::ADD_I64, &[len, one]);
        let offset = self.int(ListObject::LEN_OFFSET as i64);
        self.builder.uop(kind::STORE_I64, &[object, offset, longer]);
        self.facts.appended();
        self.facts.set_len(object, longer);
        let none = self.constant(Value::None);
        self.replace(3, none);
        Ok(())
    }

    pub(super) fn unpack_tuple(&mut self, count: u32) -> Result<(), Abort> {
        let tuple = self.operand(1);
        if self.known_tag(tuple)? != tag::TUPLE {
            return Err(Abort::Contradiction);
        }
        let len = self.fixed_word(tuple, TupleObject::LEN_OFFSET);
        let expected = self.int(i64::from(count));
        self.guard(kind::GUARD_EQ, &[len, expected]);
        let object = self.word(tuple);
        self.drop(1);
        for index in (0..i64::from(count)).rev() {
            let offset = TupleObject::ITEMS_OFFSET as i64 + index * VALUE_SIZE as i64;
            let item = self.state.add(Var {
                tag: Tag::Unread,
                payload: None,
                home: Home::Memory(object, offset),
            });
            self.push(item);
        }
        Ok(())
    }

    pub(super) fn for_iter_sequence(&mut self, exit_pc: u32, tag: u64) -> Result<(), Abort> {
        let (items, index) = self.iteration()?;
        let more = self.value(kind::LT_U64, &[index, items.len]);
        let end = self.exit(super::ExitKind::LoopEnd, exit_pc, self.state.sp - 3);
        self.builder.guard(kind::GUARD_TRUE, &[more], end);
        let item = self.item(&items, index, tag)?;
        let one = self.int(1);
        let next = self.value(kind::ADD_I64, &[index, one]);
        let next = self.new_var(tag::INT, next);
        self.state.set_slot(self.state.sp - 2, next);
        self.push(item);
        Ok(())
    }

    pub(super) fn for_iter_sequence_end(&mut self) -> Result<(), Abort> {
        let (items, index) = self.iteration()?;
        let more = self.value(kind::LT_U64, &[index, items.len]);
        self.guard(kind::GUARD_FALSE, &[more]);
        self.drop(3);
        Ok(())
    }

    fn iteration(&mut self) -> Result<(Items, ValueId), Abort> {
        let (object, index) = (self.operand(3), self.operand(2));
        let items = self.items(object)?;
        self.guard_tag(index, tag::INT)?;
        Ok((items, self.word(index)))
    }
}
