//! A call in the convention `rust-preserve-none`, which stable Rust has no name for: the first argument is in r12, the
//! result in rax, and the called function may change every register but rsp and rbp.
//!
//! It knows no compiler. Start at [`call`].
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(unsafe_code, reason = "machine code is run; the caller vouches for it")]

use std::arch::asm;

/// Calls code with a frame; gives what it returns.
///
/// # Safety
/// At `code` stands a function of that convention, of this one argument, that is sound to call with `frame`.
pub unsafe fn call(code: *const u8, frame: *mut u64) -> u64 {
    let result;
    // SAFETY: every register that the function may change is saved here (rbx, which the compiler keeps for itself) or
    // named as changed; the stack is aligned for the call; the rest is the caller's promise.
    unsafe {
        asm!(
            "push rbx",
            "sub rsp, 8",
            "call rax",
            "add rsp, 8",
            "pop rbx",
            inout("rax") code => result,
            inout("r12") frame => _,
            out("r13") _,
            out("r14") _,
            out("r15") _,
            clobber_abi("C"),
        );
    }
    result
}
