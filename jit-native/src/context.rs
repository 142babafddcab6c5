//! The context: the words beside the frame that a region finds through its second pinned register.

use stencils::operand::Context as Layout;

/// How many words a region can spill.
pub const SPILL_WORDS: u32 = 1 << 16;

/// What running code keeps outside the frame: arguments of calls, the user's pointer, spilled values. One per
/// thread that runs code; what it holds between two runs is the user's pointer alone.
#[derive(Debug)]
pub struct Context {
    words: Box<[u64]>,
}

impl Context {
    /// A context whose user pointer (what called functions find at [`stencils::operand::Context::USER`]) is `user`.
    pub fn new(user: *mut u8) -> Context {
        // Zeroed memory that is not touched costs address space alone.
        let mut words =
            vec![0; Layout::SPILLS as usize / 8 + SPILL_WORDS as usize].into_boxed_slice();
        words[Layout::USER as usize / 8] = user as u64;
        Context { words }
    }

    /// Its address, as uops see it.
    pub fn words(&mut self) -> *mut u64 {
        self.words.as_mut_ptr()
    }
}
