//! Exits: their snapshots, and the side table that says how the interpreter goes on.
//!
//! The frame that a region runs on is left alone while it runs, so at any point it still holds what it held when the
//! region was entered. An exit's snapshot is what differs: the slots that were changed and that are live where the
//! interpreter goes on. The slots of calls that the trace went into hold rubbish in memory, so of those every slot is
//! written: the collector looks at all of them.

use jit_native::region::{ExitId, ValueId};

use super::Lowering;
use super::state::{Tag, VarId, is_bare};
use crate::runtime::value::tag;
use crate::trace::recording::InlineFrame;

/// Why an exit is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitKind {
    /// A guard before an instruction: it runs again, in the interpreter.
    Guard,
    /// The other way of a branch.
    Branch,
    /// The end of a loop.
    LoopEnd,
    /// A collection is wanted, or the program is to stop.
    Attention,
    /// The trace ends at the head of a loop that has a trace.
    Link,
    /// The trace ends where its outermost frame returns.
    Return,
    /// The trace ends here.
    Stop,
}

impl ExitKind {
    /// A short name without spaces, for statistics.
    pub fn name(self) -> &'static str {
        match self {
            ExitKind::Guard => "guard",
            ExitKind::Branch => "branch",
            ExitKind::LoopEnd => "loop_end",
            ExitKind::Attention => "attention",
            ExitKind::Link => "link",
            ExitKind::Return => "return",
            ExitKind::Stop => "stop",
        }
    }
}

/// How the interpreter goes on after an exit, given that the snapshot is in the frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitInfo {
    /// Why it is there.
    pub kind: ExitKind,
    /// The calls that are open, outermost first. Their frames have to be begun.
    pub frames: Vec<InlineFrame>,
    /// The next instruction of the innermost frame.
    pub pc: u32,
    /// The tags that slots hold then, as far as they are known.
    pub known_tags: Vec<(u32, u64)>,
    /// The uop of the recording that it belongs to.
    pub uop: u32,
}

impl Lowering<'_, '_> {
    /// The exit to before the current instruction. Guards stand before the effects of an instruction, so everything
    /// in the state is as it was there.
    pub(super) fn boundary(&mut self) -> ExitId {
        if let Some(exit) = self.boundary {
            return exit;
        }
        let exit = self.exit(ExitKind::Guard, self.pc, self.state.sp);
        self.boundary = Some(exit);
        exit
    }

    /// An exit to instruction `pc` of the innermost frame, with operands up to `sp`.
    pub(super) fn exit(&mut self, kind: ExitKind, pc: u32, sp: u32) -> ExitId {
        let mut entries = std::mem::take(&mut self.entries);
        entries.clear();
        let mut known_tags = Vec::new();
        let depth = self.state.frames.len();
        for level in 0..=depth {
            let (code, base) = self.frame(level);
            let (frame_pc, end) = match self.state.frames.get(level) {
                Some(callee) => (callee.return_pc, callee.base),
                None => (pc, sp),
            };
            let fresh = level > 0 && !self.state.frames[level - 1].inherited;
            let locals = code.locals().len() as u32;
            for local in 0..locals {
                if self.facts_of(code).is_live(frame_pc, local) {
                    self.restore(base + local, &mut entries, &mut known_tags);
                } else if fresh {
                    let unbound = self.builder.const_i64(tag::UNBOUND as i64);
                    entries.push((2 * (base + local), unbound));
                }
            }
            for slot in base + locals..end {
                self.restore(slot, &mut entries, &mut known_tags);
            }
        }
        let exit = self.builder.exit(&entries);
        self.entries = entries;
        let frames = self.state.frames.iter().map(|frame| InlineFrame {
            code: frame.code,
            base: frame.base,
            return_pc: frame.return_pc,
        });
        self.exits.push(ExitInfo {
            kind,
            frames: frames.collect(),
            pc,
            known_tags,
            uop: self.uop,
        });
        exit
    }

    /// Adds a slot to a snapshot, if it differs from what the frame holds.
    fn restore(
        &mut self,
        slot: u32,
        entries: &mut Vec<(u32, ValueId)>,
        known_tags: &mut Vec<(u32, u64)>,
    ) {
        let held = self.state.memory_tag(slot);
        let Some(var) = self.state.changed(slot) else {
            known_tags.extend(held.map(|tag| (slot, tag)));
            return;
        };
        let known = self.state.var(var).known_tag();
        known_tags.extend(known.map(|tag| (slot, tag)));
        if known.is_none() || known != held {
            let word = self.tag_word(var);
            entries.push((2 * slot, word));
        }
        if !known.is_some_and(is_bare) {
            let payload = self.any_payload(var);
            entries.push((2 * slot + 1, payload));
        }
    }

    /// The tag of a var as a value.
    pub(super) fn tag_word(&mut self, var: VarId) -> ValueId {
        match self.state.var(var).tag {
            Tag::Known(tag) => self.builder.const_i64(tag as i64),
            Tag::Word(word) => word,
            Tag::Unread => {
                let word = self.load_home(var, 0, stencils::table::Type::I64);
                self.state.var_mut(var).tag = Tag::Word(word);
                word
            }
        }
    }
}
