//! A recording: the uops of one hot path, where each came from, where the path began and how it ended.
//!
//! It is data alone: the [`recorder`](super::record) makes it, [`lower`](super::lower) reads it, `mimeo explain` shows
//! it.

use super::record::Seen;
use super::uop::VmUop;
use crate::bytecode::CodeRef;

/// A call that is open inside a trace: the frame of the function that was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InlineFrame {
    /// What it runs.
    pub code: CodeRef,
    /// The slot of its local 0, counted from that of the trace's outermost frame.
    pub base: u32,
    /// Where its caller goes on when it returns.
    pub return_pc: u32,
}

/// One bytecode instruction of the recorded path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The code object.
    pub code: CodeRef,
    /// The instruction.
    pub pc: u32,
    /// How many calls were open inside the trace.
    pub depth: u32,
}

/// A uop with the instruction that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// The uop.
    pub uop: VmUop,
    /// Its instruction, in [`Recording::origins`].
    pub origin: u32,
}

/// Where a trace begins.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Whether the trace is only ever entered from its parent's exit. Others look for what the VM wants when they begin.
    pub is_side: bool,
    /// The calls that are open, outermost first: those of the parent's exit.
    pub frames: Vec<InlineFrame>,
    /// Tags that frame slots are known to hold: those of the parent's exit.
    pub known_tags: Vec<(u32, u64)>,
}

/// How a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where it began: at the head of the loop.
    Loop,
    /// At the head of a loop that has a trace of its own.
    Link,
    /// Before an instruction that returns from the outermost frame.
    Return,
    /// Anywhere: the interpreter goes on.
    Stop,
}

/// The uops of one hot path.
#[derive(Clone, Debug)]
pub struct Recording {
    /// What the outermost frame runs.
    pub code: CodeRef,
    /// The first instruction.
    pub pc: u32,
    /// What is known at the beginning.
    pub start: Start,
    /// The instructions of the path.
    pub origins: Vec<Origin>,
    /// The uops.
    pub uops: Vec<Recorded>,
    /// What the interpreter held before each instruction, if that was kept.
    pub seen: Option<Seen>,
    /// How it ended.
    pub end: End,
    /// The instruction that would come next.
    pub end_pc: u32,
}
