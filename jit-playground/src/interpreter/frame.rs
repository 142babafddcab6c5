//! The record of one activation. Its values are in the value stack.

use crate::bytecode::CodeRef;

/// An activation of a function or a module body.
///
/// The frame's values are the slots of the value stack from `base` on: first the locals, then the operands. How many
/// operands there are follows from `code` and `pc` alone ([`Code::depth`](crate::bytecode::Code::depth)). The
/// arguments of a call become the first locals of the callee where they lie, so the frame of a callee begins inside
/// the operands of its caller.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// What is being run.
    pub code: CodeRef,
    /// The next instruction to run; for a caller, the one behind the call.
    pub pc: u32,
    /// The slot of local 0.
    pub base: u32,
    /// The slot that the result goes into when this frame returns: that of the callable in the caller.
    pub result: u32,
}

impl Frame {
    /// The slot of the first operand.
    pub fn operands(&self) -> u32 {
        self.base + self.code.locals().len() as u32
    }

    /// The slot behind the last operand, given that `pc` is the next instruction to run.
    pub fn top(&self) -> u32 {
        self.operands() + self.code.depth(self.pc)
    }
}
