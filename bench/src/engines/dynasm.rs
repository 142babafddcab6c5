//! dynasm-rs: a hand-written compiler of straight-line programs, one template of instructions for each step.
//!
//! It does what a person would write who needs code quickly and has no register allocator: every variable has a register
//! of its own for all of the program. So it knows programs alone, never regions. Start at [`compile`].
#![cfg(target_arch = "x86_64")]
#![allow(
    unsafe_code,
    reason = "machine code is run; the caller vouches for the frame"
)]

use anyhow::{Context as _, Result, anyhow};
use dynasmrt::x64::{Assembler, Rq, Rx};
use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi, ExecutableBuffer, dynasm};
use jit_native::context::Context;

use super::Callable;
use crate::straight::{FLOATS, INTS, Op, Program, Step};

/// A compiled program.
pub struct Assembled(ExecutableBuffer);

/// Where the integers are; the frame is in rdi, and rax is for what is on its way.
const INT_REGISTERS: [Rq; INTS] = [Rq::RCX, Rq::RDX, Rq::RSI, Rq::R8];

/// Where the floats are.
const FLOAT_REGISTERS: [Rx; FLOATS] = [Rx::XMM0, Rx::XMM1, Rx::XMM2, Rx::XMM3];

/// Compiles a program to `extern "sysv64" fn(frame) -> exit`.
///
/// # Errors
/// When there is no memory.
pub fn compile(program: &Program) -> Result<Assembled> {
    let mut ops = Assembler::new()?;
    let (ints, floats) = (program.ints, program.floats);
    for (n, register) in INT_REGISTERS.into_iter().take(ints).enumerate() {
        dynasm!(ops; .arch x64; mov Rq(register), [rdi + 8 * (1 + n as i32)]);
    }
    for (n, register) in FLOAT_REGISTERS.into_iter().take(floats).enumerate() {
        dynasm!(ops; .arch x64; movsd Rx(register), [rdi + 8 * (1 + INTS + n) as i32]);
    }
    let mut exits = Vec::new();
    for step in &program.steps {
        emit(&mut ops, step, &mut exits);
    }
    leave(&mut ops, ints, floats, exits.len());
    for (number, label) in exits.into_iter().enumerate() {
        dynasm!(ops; .arch x64; =>label);
        leave(&mut ops, 2, 0, number);
    }
    let code = ops.finalize().map_err(|_| anyhow!("the code is in use"));
    Ok(Assembled(code.context("dynasm-rs gives no code")?))
}

/// Stores variables and returns an exit's number.
fn leave(ops: &mut Assembler, ints: usize, floats: usize, number: usize) {
    for (n, register) in INT_REGISTERS.into_iter().take(ints).enumerate() {
        dynasm!(ops; .arch x64; mov [rdi + 8 * (1 + n as i32)], Rq(register));
    }
    for (n, register) in FLOAT_REGISTERS.into_iter().take(floats).enumerate() {
        dynasm!(ops; .arch x64; movsd [rdi + 8 * (1 + INTS + n) as i32], Rx(register));
    }
    dynasm!(ops; .arch x64; mov eax, number as i32; ret);
}

fn emit(ops: &mut Assembler, step: &Step, exits: &mut Vec<DynamicLabel>) {
    let (to, from) = (INT_REGISTERS[step.to], INT_REGISTERS[step.from]);
    let (float, other) = (FLOAT_REGISTERS[step.to], FLOAT_REGISTERS[step.from]);
    match step.op {
        Op::Add => dynasm!(ops; .arch x64; add Rq(to), Rq(from)),
        Op::Sub => dynasm!(ops; .arch x64; sub Rq(to), Rq(from)),
        Op::Mul => dynasm!(ops; .arch x64; imul Rq(to), Rq(from)),
        Op::Xor => dynasm!(ops; .arch x64; xor Rq(to), Rq(from)),
        Op::AddConst(constant) => dynasm!(ops; .arch x64; add Rq(to), constant),
        Op::Rotate(count) => dynasm!(ops; .arch x64; rol Rq(to), count as i8),
        Op::AddFloat => dynasm!(ops; .arch x64; addsd Rx(float), Rx(other)),
        Op::SubFloat => dynasm!(ops; .arch x64; subsd Rx(float), Rx(other)),
        Op::MulFloat => dynasm!(ops; .arch x64; mulsd Rx(float), Rx(other)),
        Op::Store(word) => dynasm!(ops; .arch x64; mov [rdi + 8 * word as i32], Rq(to)),
        Op::StoreFloat(word) => dynasm!(ops; .arch x64; movsd [rdi + 8 * word as i32], Rx(float)),
        Op::Checked(word) => {
            let exit = ops.new_dynamic_label();
            exits.push(exit);
            dynasm!(ops; .arch x64
                ; mov rax, [rdi + 8 * word as i32]
                ; add rax, Rq(from)
                ; jo =>exit
                ; xor Rq(to), rax);
        }
        Op::Differs(constant) => {
            let exit = ops.new_dynamic_label();
            exits.push(exit);
            dynasm!(ops; .arch x64; cmp Rq(to), constant; je =>exit);
        }
    }
}

impl Callable for Assembled {
    unsafe fn run(&self, frame: *mut u64, _context: &mut Context) -> u64 {
        type Code = unsafe extern "sysv64" fn(*mut u64) -> u64;
        // SAFETY: `compile` wrote such a function at the buffer's start, and the buffer is borrowed.
        let code = unsafe { std::mem::transmute::<*const u8, Code>(self.0.as_ptr()) };
        // SAFETY: the caller's promise.
        unsafe { code(frame) }
    }

    fn bytes(&self) -> usize {
        self.0.len()
    }
}
