//! How others follow or take over execution.

use super::vm::Vm;
use crate::bytecode::{CodeRef, Instruction};

/// What the interpreter does after it has called a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// It goes on; the hook has not changed the frames.
    Continue,
    /// It goes on from the frames as the hook has left them.
    Resume,
    /// It returns [`Exit::Left`](super::Exit::Left), with everything in the frames, to be resumed by another call of
    /// [`run`](super::run).
    Leave,
}

/// Somebody who watches the interpreter. The dispatch loop is compiled once for each hook type, so what a hook does
/// not ask for costs nothing.
///
/// Whenever a hook is called, the frame records and the value stack say everything: the top frame's `pc` is the next
/// instruction, and its operands end at [`Frame::top`](super::Frame::top).
pub trait Hook {
    /// Whether [`Hook::before`] and [`Hook::after`] are called around each instruction. Then every instruction runs
    /// in its general form.
    const FOLLOWS: bool = false;
    /// Whether [`Hook::hot_loop`] is called.
    const COUNTS_LOOPS: bool = false;

    /// Whether every instruction that runs is counted: see [`Code::runs`](crate::bytecode::Code::runs).
    const COUNTS_RUNS: bool = false;

    /// Called before an instruction runs.
    fn before(&mut self, _vm: &mut Vm, _instruction: Instruction) -> Control {
        Control::Continue
    }

    /// Called after an instruction has run; the top frame may be another one than before. Not called after one that
    /// raised.
    fn after(&mut self, _vm: &mut Vm) -> Control {
        Control::Continue
    }

    /// Called when the counter of the `JUMP_BACKWARD` at `pc` has run out. The top frame's `pc` is the head of the
    /// loop. The counter stays at zero, so that this is called each time, until
    /// [`Code::set_loop_counter`](crate::bytecode::Code::set_loop_counter) sets it again.
    fn hot_loop(&mut self, _vm: &mut Vm, _code: CodeRef, _pc: u32) -> Control {
        Control::Continue
    }
}

/// The hook of a program that is just run.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHook;

impl Hook for NoHook {}
