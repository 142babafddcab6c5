//! The walk over a block's uops, and the short way of those about which a glance at the kind and the operands tells all: no rule
//! has anything to say ([`Kind::asks`]), or only ranges have ([`mod@super::ranged`]). Most are such. Loads and stores of frame
//! words have a short way of their own ([`mod@super::access`]), and everything else goes the long one ([`Pass::uop`]).
//!
//! A loop of few variables, which so stay in registers: what is not short is called. Start with [`Pass::walk_uops`].

use super::forward::{Pass, Walk};
use super::guard;
use super::kinds::{Kind, Way};
use super::marks::Marks;
use super::node::Node;
use super::range::Range;
use super::report::Fate;
use super::simplify::{Simple, result_range, simplify};
use crate::region::{Span, Uop, UopId, ValueId};

impl Pass<'_> {
    /// Walks old uops. False when one of them always leaves the region: the new block has got its end.
    #[inline(never)]
    pub fn walk_uops(&mut self, uops: Span) -> bool {
        let (region, kinds) = (self.region, self.kinds);
        let args = region.args.as_slice();
        for (n, uop) in (uops.start..).zip(&region.uops[uops.range()]) {
            let (id, info) = (UopId(n), kinds.get(uop.kind));
            let done = match (info.way, &args[uop.args.range()]) {
                (Way::Glance, &[a, b]) => self.glance(id, uop, info, [a, b]),
                (Way::Glance, &[a]) => self.glance(id, uop, info, [a]),
                (Way::Frame, &[slot]) => self.load_frame(id, uop, info, slot),
                (Way::Frame, &[slot, value]) => self.store_frame(id, uop, [slot, value]),
                _ => false,
            };
            if !done && !self.uop(id, uop) {
                return false;
            }
        }
        true
    }

    /// Walks a uop of one operand or two of which a glance tells that there is nothing to say about it, or only by ranges. False,
    /// and nothing has been done, if it does not.
    #[inline(always)]
    fn glance<const N: usize>(
        &mut self,
        id: UopId,
        uop: &Uop,
        info: &Kind,
        mut args: [ValueId; N],
    ) -> bool {
        if self.walk == Walk::Peeled {
            return false;
        }
        let work = &self.s.work;
        let (first, last) = (args[0], args[N - 1]);
        let glances = [work.glance(first), work.glance(last)];
        let [a, b] = glances.map(|glance| glance.marks);
        let asked =
            |asks: [Marks; 2]| a.has(asks[0]) || N == 2 && (b.has(asks[1]) || first == last);
        let swap = N == 2 && info.commutes && first > last && !b.has(Marks::CONSTANT);
        if swap {
            args.swap(0, N - 1);
        }
        if !info.quick || asked(info.asks) {
            if N == 2 && info.by_range && !asked(info.asks_besides) {
                self.ranged(id, uop, info, [args[0], args[N - 1]]);
                return true;
            }
            return false;
        }
        let (newest, chain) = if first > last {
            (first, glances[0].chain)
        } else {
            (last, glances[1].chain)
        };
        let here = (work.home, &self.s.dominators);
        let found = (work.seen).find(chain, uop.kind, &args, &work.region, here);
        if found.is_some() {
            return false;
        }
        debug_assert!(
            matches!(
                simplify(&mut self.s.work, info, &Node::new(uop.kind, &args)),
                Simple::Keep
            ) && result_range(&self.s.work, info, uop.kind, &args) == Range::FULL,
            "a rule has something to say that `Kind::asks` does not know of"
        );
        let (mut exit, mut changes) = (uop.exit, swap);
        if let Some(old) = uop.exit.get() {
            let new = self.exit(old);
            exit = new.into();
            changes |= new != old;
        }
        let work = &mut self.s.work;
        let new = if changes {
            let args = if swap { work.args(&args) } else { uop.args };
            work.emit_same(Uop { args, exit, ..*uop }, id)
        } else {
            work.keep(uop, id)
        };
        work.enter_chain(newest, chain, new);
        let derived = info.derives.when(a.and(b).has(Marks::CONSTANT));
        if !work.mark(uop.result, info.gives.and(derived)) {
            guard::assume(work, uop.kind, &args, true);
        }
        self.decide(id, Fate::Kept(new));
        true
    }
}
