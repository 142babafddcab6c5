//! Finding the uop that computed the same before. Each value has a chain of the uops whose newest operand it is, the last one
//! first. Most operands are as good as new where they are used, so most chains are empty or short, and a look at one costs
//! less than a hash would. (LuaJIT chains instructions of the same kind.)
//!
//! A uop counts only where its block dominates; otherwise a newcomer stands before it, so none is ever removed and nothing
//! needs scopes. Start with [`Seen::find`]; where chains begin, [`super::work`] knows.

use crate::region::{BlockId, Dominators, RegionData, UopId, ValueId};
use stencils::table::UopKind;

/// The most uops of a chain that are looked at. A longer chain takes a value that is combined with as many that are older
/// than itself; what is missed then is computed twice.
const MAX_LOOKS: usize = 64;

/// A value's chain: the number of the first uop in it, counted from 1, or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain(u32);

impl Chain {
    /// One without uops.
    pub const EMPTY: Chain = Chain(0);

    /// The first uop.
    #[inline(always)]
    fn first(self) -> Option<UopId> {
        self.0.checked_sub(1).map(UopId)
    }
}

/// The links of all chains. Where chains begin stands with what else is known of values.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By uop. Those of uops in no chain mean nothing, so nothing is ever cleared.
    links: Vec<Link>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    /// The block in which the uop stands.
    home: BlockId,
    /// The rest of the chain.
    next: Chain,
}

impl Link {
    const NONE: Link = Link {
        home: BlockId(0),
        next: Chain::EMPTY,
    };
}

impl Seen {
    /// Makes room for so many uops at once.
    pub fn reserve(&mut self, uops: usize) {
        if self.links.len() < uops {
            self.links.resize(uops, Link::NONE);
        }
    }

    /// The uop of this kind on these operands, if there is one in the [newest] operand's chain that dominates the
    /// block.
    #[inline(always)]
    pub fn find(
        &self,
        chain: Chain,
        kind: UopKind,
        args: &[ValueId],
        region: &RegionData,
        here: (BlockId, &Dominators),
    ) -> Option<UopId> {
        // Most that are not empty have one uop, of another kind.
        let first = chain.first()?;
        if self.links.get(first.index())?.next == Chain::EMPTY
            && region.uops[first.index()].kind != kind
        {
            return None;
        }
        self.follow(chain, kind, args, region, here)
    }

    /// [`Seen::find`] in a chain that is not empty.
    #[inline(never)]
    fn follow(
        &self,
        mut chain: Chain,
        kind: UopKind,
        args: &[ValueId],
        region: &RegionData,
        (block, dominators): (BlockId, &Dominators),
    ) -> Option<UopId> {
        for _ in 0..MAX_LOOKS {
            let uop = chain.first()?;
            let link = self.links.get(uop.index())?;
            if region.uops[uop.index()].kind == kind && region.uop_args(uop) == args {
                let dominates = link.home == block || dominators.dominates(link.home, block);
                return dominates.then_some(uop);
            }
            chain = link.next;
        }
        None
    }

    /// Enters a uop, which was not found, into the chain of its newest operand.
    #[inline(always)]
    pub fn enter(&mut self, chain: &mut Chain, uop: UopId, home: BlockId) {
        let next = *chain;
        let link = Link { home, next };
        match self.links.get_mut(uop.index()) {
            Some(place) => *place = link,
            None => self.grow(uop, link),
        }
        *chain = Chain(uop.0 + 1);
    }

    /// Makes room for a uop behind those for which there is room, with this link.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, uop: UopId, link: Link) {
        self.reserve((uop.index() + 1).next_power_of_two());
        self.links[uop.index()] = link;
    }
}

/// The number of the operand in whose chain a uop is; uops without operands share one with others.
#[inline]
pub(super) fn newest(args: &[ValueId]) -> usize {
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
        chains: Vec<Chain>,
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
            let seen = Seen::default();
            let chains = vec![Chain::EMPTY; 1001];
            let region = RegionData::default();
            Test {
                seen,
                chains,
                region,
                dominators,
            }
        }

        /// Finds a uop, or enters it; gives whether it was found.
        fn meet(&mut self, kind: UopKind, args: &[u32], block: u32) -> bool {
            let args: Vec<ValueId> = args.iter().map(|&n| ValueId(n)).collect();
            let here = (BlockId(block), &self.dominators);
            let chain = &mut self.chains[newest(&args)];
            let found = self.seen.find(*chain, kind, &args, &self.region, here);
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
            self.seen.enter(chain, uop, BlockId(block));
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
        test.chains.fill(Chain::EMPTY);
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
