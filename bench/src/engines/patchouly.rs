//! patchouly: straight-line integer programs through its own builder, with its own stencils of our steps.
//!
//! The stencils are in `bench/peers/patchouly-stencils`, as its documentation says they be written: an operation on values
//! in any of its registers, a hole for the frame word of a load or a store. They were made by its own tool
//! (`bench/peers` says how) and are checked in, since they need features of rustc that are not stable. patchouly knows no
//! floats in registers and no guards with exits, so it has programs of integers alone. Each program has a mapping of its
//! own: that is how patchouly works. Start at [`compile`].
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(
    unsafe_code,
    reason = "machine code is run; the caller vouches for the frame"
)]

use anyhow::Result;
use jit_native::context::Context;
use patchouly::managed::PatchFunctionBuilder;
use patchouly::{PatchError, Program as Mapped};

use self::made::{
    STEPS_ADD, STEPS_DONE, STEPS_LOAD, STEPS_MUL, STEPS_STENCIL_LIBRARY, STEPS_STORE, STEPS_SUB,
    STEPS_XOR,
};
use super::Callable;
use super::preserve_none::call;
use crate::straight::{INTS, Op, Program};
use patchouly_core::StencilLibrary;

/// What patchouly's tool has made.
mod made {
    include!("../../peers/made/patchouly.inc");
    pub(super) use self::stencils::{
        STEPS_ADD, STEPS_DONE, STEPS_LOAD, STEPS_MUL, STEPS_STENCIL_LIBRARY, STEPS_STORE,
        STEPS_SUB, STEPS_XOR,
    };
}

static LIBRARY: StencilLibrary<5> = STEPS_STENCIL_LIBRARY;

/// A compiled program.
pub struct Patched(Mapped);

/// Compiles a program of integer arithmetic to `extern "rust-preserve-none" fn(frame) -> exit`.
///
/// # Errors
/// When patchouly refuses it, or there is no memory.
pub fn compile(program: &Program) -> Result<Patched> {
    Ok(Patched(build(program)?))
}

fn build(program: &Program) -> Result<Mapped, PatchError> {
    let mut builder = PatchFunctionBuilder::new(&LIBRARY);
    let mut block = builder.switch_to_entry()?;
    let mut variables = Vec::with_capacity(INTS);
    for n in 0..program.ints {
        let variable = block.new_variable()?;
        block.emit(&STEPS_LOAD, &[], &[variable], &[1 + n])?;
        variables.push(variable);
    }
    for step in &program.steps {
        let (to, from) = (variables[step.to], variables[step.from]);
        let stencil = match step.op {
            Op::Add => &STEPS_ADD,
            Op::Sub => &STEPS_SUB,
            Op::Mul => &STEPS_MUL,
            Op::Xor => &STEPS_XOR,
            _ => return Err(PatchError::StencilNotFound),
        };
        block.emit(stencil, &[to, from], &[to], &[])?;
    }
    for (n, &variable) in variables.iter().enumerate() {
        block.emit(&STEPS_STORE, &[variable], &[], &[1 + n])?;
    }
    block.ret(&STEPS_DONE, &[], &[])?;
    builder.finalize()
}

impl Callable for Patched {
    unsafe fn run(&self, frame: *mut u64, _context: &mut Context) -> u64 {
        // SAFETY: the stencils are functions of that convention, chained by patchouly; the mapping is borrowed; the rest
        // is the caller's promise.
        unsafe { call(self.0.as_ptr(), frame) }
    }

    fn bytes(&self) -> usize {
        self.0.len()
    }
}
