//! The recorder: follows the interpreter instruction by instruction and writes down uops.
//!
//! It is a [`Hook`]: before each instruction it looks at the operands and records what the instruction is going to do
//! with values of these types; after it, it adds what only the result shows. It never changes the program's state: the
//! interpreter runs every instruction as always. Start reading at [`Recorder::step`].

mod calls;
mod control;
mod iteration;
mod operators;
mod seen;

use std::collections::HashMap;

use super::abort::Abort;
use super::heads::Heads;
use super::limits::MAX_UOPS;
use super::recording::{End, InlineFrame, Origin, Recorded, Recording, Start};
use super::roots::TraceRoots;
use super::uop::VmUop;
use crate::bytecode::{CodeRef, Instruction, Op};
use crate::interpreter::{Control, Frame, Hook, Vm};
use crate::runtime::Value;
pub use seen::{Change, Seen};

/// What a recording is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A loop, from its head around to its head.
    Loop,
    /// The way from an exit, or from where a call returned to, into a trace that exists.
    Path,
}

/// A recording in the making.
#[derive(Debug)]
pub struct Recorder {
    recording: Recording,
    goal: Goal,
    /// The last instruction of the loop that is recorded.
    loop_end: u32,
    /// The open calls inside the trace.
    frames: Vec<InlineFrame>,
    /// The value stack's slot of the outermost frame's local 0.
    base: u32,
    /// How often each back edge without a trace was passed.
    unrolled: HashMap<(CodeRef, u32), u32>,
    /// The uop that gets the tag of what the instruction leaves on top.
    result: Option<usize>,
    /// The uop of a call of `range` and the number of its arguments, as long as the next instruction may take it up.
    range_call: Option<(usize, u32)>,
    started: bool,
    outcome: Option<Result<End, Abort>>,
}

/// A recorder at work: the hook that the interpreter runs with while a trace is recorded.
pub(super) struct Following<'a> {
    pub recorder: &'a mut Recorder,
    pub heads: &'a Heads,
    pub roots: &'a TraceRoots,
}

impl Hook for Following<'_> {
    const FOLLOWS: bool = true;
    const COUNTS_RUNS: bool = true;

    fn before(&mut self, vm: &mut Vm, instruction: Instruction) -> Control {
        let Some(&frame) = vm.frames.last() else {
            return Control::Leave;
        };
        let recorder = &mut *self.recorder;
        let known = recorder.recording.uops.len();
        let recorded = recorder.step(vm, &frame, instruction, self.heads);
        for recorded in recorder.recording.uops.iter().skip(known) {
            if let Some(value) = recorded.uop.constant() {
                self.roots.add(value);
            }
        }
        if let Err(abort) = recorded {
            recorder.outcome = Some(Err(abort));
        }
        match recorder.outcome {
            Some(_) => Control::Leave,
            None => Control::Continue,
        }
    }

    fn after(&mut self, vm: &mut Vm) -> Control {
        self.recorder.see_result(vm);
        Control::Continue
    }
}

impl Recorder {
    /// Keeps what the interpreter holds before each instruction, to be shown.
    pub(super) fn watch(&mut self) {
        self.recording.seen = Some(Seen::default());
    }

    /// A recorder that begins at the top frame of `vm`, which is the innermost of the open calls in `start`.
    pub(super) fn new(vm: &Vm, goal: Goal, start: Start) -> Option<Recorder> {
        let top = vm.frames.last()?;
        let outermost = vm.frames.len().checked_sub(start.frames.len() + 1)?;
        let root = vm.frames.get(outermost)?;
        Some(Recorder {
            goal,
            loop_end: last_back_edge(root.code, top.pc),
            frames: start.frames.clone(),
            base: root.base,
            unrolled: HashMap::new(),
            result: None,
            range_call: None,
            started: false,
            outcome: None,
            recording: Recording {
                code: root.code,
                pc: top.pc,
                start,
                origins: Vec::new(),
                uops: Vec::new(),
                seen: None,
                end: End::Stop,
                end_pc: 0,
            },
        })
    }

    /// The recording, once the interpreter has left, and why it is of no use if that is so.
    pub(super) fn finish(self) -> (Recording, Option<Abort>) {
        let mut recording = self.recording;
        match self.outcome.unwrap_or(Err(Abort::Raised)) {
            Ok(end) if recording.uops.is_empty() && end != End::Link => {
                (recording, Some(Abort::Empty))
            }
            Ok(end) => {
                recording.end = end;
                (recording, None)
            }
            Err(abort) => (recording, Some(abort)),
        }
    }

    /// Records one instruction, or ends the recording before it.
    fn step(
        &mut self,
        vm: &Vm,
        frame: &Frame,
        instruction: Instruction,
        heads: &Heads,
    ) -> Result<(), Abort> {
        self.recording.end_pc = frame.pc;
        if let Some(end) = self.end(frame, instruction, heads)? {
            self.outcome = Some(Ok(end));
            return Ok(());
        }
        self.started = true;
        self.recording.origins.push(Origin {
            code: frame.code,
            pc: frame.pc,
            depth: self.frames.len() as u32,
        });
        if let Some(seen) = &mut self.recording.seen {
            seen.look(vm, self.frames.len() + 1);
        }
        let stack = Operands {
            vm,
            top: frame.top(),
        };
        let range_call = self.range_call.take();
        match instruction.op.general() {
            Op::GetIter => self.get_iter(&stack, range_call),
            _ => self.record(&stack, frame, instruction),
        }
    }

    /// Whether the recording ends before this instruction.
    fn end(
        &self,
        frame: &Frame,
        instruction: Instruction,
        heads: &Heads,
    ) -> Result<Option<End>, Abort> {
        let outermost = self.frames.is_empty();
        if self.started {
            let at_start = outermost && frame.pc == self.recording.pc;
            if self.goal == Goal::Loop && at_start {
                return Ok(Some(End::Loop));
            }
            if heads.has_trace(frame.code, frame.pc) {
                return Ok(Some(End::Link));
            }
        }
        let inside = frame.pc >= self.recording.pc && frame.pc <= self.loop_end;
        let returns = instruction.op == Op::ReturnValue;
        match self.goal {
            Goal::Loop if outermost && (returns || !inside) => Err(Abort::LeftLoop),
            Goal::Path if outermost && returns => Ok(Some(End::Return)),
            Goal::Loop if self.recording.uops.len() >= MAX_UOPS => Err(Abort::TooLong),
            Goal::Path if self.recording.uops.len() >= MAX_UOPS => Ok(Some(End::Stop)),
            _ => Ok(None),
        }
    }

    /// Adds a uop of the current instruction.
    fn emit(&mut self, uop: VmUop) {
        let origin = self.recording.origins.len().saturating_sub(1) as u32;
        self.recording.uops.push(Recorded { uop, origin });
    }

    /// Adds a uop that gets the tag of the value that the instruction leaves on top.
    fn emit_with_result(&mut self, uop: VmUop) {
        self.result = Some(self.recording.uops.len());
        self.emit(uop);
    }

    fn guard_type(&mut self, stack: &Operands<'_>, top: u32) {
        let tag = stack.peek(top).tag();
        self.emit(VmUop::GuardType { top, tag });
    }

    fn guard_types_of_two(&mut self, stack: &Operands<'_>) {
        let (left, right) = (stack.peek(2).tag(), stack.peek(1).tag());
        if left == right {
            self.emit(VmUop::GuardBoth { tag: left });
        } else {
            self.guard_type(stack, 2);
            self.guard_type(stack, 1);
        }
    }

    /// Writes the tag of a result down, which stands on top of the stack now.
    fn see_result(&mut self, vm: &Vm) {
        let Some(index) = self.result.take() else {
            return;
        };
        let top = vm.frames.last().map_or(0, Frame::top);
        let seen = vm.stack.get(top.saturating_sub(1)).tag();
        if let Some(Recorded {
            uop: VmUop::CallHelper { tag, .. },
            ..
        }) = self.recording.uops.get_mut(index)
        {
            *tag = Some(seen);
        }
    }
}

/// The operands of the instruction that is recorded.
struct Operands<'a> {
    vm: &'a Vm,
    top: u32,
}

impl Operands<'_> {
    /// The operand at a depth; the top is at 1.
    fn peek(&self, top: u32) -> Value {
        self.vm.stack.get(self.top.wrapping_sub(top))
    }
}

/// The last instruction that jumps back to `head`.
fn last_back_edge(code: CodeRef, head: u32) -> u32 {
    let back = |pc: &u32| {
        let instruction = code.get(*pc);
        instruction.is_some_and(|found| found.op == Op::JumpBackward && found.arg == head)
    };
    (head..code.len() as u32).rev().find(back).unwrap_or(head)
}
