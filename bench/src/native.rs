//! The loop of the kernel `xor_add`, written in Rust and compiled by rustc with everything else.
//!
//! Never sees the region. Start at [`XorAdd`].
#![allow(
    unsafe_code,
    reason = "reads and writes a frame by its address, as regions do"
)]

use jit_native::context::Context;

use crate::engines::Callable;

/// `acc = (acc ^ i) + 3; i -= 1`.
pub struct XorAdd;

impl Callable for XorAdd {
    unsafe fn run(&self, frame: *mut u64, _context: &mut Context) -> u64 {
        // SAFETY: the caller's promise: the kernel names these words of the frame.
        let frame = unsafe { std::slice::from_raw_parts_mut(frame, crate::world::FRAME_WORDS) };
        let (mut i, mut acc) = (frame[1], frame[9]);
        loop {
            acc = (acc ^ i).wrapping_add(3);
            i -= 1;
            if i == 0 {
                break;
            }
        }
        (frame[16], frame[17]) = (acc, i);
        0
    }

    fn bytes(&self) -> usize {
        0
    }
}
