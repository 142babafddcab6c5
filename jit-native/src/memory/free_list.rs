//! Which bytes of an arena are free: best fit, with neighbours joined, both in logarithmic time.
//!
//! Knows nothing of memory: offsets and lengths are all there is. Start with [`FreeList::take`].

use std::collections::{BTreeMap, BTreeSet};

/// The free ranges.
#[derive(Debug)]
pub(super) struct FreeList {
    /// By offset: length.
    ranges: BTreeMap<usize, usize>,
    /// Lengths and offsets of the same.
    by_length: BTreeSet<(usize, usize)>,
    /// Everything is given out in multiples of this.
    granularity: usize,
    used: usize,
    /// Bytes from here on have never been given out.
    fresh: usize,
}

/// A range that was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) offset: usize,
    /// Whether any of its bytes has been given out before.
    pub(super) used_before: bool,
}

impl FreeList {
    /// A list of `len` free bytes.
    pub(super) fn new(len: usize, granularity: usize) -> FreeList {
        let len = len / granularity * granularity;
        let mut list = FreeList {
            ranges: BTreeMap::new(),
            by_length: BTreeSet::new(),
            granularity,
            used: 0,
            fresh: 0,
        };
        if len > 0 {
            list.insert(0, len);
        }
        list
    }

    /// Bytes given out.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    fn rounded(&self, len: usize) -> usize {
        len.max(1).next_multiple_of(self.granularity)
    }

    fn insert(&mut self, offset: usize, len: usize) {
        self.ranges.insert(offset, len);
        self.by_length.insert((len, offset));
    }

    fn remove(&mut self, offset: usize, len: usize) {
        self.ranges.remove(&offset);
        self.by_length.remove(&(len, offset));
    }

    /// Takes a range of at least `len` bytes.
    pub(super) fn take(&mut self, len: usize) -> Option<Taken> {
        let len = self.rounded(len);
        let (found, offset) = *self.by_length.range((len, 0)..).next()?;
        self.remove(offset, found);
        if found > len {
            self.insert(offset + len, found - len);
        }
        self.used += len;
        let used_before = offset < self.fresh;
        self.fresh = self.fresh.max(offset + len);
        Some(Taken { offset, used_before })
    }

    /// Gives back a range that was taken with this length.
    pub(super) fn give(&mut self, offset: usize, len: usize) {
        let mut len = self.rounded(len);
        self.used -= len;
        let mut start = offset;
        if let Some((before, before_len)) = self.ranges.range(..offset).next_back().map(|(o, l)| (*o, *l))
            && before + before_len == offset
        {
            self.remove(before, before_len);
            start = before;
            len += before_len;
        }
        if let Some(after_len) = self.ranges.get(&(start + len)).copied() {
            self.remove(start + len, after_len);
            len += after_len;
        }
        self.insert(start, len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_joined() {
        let mut list = FreeList::new(100, 16);
        let taken: Vec<usize> = (0..6).map(|_| list.take(10).unwrap().offset).collect();
        assert_eq!(taken, [0, 16, 32, 48, 64, 80]);
        assert_eq!((list.take(1), list.used()), (None, 96));
        for offset in [16, 64, 32, 48] {
            list.give(offset, 10);
        }
        assert_eq!(list.take(64), Some(Taken { offset: 16, used_before: true }));
        list.give(16, 64);
        list.give(0, 10);
        list.give(80, 10);
        assert_eq!(list.used(), 0);
        assert_eq!(list.take(96).unwrap().offset, 0);
    }

    #[test]
    fn the_tightest_range_is_taken_and_fresh_bytes_are_known() {
        let mut list = FreeList::new(1 << 10, 16);
        let first = list.take(64).unwrap();
        let second = list.take(32).unwrap();
        let third = list.take(16).unwrap();
        assert!(!first.used_before && !second.used_before && !third.used_before);
        list.give(first.offset, 64);
        list.give(second.offset + 32, 16);
        assert_eq!(list.take(16).unwrap().offset, 0);
        assert_eq!(list.take(0).unwrap(), Taken { offset: 16, used_before: true });
    }

    #[test]
    fn nothing_overlaps_whatever_happens() {
        let mut list = FreeList::new(4096, 16);
        let mut live: Vec<(usize, usize)> = Vec::new();
        let mut seed = 12345u32;
        for _ in 0..10_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let n = (seed >> 16) as usize;
            if n % 3 == 0 && !live.is_empty() {
                let (offset, len) = live.swap_remove(n % live.len());
                list.give(offset, len);
            } else if let Some(taken) = list.take(n % 200) {
                let end = taken.offset + n % 200;
                assert!(live.iter().all(|(o, l)| end <= *o || o + l.max(&1) <= taken.offset));
                live.push((taken.offset, n % 200));
            }
        }
        for (offset, len) in live {
            list.give(offset, len);
        }
        assert_eq!((list.used(), list.take(4096).map(|t| t.offset)), (0, Some(0)));
    }
}
