//! The list: a growable buffer of values that machine code indexes directly.
//!
//! It never hands out a reference into the buffer, so that appending while somebody reads is harmless. This file
//! uses `unsafe` because the buffer's three words must lie where machine code expects them, which `Vec` does not
//! promise.

#![allow(unsafe_code, reason = "the buffer has a fixed layout for machine code")]

use std::alloc::{self, Layout};
use std::cell::Cell;
use std::mem::offset_of;

use super::wide::WidePointer;
use super::{Header, Kind};
use crate::runtime::heap::{Gc, Heap, HeapObject};
use crate::runtime::value::{VALUE_SIZE, Value};

/// The object behind [`Value::List`].
#[repr(C)]
#[derive(Debug)]
pub struct ListObject {
    header: Header,
    items: Cell<WidePointer<Value>>,
    len: Cell<u64>,
    capacity: Cell<u64>,
}

/// There is no memory for a buffer of the size asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for ListObject {
    const KIND: Kind = Kind::List;
    const SIZE: usize = size_of::<Self>();
}

impl ListObject {
    /// Offset of the word that holds the address of item 0, in bytes.
    pub const ITEMS_OFFSET: usize = offset_of!(ListObject, items);
    /// Offset of the word that holds the number of items, in bytes.
    pub const LEN_OFFSET: usize = offset_of!(ListObject, len);
    /// Offset of the word that holds the capacity in items, in bytes.
    pub const CAPACITY_OFFSET: usize = offset_of!(ListObject, capacity);

    /// How many items there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.len.get() as usize
    }

    /// How many items fit before the buffer has to grow.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.capacity.get() as usize
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at an index, if there is one.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Value> {
        // SAFETY: the buffer holds `len` initialised items.
        (index < self.len()).then(|| unsafe { Value::read(self.items.get().get().add(index)) })
    }

    /// Replaces the item at an index; returns whether there is one.
    #[inline]
    pub fn set(&self, index: usize, value: Value) -> bool {
        let inside = index < self.len();
        if inside {
            // SAFETY: the buffer holds `len` items.
            unsafe { *self.items.get().get().add(index) = value };
        }
        inside
    }

    /// The items one after the other. Items that are appended meanwhile are seen, as in a loop over the list.
    pub fn iter(&self) -> impl Iterator<Item = Value> + '_ {
        (0..).map_while(|index| self.get(index))
    }

    /// Takes the last item away.
    pub fn pop(&self) -> Option<Value> {
        let last = self.get(self.len().checked_sub(1)?)?;
        self.len.set(self.len.get() - 1);
        Some(last)
    }

    /// Takes the item at an index away, moving the later ones down.
    pub fn remove(&self, index: usize) -> Option<Value> {
        let removed = self.get(index)?;
        // SAFETY: `index < len`; source and target lie in the buffer.
        unsafe {
            let at = self.items.get().get().add(index);
            std::ptr::copy(at.add(1), at, self.len() - index - 1);
        }
        self.len.set(self.len.get() - 1);
        Some(removed)
    }

    /// Keeps the first `len` items.
    pub fn truncate(&self, len: usize) {
        self.len.set(self.len.get().min(len as u64));
    }

    /// Puts the items in the opposite order.
    pub fn reverse(&self) {
        let len = self.len();
        for low in 0..len / 2 {
            let high = len - 1 - low;
            if let (Some(a), Some(b)) = (self.get(low), self.get(high)) {
                self.set(low, b);
                self.set(high, a);
            }
        }
    }

    pub(super) fn trace(&self, visit: &mut dyn FnMut(Value)) -> usize {
        // Most long lists hold numbers alone: skipping them here saves a call each.
        self.iter()
            .filter(|item| !item.is_immediate())
            .for_each(visit);
        Self::SIZE + self.capacity.get() as usize * VALUE_SIZE
    }

    /// Makes room for `extra` more items.
    fn reserve(&self, extra: usize, heap: &Heap) -> Result<(), OutOfMemory> {
        let needed = self.len().checked_add(extra).ok_or(OutOfMemory)?;
        let old = self.capacity.get() as usize;
        if needed <= old {
            return Ok(());
        }
        let capacity = needed.max(old + old / 2).max(4);
        let layout = Layout::array::<Value>(capacity).map_err(|_| OutOfMemory)?;
        let buffer = if old == 0 {
            // SAFETY: the layout is not empty: capacity is at least 4.
            unsafe { alloc::alloc(layout) }
        } else {
            // SAFETY: the buffer was allocated with the layout of `old` items, which fitted; the new size fits.
            unsafe {
                alloc::realloc(
                    self.items.get().get().cast(),
                    buffer_layout(old),
                    layout.size(),
                )
            }
        };
        if buffer.is_null() {
            return Err(OutOfMemory);
        }
        self.items.set(WidePointer::new(buffer.cast()));
        self.capacity.set(capacity as u64);
        heap.count((capacity - old) * VALUE_SIZE);
        Ok(())
    }

    /// Appends an item.
    ///
    /// # Errors
    /// When the buffer cannot grow; the list is unchanged then.
    #[inline]
    pub fn push(&self, value: Value, heap: &Heap) -> Result<(), OutOfMemory> {
        if self.len.get() == self.capacity.get() {
            self.reserve(1, heap)?;
        }
        // SAFETY: there is room for one more item.
        unsafe { self.items.get().get().add(self.len()).write(value) };
        self.len.set(self.len.get() + 1);
        Ok(())
    }

    /// Makes the list `count` times itself.
    ///
    /// # Errors
    /// When the buffer cannot grow; the list is unchanged then.
    pub fn repeat(&self, count: usize, heap: &Heap) -> Result<(), OutOfMemory> {
        let len = self.len();
        let end = len.checked_mul(count).ok_or(OutOfMemory)?;
        self.reserve(end.saturating_sub(len), heap)?;
        let items = self.items.get().get();
        let mut filled = len.min(end);
        while filled < end {
            let more = filled.min(end - filled);
            // SAFETY: the first `filled` items are initialised, and there is room for `end`. A multiple of `len` items is
            // filled, so what follows is what the list begins with.
            unsafe { std::ptr::copy_nonoverlapping(items, items.add(filled), more) };
            filled += more;
        }
        self.len.set(filled as u64);
        Ok(())
    }

    /// Puts an item before the item at `index`, or at the end when there is none.
    ///
    /// # Errors
    /// When the buffer cannot grow; the list is unchanged then.
    pub fn insert(&self, index: usize, value: Value, heap: &Heap) -> Result<(), OutOfMemory> {
        self.reserve(1, heap)?;
        let index = index.min(self.len());
        // SAFETY: there is room for one more item, so the later ones can move up by one.
        unsafe {
            let at = self.items.get().get().add(index);
            std::ptr::copy(at, at.add(1), self.len() - index);
            at.write(value);
        }
        self.len.set(self.len.get() + 1);
        Ok(())
    }
}

impl Drop for ListObject {
    fn drop(&mut self) {
        let capacity = self.capacity.get() as usize;
        if capacity > 0 {
            // SAFETY: the buffer was allocated with this layout, and values own nothing.
            unsafe { alloc::dealloc(self.items.get().get().cast(), buffer_layout(capacity)) };
        }
    }
}

/// The layout of a buffer that exists; its size was checked when it was made.
fn buffer_layout(capacity: usize) -> Layout {
    // SAFETY: a buffer of this capacity was allocated with this very layout.
    unsafe { Layout::from_size_align_unchecked(capacity * VALUE_SIZE, align_of::<Value>()) }
}

impl Heap {
    /// An empty list with room for `capacity` items.
    ///
    /// # Errors
    /// When there is no memory for so many items.
    pub fn list_with_capacity(&self, capacity: usize) -> Result<Gc<ListObject>, OutOfMemory> {
        let list = self.alloc(ListObject {
            header: Header::new(),
            items: Cell::new(WidePointer::null()),
            len: Cell::new(0),
            capacity: Cell::new(0),
        });
        if capacity > 0 {
            list.reserve(capacity, self)?;
        }
        Ok(list)
    }

    /// A list of the given items.
    ///
    /// # Errors
    /// When there is no memory for so many items.
    pub fn list(&self, items: &[Value]) -> Result<Gc<ListObject>, OutOfMemory> {
        let list = self.list_with_capacity(items.len())?;
        for &item in items {
            list.push(item, self)?;
        }
        Ok(list)
    }

    /// A list of the same items.
    ///
    /// # Errors
    /// When there is no memory for so many items.
    pub fn copy_of(
        &self,
        list: Gc<ListObject>,
        capacity: usize,
    ) -> Result<Gc<ListObject>, OutOfMemory> {
        let copy = self.list_with_capacity(capacity.max(list.len()))?;
        for item in list.iter() {
            copy.push(item, self)?;
        }
        Ok(copy)
    }
}
