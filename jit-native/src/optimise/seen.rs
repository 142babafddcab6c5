//! Finding the uop that computed the same before. Each value has a chain of the uops whose newest operand it is, the last one
//! first. Most operands are as good as new where they are used, so most chains are empty or short, and a look at one costs
//! less than a hash would. (LuaJIT chains instructions of the same kind.)
//!
//! An entry counts only where its block dominates; otherwise a newcomer stands before it, so no entry is ever removed and
//! nothing needs scopes. Start with [`Seen::find`].

use crate::region::{BlockId, Dominators, RegionData, UopId, ValueId};
use stencils::table::UopKind;

/// The most entries of a chain that are looked at. A longer chain takes a value that is combined with as many that are older
/// than itself; what is missed then is computed twice.
const MAX_LOOKS: usize = 64;

/// All chains.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// For each value the number of the first entry of its chain, or 0. Values beyond the end have none.
    heads: Vec<u32>,
    /// The entries, numbered from 1.
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    uop: UopId,
    /// The block in which it stands.
    home: BlockId,
    /// The number of the next one, or 0.
    next: u32,
}

impl Seen {
    /// Forgets everything, keeps the memory. Expects about so many values.
    pub fn clear(&mut self, values: usize) {
        self.heads.clear();
        self.heads.resize(values, 0);
        self.entries.clear();
    }

    /// The uop of this kind on these operands, if there is one that dominates the block.
    #[inline(always)]
    pub fn find(
        &self,
        kind: UopKind,
        args: &[ValueId],
        region: &RegionData,
        here: (BlockId, &Dominators),
    ) -> Option<UopId> {
        match self.heads.get(newest(args)) {
            None | Some(0) => None,
            Some(&first) => self.follow(first, kind, args, region, here),
        }
    }

    /// [`Seen::find`] in a chain that is not empty.
    #[inline(never)]
    fn follow(
        &self,
        first: u32,
        kind: UopKind,
        args: &[ValueId],
        region: &RegionData,
        (block, dominators): (BlockId, &Dominators),
    ) -> Option<UopId> {
        let mut next = first;
        for _ in 0..MAX_LOOKS {
            let entry = self.entries.get((next as usize).wrapping_sub(1))?;
            if region.uops[entry.uop.index()].kind == kind && region.uop_args(entry.uop) == args {
                let dominates = entry.home == block || dominators.dominates(entry.home, block);
                return dominates.then_some(entry.uop);
            }
            next = entry.next;
        }
        None
    }

    /// Enters a uop on these operands, which was not found.
    #[inline(always)]
    pub fn enter(&mut self, args: &[ValueId], uop: UopId, home: BlockId) {
        let newest = newest(args);
        if newest >= self.heads.len() {
            self.reach(newest);
        }
        let next = self.heads[newest];
        self.entries.push(Entry { uop, home, next });
        self.heads[newest] = self.entries.len() as u32;
    }

    /// Makes room for the chain of a value.
    #[cold]
    fn reach(&mut self, value: usize) {
        self.heads.resize((value + 1).next_power_of_two(), 0);
    }
}

/// Which chain a uop is in; those without operands share one with others.
#[inline]
fn newest(args: &[ValueId]) -> usize {
    args.iter().map(|arg| arg.index()).max().unwrap_or(0)
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
            seen.clear(0);
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
            let found = self.seen.find(kind, &args, &self.region, here);
            if let Some(found) = found {
                assert_eq!(self.region.uops[found.index()].kind, kind);
                assert_eq!(self.region.uop_args(found), args);
                return true;
            }
            let uop = UopId(self.region.uops.len() as u32);
            let (start, len) = (self.region.args.len() as u32, args.len() as u32);
            self.region.args.extend_from_slice(&args);
            self.region.uops.push(Uop {
                kind,
                args: Span { start, len },
                result: Maybe::default(),
                exit: Maybe::default(),
                origin: 0,
            });
            self.seen.enter(&args, uop, BlockId(block));
            false
        }
    }

    #[test]
    fn what_was_entered_is_found_and_nothing_else() {
        let mut test = Test::new();
        // Uops of one operand to three, in chains of up to 3 * 20 + 1.
        for known in [false, true] {
            for a in 0..10 {
                assert_eq!(test.meet(kind::NEG_I64, &[a], 0), known);
                for b in 0..10 {
                    assert_eq!(test.meet(kind::ADD_I64, &[a, b], 0), known);
                    assert_eq!(test.meet(kind::SUB_I64, &[a, b], 0), known);
                    assert_eq!(test.meet(kind::SELECT_I64, &[a, b, 3], 0), known);
                }
            }
        }
        test.seen.clear(0);
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

    #[test]
    fn a_long_chain_is_followed_as_far_as_allowed() {
        let mut test = Test::new();
        let newest = 1000;
        for n in 0..=MAX_LOOKS as u32 {
            assert!(!test.meet(kind::ADD_I64, &[n, newest], 0));
        }
        assert!(test.meet(kind::ADD_I64, &[1, newest], 0));
        assert!(!test.meet(kind::ADD_I64, &[0, newest], 0));
    }
}
