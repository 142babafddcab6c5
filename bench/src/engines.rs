//! The compilers that are compared, each behind the same few calls.
//!
//! None knows another, and none is given anything that the others are not. Start at [`Callable`].
#![allow(
    unsafe_code,
    reason = "to run machine code is a promise of the caller, so the method is declared unsafe"
)]

mod copypatch;
pub mod cranelift;
mod dynasm;
pub mod mimeo;
mod patchouly;
pub mod peers;
mod preserve_none;

use jit_native::context::Context;

/// Machine code of a region.
pub trait Callable {
    /// Runs it; gives the number that the region has for the exit it left by.
    ///
    /// # Safety
    /// As for [`jit_native::memory::Code::run`]: everything that the region touches is valid for that, and it ends.
    unsafe fn run(&self, frame: *mut u64, context: &mut Context) -> u64;

    /// Bytes of its code.
    fn bytes(&self) -> usize;
}
