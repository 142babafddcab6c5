//! A pointer that takes eight bytes on every target, so that object layouts do not depend on the target.

use std::fmt;

/// A raw pointer in a 64-bit word; null unless set.
#[repr(C, align(8))]
pub(super) struct WidePointer<T> {
    pointer: *mut T,
    #[cfg(target_pointer_width = "32")]
    high_word: u32,
}

impl<T> WidePointer<T> {
    pub(super) const fn new(pointer: *mut T) -> Self {
        WidePointer {
            pointer,
            #[cfg(target_pointer_width = "32")]
            high_word: 0,
        }
    }

    pub(super) const fn null() -> Self {
        WidePointer::new(std::ptr::null_mut())
    }

    pub(super) const fn get(self) -> *mut T {
        self.pointer
    }
}

impl<T> Clone for WidePointer<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for WidePointer<T> {}

impl<T> fmt::Debug for WidePointer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", self.pointer)
    }
}
