//! What is known of every variable at one point of a trace: the abstract state that the lowering carries along.
//!
//! A [`Var`] is one value of the program: its tag, its payload, and the frame slot that holds it, if one has held it
//! since the region was entered. Frame slots and globals name vars, and copies share one, so that whatever a guard
//! learns is known of all copies. Nothing is loaded before it is needed.
//!
//! This file holds data and its simple changes; it builds no uops.

use jit_native::region::ValueId;

use crate::bytecode::CodeRef;
use crate::runtime::value::tag;

/// Which var.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct VarId(pub u32);

/// What is known of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// Nothing: it is still in the var's home.
    Unread,
    /// It is this value.
    Word(ValueId),
    /// It is this constant.
    Known(u64),
}

/// Where a var's words can be loaded from, now and later: memory that does not change while the region runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Nowhere.
    None,
    /// A frame slot: no region writes to the frame before it exits.
    Slot(u32),
    /// At an offset from an address, in an object that never changes.
    Memory(ValueId, i64),
}

/// One value of the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Var {
    pub tag: Tag,
    /// The payload, once it is loaded: an `f64` or an `i64`, which may be the bits of a float.
    pub payload: Option<ValueId>,
    pub home: Home,
}

impl Var {
    pub fn known_tag(&self) -> Option<u64> {
        match self.tag {
            Tag::Known(tag) => Some(tag),
            _ => None,
        }
    }
}

/// Whether values with this tag have no payload.
pub(super) fn is_bare(tag: u64) -> bool {
    tag == tag::NONE || tag == tag::UNBOUND
}

/// A global of the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Global {
    /// The address of its value.
    pub address: u64,
    pub var: VarId,
    /// The tag that is in memory now, if that is known.
    pub memory_tag: Option<u64>,
    /// Whether the trace assigns to it.
    pub written: bool,
}

/// A call that is open: see [`InlineFrame`](crate::trace::recording::InlineFrame).
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenFrame {
    pub code: CodeRef,
    pub base: u32,
    pub return_pc: u32,
    /// Whether it was open when the region was entered, so that its slots are initialised in memory.
    pub inherited: bool,
}

/// What is known at one point.
#[derive(Debug, Default)]
pub(super) struct State {
    vars: Vec<Var>,
    slots: Vec<Option<VarId>>,
    written: Vec<bool>,
    memory_tags: Vec<Option<u64>>,
    pub globals: Vec<Global>,
    pub frames: Vec<OpenFrame>,
    /// The slot behind the last operand.
    pub sp: u32,
}

impl State {
    /// Empties the state and keeps its memory.
    pub fn clear(&mut self) {
        self.vars.clear();
        self.slots.clear();
        self.written.clear();
        self.memory_tags.clear();
        self.globals.clear();
        self.frames.clear();
        self.sp = 0;
    }

    pub fn var(&self, var: VarId) -> Var {
        self.vars[var.0 as usize]
    }

    pub fn var_mut(&mut self, var: VarId) -> &mut Var {
        &mut self.vars[var.0 as usize]
    }

    pub fn add(&mut self, var: Var) -> VarId {
        self.vars.push(var);
        VarId(self.vars.len() as u32 - 1)
    }

    fn reserve(&mut self, slot: u32) -> usize {
        let slot = slot as usize;
        if slot >= self.slots.len() {
            self.slots.resize(slot + 1, None);
            self.written.resize(slot + 1, false);
            self.memory_tags.resize(slot + 1, None);
        }
        slot
    }

    /// The var in a slot; if none is known, what the frame holds there.
    pub fn slot(&mut self, slot: u32) -> VarId {
        let index = self.reserve(slot);
        if let Some(var) = self.slots[index] {
            return var;
        }
        let var = self.add(Var {
            tag: self.memory_tags[index].map_or(Tag::Unread, Tag::Known),
            payload: None,
            home: Home::Slot(slot),
        });
        self.slots[index] = Some(var);
        var
    }

    /// Puts a var into a slot.
    pub fn set_slot(&mut self, slot: u32, var: VarId) {
        let index = self.reserve(slot);
        self.slots[index] = Some(var);
        self.written[index] = true;
    }

    /// Puts a var into a slot at the start of the loop block, where that is no write.
    pub fn init_slot(&mut self, slot: u32, var: Option<VarId>) {
        let index = self.reserve(slot);
        self.slots[index] = var;
    }

    /// The var of a slot whose value is not what the frame holds.
    pub fn changed(&self, slot: u32) -> Option<VarId> {
        let var = (*self.slots.get(slot as usize)?)?;
        (self.var(var).home != Home::Slot(slot)).then_some(var)
    }

    /// Whether the trace has written to a slot so far.
    pub fn is_written(&self, slot: u32) -> bool {
        self.written.get(slot as usize).copied().unwrap_or(false)
    }

    /// One more than the highest slot that is known.
    pub fn slot_count(&self) -> u32 {
        self.slots.len() as u32
    }

    /// The tag that the frame holds in a slot, if that is known.
    pub fn memory_tag(&self, slot: u32) -> Option<u64> {
        self.memory_tags.get(slot as usize).copied().flatten()
    }

    /// Notes the tag that the frame holds in a slot.
    pub fn set_memory_tag(&mut self, slot: u32, tag: u64) {
        let index = self.reserve(slot);
        self.memory_tags[index] = Some(tag);
    }

    /// The slot of local 0 of the innermost frame.
    pub fn base(&self) -> u32 {
        self.frames.last().map_or(0, |frame| frame.base)
    }
}
