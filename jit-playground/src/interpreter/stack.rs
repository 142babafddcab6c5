//! The value stack: one block of memory for the values of all frames, that never moves.
//!
//! The memory is zeroed, and zeroed memory reads as `Unbound`; pages are only touched when frames grow into them.
//! This file uses `unsafe` for that one block.

#![allow(
    unsafe_code,
    reason = "one raw allocation, so that slots have fixed addresses"
)]

use std::alloc::{self, Layout};
use std::ptr::NonNull;

use crate::runtime::Value;

/// How many slots there are.
const CAPACITY: usize = 1 << 20;

/// The value stack of a [`Vm`](super::Vm).
#[derive(Debug)]
pub struct ValueStack {
    slots: NonNull<Value>,
}

impl Default for ValueStack {
    fn default() -> Self {
        ValueStack::new()
    }
}

impl ValueStack {
    /// A stack of unbound slots.
    pub fn new() -> ValueStack {
        let layout = Self::layout();
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc::alloc_zeroed(layout) };
        match NonNull::new(memory.cast()) {
            Some(slots) => ValueStack { slots },
            None => alloc::handle_alloc_error(layout),
        }
    }

    fn layout() -> Layout {
        // SAFETY: 16 MiB, aligned as a value: no overflow.
        unsafe {
            Layout::from_size_align_unchecked(CAPACITY * size_of::<Value>(), align_of::<Value>())
        }
    }

    /// How many slots there are.
    pub fn capacity(&self) -> usize {
        CAPACITY
    }

    /// The address of slot 0, which machine code adds 16 bytes a slot to.
    pub fn address(&self) -> *mut Value {
        self.slots.as_ptr()
    }

    /// The value of a slot; `Unbound` when there is no such slot.
    pub fn get(&self, slot: u32) -> Value {
        if (slot as usize) < CAPACITY {
            // SAFETY: inside the block, and every slot is initialised: zeroes are a valid value.
            unsafe { *self.slots.as_ptr().add(slot as usize) }
        } else {
            Value::Unbound
        }
    }

    /// Sets a slot.
    ///
    /// # Panics
    /// When there is no such slot.
    pub fn set(&mut self, slot: u32, value: Value) {
        assert!((slot as usize) < CAPACITY, "no such slot");
        // SAFETY: inside the block.
        unsafe { *self.slots.as_ptr().add(slot as usize) = value };
    }

    /// The first `top` slots.
    pub fn live(&self, top: usize) -> &[Value] {
        // SAFETY: inside the block, all initialised; nothing writes while the slice is borrowed from `self`.
        unsafe { std::slice::from_raw_parts(self.slots.as_ptr(), top.min(CAPACITY)) }
    }
}

impl Drop for ValueStack {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout.
        unsafe { alloc::dealloc(self.slots.as_ptr().cast(), Self::layout()) };
    }
}
