//! Finding the uop that computed the same before: an open-addressed table from kinds and operands to uops of the new
//! region. An entry counts only where its block dominates; otherwise it gives way to the newcomer, so no entry is ever
//! removed and nothing needs scopes.
//!
//! Kind and operands are mixed into one word, which is the key: other uops mostly have others, and where the keys are
//! the same the uops themselves are compared. Start with [`Seen::find`].

use crate::region::{BlockId, Dominators, RegionData, UopId, ValueId};
use stencils::table::UopKind;

/// Bits that an operand has to itself in a key.
const OPERAND_BITS: u32 = 24;

/// The golden ratio's digits.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The table.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The length is zero or a power of two.
    slots: Vec<Entry>,
    /// 64 less the bits of a place.
    shift: u32,
    /// The stamp of the first uop of the region: an entry with a lower one is empty.
    base: u32,
    /// One more than the highest stamp.
    end: u32,
    len: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    key: u64,
    /// The uop's number and [`Seen::base`].
    stamp: u32,
    /// The block in which it stands.
    home: BlockId,
}

/// Where an entry is or would be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    place: usize,
    key: u64,
}

impl Seen {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.len = 0;
        self.base = self.end.max(1);
        // Far more than the uops of one region are left above.
        if self.base > u32::MAX / 2 {
            self.slots.clear();
            self.base = 1;
        }
        self.end = self.base;
    }

    /// The uop of this kind on these operands, if there is one that dominates the block; and the slot for one.
    #[inline(always)]
    pub fn find(
        &mut self,
        kind: UopKind,
        args: &[ValueId],
        region: &RegionData,
        (block, dominators): (BlockId, &Dominators),
    ) -> (Option<UopId>, Slot) {
        if self.len * 2 >= self.slots.len() {
            self.grow();
        }
        let key = key(kind, args);
        let mask = self.slots.len() - 1;
        let mut place = self.place(key);
        loop {
            let entry = self.slots[place];
            let slot = Slot { place, key };
            if entry.stamp < self.base {
                return (None, slot);
            }
            let uop = UopId(entry.stamp - self.base);
            if entry.key == key && is(region, uop, kind, args) {
                let dominates = entry.home == block || dominators.dominates(entry.home, block);
                return (dominates.then_some(uop), slot);
            }
            place = (place + 1) & mask;
        }
    }

    /// Enters a uop at the slot that was found for it; nothing was entered since.
    #[inline]
    pub fn enter(&mut self, slot: Slot, uop: UopId, home: BlockId) {
        let entry = &mut self.slots[slot.place];
        self.len += usize::from(entry.stamp < self.base);
        let (key, stamp) = (slot.key, self.base + uop.0);
        *entry = Entry { key, stamp, home };
        self.end = stamp + 1;
    }

    /// Where to begin looking for a key: the highest bits of the product depend on all of it.
    #[inline]
    fn place(&self, key: u64) -> usize {
        (key.wrapping_mul(FACTOR) >> self.shift) as usize
    }

    #[cold]
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        let size = (old.len() * 2).max(256);
        self.slots.resize(size, Entry::default());
        self.shift = u64::BITS - size.ilog2();
        for entry in old.into_iter().filter(|entry| entry.stamp >= self.base) {
            let mut place = self.place(entry.key);
            while self.slots[place].stamp >= self.base {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = entry;
        }
    }
}

/// Whether a uop of the region is this one.
#[inline(never)]
fn is(region: &RegionData, uop: UopId, kind: UopKind, args: &[ValueId]) -> bool {
    region.uops[uop.index()].kind == kind && region.uop_args(uop) == args
}

/// What a uop computes, in a word.
#[inline]
fn key(kind: UopKind, args: &[ValueId]) -> u64 {
    let mix = |key: u64, arg: &ValueId| key.rotate_left(OPERAND_BITS) ^ u64::from(arg.0);
    args.iter().fold(u64::from(kind.0), mix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::text::parse;
    use crate::region::{Maybe, Span, Uop};
    use stencils::table::UopTable;
    use stencils::uops::kind;

    /// A table with what it needs besides: a fork of two blocks behind an entry, and uops with any operands.
    struct Test {
        seen: Seen,
        region: RegionData,
        dominators: Dominators,
    }

    impl Test {
        fn new() -> Test {
            let text = "region {\nb0:\n v1 = load_frame_i64 8\n branch guard_true v1 then b1 else b2\n\
                        b1:\n leave x0\nb2:\n leave x0\nx0:\n}";
            let fork = parse(text, UopTable::stock()).expect("it is good");
            let mut dominators = Dominators::default();
            dominators.compute(&fork.blocks).expect("it is good");
            let mut seen = Seen::default();
            seen.clear();
            let region = RegionData::default();
            Test {
                seen,
                region,
                dominators,
            }
        }

        /// Finds a uop, or enters it; gives whether it was found.
        fn meet(&mut self, kind: UopKind, args: &[u32], block: u32) -> bool {
            let args: Vec<ValueId> = args.iter().map(|&n| ValueId(n)).collect();
            let here = (BlockId(block), &self.dominators);
            let (found, slot) = self.seen.find(kind, &args, &self.region, here);
            if let Some(found) = found {
                assert_eq!(self.region.uops[found.index()].kind, kind);
                assert_eq!(self.region.uop_args(found), args);
                return true;
            }
            let uop = UopId(self.region.uops.len() as u32);
            let (start, len) = (self.region.args.len() as u32, args.len() as u32);
            self.region.args.extend(args);
            self.region.uops.push(Uop {
                kind,
                args: Span { start, len },
                result: Maybe::default(),
                exit: Maybe::default(),
                origin: 0,
            });
            self.seen.enter(slot, uop, BlockId(block));
            false
        }
    }

    #[test]
    fn what_was_entered_is_found_and_nothing_else() {
        let mut test = Test::new();
        // Operands whose bits meet in a key among them, and uops of one operand to three.
        let large = (1 << OPERAND_BITS) - 1..(1 << OPERAND_BITS) + 2;
        let operands: Vec<u32> = (0..40).chain(large).collect();
        for known in [false, true] {
            for &a in &operands {
                assert_eq!(test.meet(kind::NEG_I64, &[a], 0), known);
                for &b in &operands {
                    assert_eq!(test.meet(kind::ADD_I64, &[a, b], 0), known);
                    assert_eq!(test.meet(kind::SUB_I64, &[a, b], 0), known);
                    assert_eq!(test.meet(kind::SELECT_I64, &[a, b, 7], 0), known);
                }
            }
        }
        test.seen.clear();
        test.region.clear();
        assert!(!test.meet(kind::NEG_I64, &[0], 0), "nothing is left");
    }

    #[test]
    fn an_entry_counts_where_its_block_dominates() {
        let mut test = Test::new();
        assert!(!test.meet(kind::NEG_I64, &[1], 0));
        assert!(!test.meet(kind::NEG_I64, &[2], 1));
        assert!(test.meet(kind::NEG_I64, &[1], 2));
        assert!(!test.meet(kind::NEG_I64, &[2], 2));
        assert!(test.meet(kind::NEG_I64, &[2], 2), "it gave way");
    }
}
