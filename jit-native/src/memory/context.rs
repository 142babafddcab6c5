//! The context: the array of words beside the frame, for arguments of calls, the user's pointer and spilled values.

use stencils::operand::Context as Layout;

/// Every context has room for at least this many spilled values, so that regions which need no more can be linked to
/// while others run.
pub const LINKABLE_SPILL_WORDS: u32 = 1024;

const USER: usize = Layout::USER as usize / 8;
const SPILLS: usize = Layout::SPILLS as usize / 8;

/// What machine code needs besides the frame. One for each thread that runs code; it grows as regions need it to.
#[derive(Clone, Debug)]
pub struct Context {
    words: Vec<u64>,
}

impl Default for Context {
    fn default() -> Self {
        Context::new()
    }
}

impl Context {
    /// A context whose user pointer is null.
    pub fn new() -> Context {
        Context { words: vec![0; SPILLS + LINKABLE_SPILL_WORDS as usize] }
    }

    /// The user's pointer, which the uop `user_pointer` gives.
    pub fn user(&self) -> *mut u8 {
        self.words[USER] as *mut u8
    }

    /// Sets the user's pointer.
    pub fn set_user(&mut self, user: *mut u8) {
        self.words[USER] = user as u64;
    }

    /// The words, at least as many as a region with this many spilled values needs.
    #[inline]
    pub(super) fn words_for(&mut self, spill_words: u32) -> *mut u64 {
        let needed = SPILLS + spill_words as usize;
        if self.words.len() < needed {
            self.words.resize(needed, 0);
        }
        self.words.as_mut_ptr()
    }
}
