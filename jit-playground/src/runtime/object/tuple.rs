//! The tuple: a length and the items right behind it, in one allocation that never changes.

#![allow(unsafe_code, reason = "the items are inline, behind the fixed fields")]

use std::alloc::Layout;
use std::mem::offset_of;
use std::ptr::NonNull;

use super::OutOfMemory;
use super::{Header, Kind};
use crate::runtime::heap::{Gc, Heap, HeapObject};
use crate::runtime::pool::Pool;
use crate::runtime::value::Value;

/// The object behind [`Value::Tuple`].
#[repr(C)]
#[derive(Debug)]
pub struct TupleObject {
    header: Header,
    len: u64,
    items: [Value; 0],
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for TupleObject {
    const KIND: Kind = Kind::Tuple;
    const SIZE: usize = size_of::<Self>();
}

impl TupleObject {
    /// Offset of the word that holds the number of items, in bytes.
    pub const LEN_OFFSET: usize = offset_of!(TupleObject, len);
    /// Offset of item 0, in bytes; the items are inline.
    pub const ITEMS_OFFSET: usize = offset_of!(TupleObject, items);

    /// The items. A tuple never changes, so they may be borrowed.
    #[inline]
    pub fn items(&self) -> &[Value] {
        // A reference reaches no further than the fields; the pointer that `Heap::tuple` exposed reaches the items.
        let fields = std::ptr::from_ref(self).addr();
        let first = std::ptr::with_exposed_provenance(fields + Self::ITEMS_OFFSET);
        // SAFETY: a tuple is only ever made by `Heap::tuple`, with `len` initialised items behind the fields, and
        // exposed as a whole.
        unsafe { std::slice::from_raw_parts(first, self.len as usize) }
    }

    pub(super) fn trace(&self, visit: &mut dyn FnMut(Value)) -> usize {
        self.items().iter().copied().for_each(visit);
        Self::layout(self.len as usize).map_or(0, |layout| layout.size())
    }

    fn layout(len: usize) -> Option<Layout> {
        let items = Layout::array::<Value>(len).ok()?;
        Some(Layout::new::<TupleObject>().extend(items).ok()?.0)
    }

    /// # Safety
    /// `pointer` must be a live tuple from a heap with this pool, which nobody uses again.
    pub(super) unsafe fn free(pointer: NonNull<TupleObject>, pool: &Pool) {
        // SAFETY: the caller vouches for the object.
        let len = unsafe { pointer.as_ref() }.len as usize;
        if let Some(layout) = Self::layout(len) {
            // SAFETY: the tuple was allocated from this pool with this layout, and values own nothing.
            unsafe { pool.release(pointer.cast(), layout) };
        }
    }
}

impl Heap {
    /// A tuple of the given items.
    ///
    /// # Errors
    /// When there is no memory for so many items.
    pub fn tuple(&self, items: &[Value]) -> Result<Gc<TupleObject>, OutOfMemory> {
        let layout = TupleObject::layout(items.len()).ok_or(OutOfMemory)?;
        let memory = self.pool.allocate(layout).ok_or(OutOfMemory)?;
        let pointer: NonNull<TupleObject> = memory.cast();
        memory.expose_provenance();
        let fields = TupleObject {
            header: Header::new(),
            len: items.len() as u64,
            items: [],
        };
        // SAFETY: the memory is fresh and has room for the fields and all items; then it is an initialised tuple
        // that `free_object` can free.
        unsafe {
            pointer.write(fields);
            let first = memory.add(TupleObject::ITEMS_OFFSET).cast::<Value>();
            std::ptr::copy_nonoverlapping(items.as_ptr(), first.as_ptr(), items.len());
            Ok(self.adopt(pointer, layout.size()))
        }
    }
}
