//! Who has which bytes of an arena: a best-fit allocator with coalescing, over offsets. It touches no memory.

use crate::faults::{Fault, planted};
use std::collections::{BTreeMap, BTreeSet};

/// Blocks start and end at multiples of this, which is also what the widest copy of a stencil needs.
pub(super) const GRANULE: u32 = 16;

/// The free parts of a range of bytes.
#[derive(Debug)]
pub(super) struct Blocks {
    /// Length by start. No two touch.
    by_start: BTreeMap<u32, u32>,
    /// The same, shortest first.
    by_length: BTreeSet<(u32, u32)>,
    free: u32,
}

impl Blocks {
    /// A range that is free from `start` (rounded up) to `end`.
    pub(super) fn new(start: u32, end: u32) -> Blocks {
        let start = start.next_multiple_of(GRANULE);
        let mut blocks = Blocks {
            by_start: BTreeMap::new(),
            by_length: BTreeSet::new(),
            free: 0,
        };
        if start < end {
            blocks.insert(start, end - start);
        }
        blocks
    }

    /// Bytes that are free, in all.
    pub(super) fn free_bytes(&self) -> u32 {
        self.free
    }

    /// Takes a block of at least that many bytes that starts at a multiple of `alignment`, a power of two; gives its start.
    /// It is taken out of the smallest free block that is large enough wherever that lies, unless the smallest for any
    /// alignment happens to lie well.
    pub(super) fn take(&mut self, bytes: u32, alignment: u32) -> Option<u32> {
        let bytes = bytes.max(1).checked_next_multiple_of(GRANULE)?;
        let alignment = alignment.max(GRANULE);
        let gap = |start: u32| start.next_multiple_of(alignment) - start;
        let smallest = |bytes| self.by_length.range((bytes, 0)..).next().copied();
        let fits = |&(length, start): &(u32, u32)| gap(start) + bytes <= length;
        let (length, start) = smallest(bytes)
            .filter(fits)
            .or_else(|| smallest(bytes.checked_add(alignment - GRANULE)?))?;
        self.remove(start, length);
        let gap = gap(start);
        if gap > 0 {
            self.insert(start, gap);
        }
        let (start, length) = (start + gap, length - gap);
        if length > bytes {
            let bytes = bytes - GRANULE * u32::from(planted(Fault::BlocksOverlap));
            self.insert(start + bytes, length - bytes);
        }
        Some(start)
    }

    /// Gives a block back that [`Blocks::take`] gave for that many bytes.
    pub(super) fn give(&mut self, start: u32, bytes: u32) {
        let mut start = start;
        let mut length = bytes.max(1).next_multiple_of(GRANULE);
        if let Some((&before, &its)) = self.by_start.range(..start).next_back()
            && before + its == start
        {
            self.remove(before, its);
            (start, length) = (before, its + length);
        }
        if let Some(&its) = self.by_start.get(&(start + length)) {
            self.remove(start + length, its);
            length += its;
        }
        self.insert(start, length);
    }

    fn insert(&mut self, start: u32, length: u32) {
        self.by_start.insert(start, length);
        self.by_length.insert((length, start));
        self.free += length;
    }

    fn remove(&mut self, start: u32, length: u32) {
        self.by_start.remove(&start);
        self.by_length.remove(&(length, start));
        self.free -= length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_never_overlap_and_all_come_back() {
        let end = 1 << 16;
        let mut blocks = Blocks::new(5, end);
        let whole = blocks.free_bytes();
        let mut taken: Vec<(u32, u32)> = Vec::new();
        let mut random = 1u32;
        // Miri looks at each of the comparisons below.
        for _ in 0..if cfg!(miri) { 500 } else { 20_000 } {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let size = random >> 8 & 0x3ff;
            if random >> 31 == 0 {
                let alignment = [1, 16, 32, 64][random as usize >> 20 & 3];
                if let Some(start) = blocks.take(size, alignment) {
                    assert_eq!(start % alignment, 0);
                    let length = size.max(1).next_multiple_of(GRANULE);
                    assert!(start >= 16 && start + length <= end && start % GRANULE == 0);
                    assert!(taken.iter().all(|&(s, l)| start + length <= s
                        || s + l.max(1).next_multiple_of(GRANULE) <= start));
                    taken.push((start, size));
                }
            } else if !taken.is_empty() {
                let (start, size) = taken.swap_remove(random as usize % taken.len());
                blocks.give(start, size);
            }
        }
        for (start, size) in taken {
            blocks.give(start, size);
        }
        assert_eq!(
            (blocks.free_bytes(), blocks.by_start.len()),
            (whole, 1),
            "coalesced into one"
        );
    }

    #[test]
    fn more_than_there_is_is_refused() {
        let mut blocks = Blocks::new(0, 64);
        assert_eq!(blocks.take(65, 1), None);
        assert_eq!(blocks.take(u32::MAX, 1), None);
        assert_eq!(blocks.take(64, 1), Some(0));
        assert_eq!(blocks.take(0, 1), None);
    }

    #[test]
    fn what_lies_in_front_of_an_aligned_block_stays_free() {
        let mut blocks = Blocks::new(16, 128);
        assert_eq!(blocks.take(96, 64), None);
        assert_eq!(blocks.take(64, 64), Some(64));
        assert_eq!(blocks.take(48, 1), Some(16));
        assert_eq!(blocks.free_bytes(), 0);
    }
}
