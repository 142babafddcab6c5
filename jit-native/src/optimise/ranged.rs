//! The short way of uops about which only the ranges of their operands have something to say: comparisons, and additions that
//! leave on overflow. A trace's counters are made of these, so they are met all the time, and what the long way
//! ([`super::settle`]) does in several steps is done in one here. The results are the same: debug builds ask the long way too.
//!
//! Start with [`Pass::ranged`].

use super::forward::{Pass, Walk};
use super::int;
use super::kinds::Kind;
use super::marks::Marks;
use super::node::Node;
use super::range::{self, Range};
use super::report::{Fate, Rule};
use super::settle::Settled;
use crate::region::{Maybe, Uop, UopId, ValueId};
use stencils::uops::kind;

/// Marks of operands that say something about ranges, and nothing else to the uops here. (A round constant may be at an end of
/// all integers.)
pub(super) const BY_RANGE: Marks = Marks::ALL_RANGED.and(Marks::ROUND);

impl Pass<'_> {
    /// Walks a uop of two operands in order, of whose marks [`Kind::look`] asks for [`BY_RANGE`] alone; its kind is one
    /// [`Kind::by_range`].
    #[inline(never)]
    pub fn ranged(&mut self, id: UopId, uop: &Uop, info: &Kind, args: [ValueId; 2]) {
        let [a, b] = args.map(|arg| self.s.work.marks(arg));
        debug_assert!(
            !info
                .look
                .without(BY_RANGE)
                .has(a.of_two(b, args[0] == args[1])),
            "something else than a range has something to say"
        );
        let [left, right] = args.map(|arg| self.s.work.range(arg));
        if !info.compares {
            if let Some(sum) = range::cannot_overflow(uop.kind, left, right) {
                return self.unchecked_sum(id, uop, args, sum);
            }
        } else if let Some(holds) = range::decide(uop.kind, left, right) {
            let value = self.s.work.int(i64::from(holds));
            return self.replace(id, uop, Some(value), Rule::Range);
        } else if info.gives.has(Marks::EQUALITY) && left == Range::BOOL {
            // Whether a comparison held is compared.
            self.look_at(id, uop, Node::new(uop.kind, &args));
            return;
        }
        if !info.compares || !self.put_comparison(id, uop, info, args) {
            self.put_plain(id, uop, info, args, a.of_two(b, false));
        }
    }

    /// Puts a comparison that nobody has seen, nor its opposite, into the new region. False if somebody may have.
    #[inline(always)]
    fn put_comparison(&mut self, id: UopId, uop: &Uop, info: &Kind, args: [ValueId; 2]) -> bool {
        let work = &mut self.s.work;
        if self.walk == Walk::Peeled
            || work.compared.any(info.opposites)
            || work.find(uop.kind, &args, &self.s.dominators).is_some()
        {
            return false;
        }
        work.compared.add(uop.kind);
        let mut copy = *uop;
        if args != *self.region.args(uop.args) {
            copy.args = work.args(&args);
        }
        let new = work.emit_unseen(copy, args, info.gives, id);
        self.decide(id, Fate::Kept(new));
        true
    }

    /// Puts an addition that cannot overflow into the new region. A constant that is added to a sum with another is added to
    /// that one.
    fn unchecked_sum(&mut self, id: UopId, uop: &Uop, [a, b]: [ValueId; 2], range: Range) {
        let work = &mut self.s.work;
        let (mut args, mut known) = ([a, b], range);
        if let Some(constant) = work.as_int(b)
            && let Some((x, sum)) = int::joined(work, a, constant)
        {
            if sum == 0 || work.marks(x).has(Marks::DERIVED) {
                self.look_at(id, uop, Node::new(uop.kind, &[a, b]));
                return;
            }
            args = [x, work.int(sum)];
            let sums = range::binary(kind::ADD_I64, work.range(x), Range::only(sum));
            known = sums.intersect(range).unwrap_or(sums);
        }
        debug_assert!(
            self.settles_as(
                Node::new(uop.kind, &[a, b]),
                &Node::new(kind::ADD_I64, &args)
            ),
            "the short way of a sum and the long one differ"
        );
        let work = &mut self.s.work;
        let found = work.find(kind::ADD_I64, &args, &self.s.dominators);
        let (Walk::Once | Walk::Again, None, Some(result)) = (self.walk, found, uop.result.get())
        else {
            let node = Node::new(kind::ADD_I64, &args);
            return self.put(id, uop, &node, range, Some(Rule::NoOverflow));
        };
        let info = self.kinds.get(kind::ADD_I64);
        let constant = work.is_constant(args[1]);
        let copy = Uop {
            kind: kind::ADD_I64,
            args: work.args(&args),
            exit: Maybe::default(),
            ..*uop
        };
        let new = work.emit_unseen(copy, args, info.derives.when(constant), id);
        work.set_range(result, known);
        self.decide(id, Fate::Changed(new, Rule::NoOverflow));
    }

    /// Whether this is what the long way leaves of an addition that cannot overflow.
    fn settles_as(&mut self, mut sum: Node, wanted: &Node) -> bool {
        let settled = self.settle(&mut sum, None);
        matches!(settled, Settled::Uop(Some(Rule::NoOverflow), _))
            && (sum.kind, sum.args()) == (wanted.kind, wanted.args())
    }
}
