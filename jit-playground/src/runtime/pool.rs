//! Memory for small objects: lists of free cells by size, cut from large chunks.
//!
//! A program makes and drops small objects all the time; taking a cell from a list is several times faster than the
//! general allocator. Chunks are given back when the heap goes, not before. It knows nothing of objects: start
//! reading at [`Pool::allocate`].

#![allow(unsafe_code, reason = "free cells are linked through their own memory")]

use std::alloc::{self, Layout};
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

/// Sizes are rounded up to a multiple of this, which is also the alignment of every cell.
const GRAIN: usize = 16;
/// Larger objects go to the general allocator.
const LARGEST: usize = 128;
const CLASSES: usize = LARGEST / GRAIN;
const CHUNK: usize = 1 << 16;

/// A free cell: nothing but the next one.
struct FreeCell {
    next: Option<NonNull<FreeCell>>,
}

/// The free cells and the chunks they come from.
#[derive(Default)]
pub(super) struct Pool {
    free: [Cell<Option<NonNull<FreeCell>>>; CLASSES],
    chunks: RefCell<Vec<NonNull<u8>>>,
}

impl Pool {
    /// Memory for a layout, or `None` when there is none to be had.
    pub fn allocate(&self, layout: Layout) -> Option<NonNull<u8>> {
        let Some(class) = class_of(layout) else {
            // SAFETY: a layout without a class is larger than the classes, so not empty.
            return NonNull::new(unsafe { alloc::alloc(layout) });
        };
        if let Some(cell) = self.free[class].get() {
            // SAFETY: a cell in the list is free and holds the next one.
            self.free[class].set(unsafe { cell.as_ref() }.next);
            return Some(cell.cast());
        }
        self.refill(class)
    }

    /// Takes memory back.
    ///
    /// # Safety
    /// The memory must come from [`Pool::allocate`] of this pool with this layout, and must not be used again.
    pub unsafe fn release(&self, memory: NonNull<u8>, layout: Layout) {
        let Some(class) = class_of(layout) else {
            // SAFETY: it was allocated so.
            return unsafe { alloc::dealloc(memory.as_ptr(), layout) };
        };
        let cell: NonNull<FreeCell> = memory.cast();
        // SAFETY: the cell is ours again, large enough and aligned for a link.
        unsafe {
            cell.write(FreeCell {
                next: self.free[class].get(),
            });
        }
        self.free[class].set(Some(cell));
    }

    /// Cuts a new chunk into cells; gives one, and puts the others into the list in the order of their addresses.
    #[cold]
    fn refill(&self, class: usize) -> Option<NonNull<u8>> {
        let size = (class + 1) * GRAIN;
        // SAFETY: the layout of a chunk is not empty.
        let chunk = NonNull::new(unsafe { alloc::alloc(chunk_layout()) })?;
        self.chunks.borrow_mut().push(chunk);
        for index in (1..CHUNK / size).rev() {
            // SAFETY: the cell lies in the chunk, and nobody else has it.
            unsafe {
                let cell: NonNull<FreeCell> = chunk.add(index * size).cast();
                cell.write(FreeCell {
                    next: self.free[class].get(),
                });
                self.free[class].set(Some(cell));
            }
        }
        Some(chunk)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for chunk in self.chunks.get_mut().drain(..) {
            // SAFETY: allocated with this layout; the heap has freed all objects before it drops its pool.
            unsafe { alloc::dealloc(chunk.as_ptr(), chunk_layout()) };
        }
    }
}

/// The size class of a layout, if it is small.
fn class_of(layout: Layout) -> Option<usize> {
    if layout.size() == 0 || layout.size() > LARGEST || layout.align() > GRAIN {
        return None;
    }
    Some((layout.size() - 1) / GRAIN)
}

fn chunk_layout() -> Layout {
    // SAFETY: a power of two and a size that is a multiple of it.
    unsafe { Layout::from_size_align_unchecked(CHUNK, GRAIN) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_do_not_overlap_and_come_back() {
        let pool = Pool::default();
        let layout = Layout::from_size_align(40, 8).unwrap();
        let mut cells: Vec<_> = (0..5000).map(|_| pool.allocate(layout).unwrap()).collect();
        let mut addresses: Vec<_> = cells.iter().map(|cell| cell.addr().get()).collect();
        addresses.sort_unstable();
        assert!(addresses.windows(2).all(|pair| pair[1] - pair[0] >= 40));
        let last = cells.pop().unwrap();
        // SAFETY: it came from this pool with this layout, and is not used again.
        unsafe { pool.release(last, layout) };
        assert_eq!(pool.allocate(layout), Some(last));
    }

    #[test]
    fn large_layouts_work_too() {
        let pool = Pool::default();
        let layout = Layout::from_size_align(1000, 8).unwrap();
        let memory = pool.allocate(layout).unwrap();
        // SAFETY: it came from this pool with this layout, and is not used again.
        unsafe { pool.release(memory, layout) };
    }
}
