//! The interpreter's registers: where it is in the code and in the value stack.
//!
//! These functions reach into the value stack without checks. What makes that sound: code is verified when it is
//! made ([`CodeArena::add`](crate::bytecode::code::CodeArena::add)), so an instruction finds its operands and its
//! locals inside its frame, and [`push_frame`](super::call::push_frame) lets no frame begin that does not fit the
//! stack. Only the interpreter's own files call them. Debug builds check besides.

#![allow(
    unsafe_code,
    reason = "the value stack is read and written unchecked, by verified code"
)]

use super::frame::Frame;
use super::stack::ValueStack;
use crate::bytecode::{CodeRef, Instruction};
use crate::runtime::Value;

/// Everything the dispatch loop keeps at hand. It is rebuilt from the top frame by [`Registers::load`].
///
/// The address of the code is a number, and stands between the two pointers, because the compiler would otherwise
/// keep two neighbouring pointers in one vector register and take them apart at every use.
#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Registers {
    /// Local 0.
    base: *mut Value,
    code: u64,
    /// Behind the last operand.
    sp: *mut Value,
    /// The next instruction.
    pub pc: u32,
}

impl Registers {
    /// The registers of a frame whose `pc` is the next instruction.
    #[inline]
    pub fn load(frame: &Frame, stack: &ValueStack) -> Registers {
        let slots = stack.address();
        Registers {
            base: slots.wrapping_add(frame.base as usize),
            code: frame.code.address(),
            sp: slots.wrapping_add(frame.top() as usize),
            pc: frame.pc,
        }
    }

    /// What is being run.
    #[inline(always)]
    pub fn code(&self) -> CodeRef {
        // SAFETY: it was made from a frame's code, which lives as long as the VM.
        unsafe { CodeRef::from_address(self.code) }
    }

    /// The slot behind the last operand.
    #[inline(always)]
    pub fn top_slot(&self, stack: &ValueStack) -> u32 {
        ((self.sp.addr() - stack.address().addr()) / size_of::<Value>()) as u32
    }

    /// The next instruction; moves on.
    #[inline(always)]
    pub fn fetch(&mut self) -> Instruction {
        let instruction = self.code().fetch(self.pc);
        self.pc += 1;
        instruction
    }

    #[inline(always)]
    pub fn local(&self, index: u32) -> Value {
        debug_assert!((index as usize) < self.code().locals().len());
        // SAFETY: verified code names locals of its frame only.
        unsafe { Value::read(self.base.add(index as usize)) }
    }

    #[inline(always)]
    pub fn set_local(&mut self, index: u32, value: Value) {
        debug_assert!((index as usize) < self.code().locals().len());
        // SAFETY: verified code names locals of its frame only.
        unsafe { *self.base.add(index as usize) = value };
    }

    #[inline(always)]
    pub fn push(&mut self, value: Value) {
        // SAFETY: verified code stays within the frame's size, which fits the stack.
        unsafe {
            *self.sp = value;
            self.sp = self.sp.add(1);
        }
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Value {
        debug_assert!(self.sp > self.base);
        // SAFETY: verified code finds its operands on the stack.
        unsafe {
            self.sp = self.sp.sub(1);
            Value::read(self.sp)
        }
    }

    /// Drops `count` operands.
    #[inline(always)]
    pub fn drop(&mut self, count: u32) {
        debug_assert!(self.sp.wrapping_sub(count as usize) >= self.base);
        // SAFETY: verified code finds its operands on the stack.
        unsafe { self.sp = self.sp.sub(count as usize) };
    }

    /// The operand at a depth; the top is at depth 1.
    #[inline(always)]
    pub fn peek(&self, depth: u32) -> Value {
        debug_assert!(depth >= 1 && self.sp.wrapping_sub(depth as usize) >= self.base);
        // SAFETY: verified code finds its operands on the stack.
        unsafe { Value::read(self.sp.sub(depth as usize)) }
    }

    /// Replaces the operand at a depth; the top is at depth 1.
    #[inline(always)]
    pub fn poke(&mut self, depth: u32, value: Value) {
        debug_assert!(depth >= 1 && self.sp.wrapping_sub(depth as usize) >= self.base);
        // SAFETY: verified code finds its operands on the stack.
        unsafe { *self.sp.sub(depth as usize) = value };
    }

    /// The last `count` operands. The slice is good while nothing writes to them: a built-in function gets its
    /// arguments so, and whatever runs meanwhile works above them.
    #[inline]
    pub fn operands<'a>(&self, count: u32) -> &'a [Value] {
        debug_assert!(self.sp.wrapping_sub(count as usize) >= self.base);
        // SAFETY: verified code finds its operands on the stack, which outlives every call.
        unsafe { std::slice::from_raw_parts(self.sp.sub(count as usize), count as usize) }
    }
}
