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

    /// Takes a block of at least that many bytes: the start of the smallest free one that is large enough.
    pub(super) fn take(&mut self, bytes: u32) -> Option<u32> {
        let bytes = bytes.max(1).checked_next_multiple_of(GRANULE)?;
        let (length, start) = *self.by_length.range((bytes, 0)..).next()?;
        self.remove(start, length);
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
        for _ in 0..20_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let size = random >> 8 & 0x3ff;
            if random >> 31 == 0 {
                if let Some(start) = blocks.take(size) {
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
        assert_eq!(blocks.take(65), None);
        assert_eq!(blocks.take(u32::MAX), None);
        assert_eq!(blocks.take(64), Some(0));
        assert_eq!(blocks.take(0), None);
    }
}
