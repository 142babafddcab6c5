//! What the forward pass does with one uop: simplify it, look whether it was done before, put it into the new region,
//! and learn from it.
//!
//! Most uops go a short way ([`mod@super::glance`]) and do not come here. Of those that do most have nothing said about them
//! either, as their kind and what is known of their operands tells ([`super::kinds::Kind::look`]). Start with [`Pass::uop`].

use super::forward::{Pass, Walk};
use super::guard;
use super::kinds::{Kind, negated};
use super::marks::Marks;
use super::node::{MAX_ARGS, Node};
use super::range::Range;
use super::ranged::BY_RANGE;
use super::report::{Fate, Rule};
use super::settle::Settled;
use super::simplify::{Simple, normalise, result_range, simplify};
use crate::region::{Span, Terminator, Uop, UopId, ValueId};
use stencils::table::UopKind;

/// Two operands with these marks in the order that [`normalise`] gives them. (A constant that stands first goes the long way.)
#[inline(always)]
fn in_order(info: &Kind, [a, b]: [ValueId; 2], marks: Marks) -> [ValueId; 2] {
    let swap = info.commutes && a > b && !marks.has(Marks::CONSTANT);
    if swap { [b, a] } else { [a, b] }
}

impl Pass<'_> {
    /// Walks an old uop. False when it always leaves the region: the new block has got its end.
    #[inline(never)]
    pub fn uop(&mut self, id: UopId, uop: &Uop) -> bool {
        let info = self.kinds.get(uop.kind);
        let node = match *self.region.args(uop.args) {
            [a] => {
                let (a, marks) = self.operand(a);
                let marks = marks.of_one();
                if !info.look.has(marks) {
                    self.put_plain(id, uop, info, [a], marks);
                    return true;
                }
                Node::new(uop.kind, &[a])
            }
            [a, b] => {
                let ((a, left), (b, right)) = (self.operand(a), self.operand(b));
                let marks = left.of_two(right, a == b);
                let args = in_order(info, [a, b], marks);
                if !info.look.has(marks) {
                    self.put_plain(id, uop, info, args, marks);
                    return true;
                }
                if info.by_range && !info.look.without(BY_RANGE).has(marks) {
                    self.ranged(id, uop, info, args);
                    return true;
                }
                Node::new(uop.kind, &[a, b])
            }
            ref args if args.len() > MAX_ARGS => {
                self.take_as_it_is(id, uop);
                return true;
            }
            _ => self.node(uop.kind, uop.args),
        };
        self.look_at(id, uop, node)
    }

    /// [`Pass::uop`] for one about which there may be something to say.
    pub fn look_at(&mut self, id: UopId, uop: &Uop, mut node: Node) -> bool {
        let simple = self.look(&mut node);
        if matches!(simple, Simple::Keep) {
            self.put(id, uop, &node, Range::FULL, None);
            return true;
        }
        match self.follow(&mut node, simple, Some((id, uop.origin))) {
            Settled::Uop(rule, range) => self.put(id, uop, &node, range, rule),
            Settled::Value(value, rule) => self.replace(id, uop, Some(value), rule),
            Settled::Gone(rule) => self.replace(id, uop, None, rule),
            Settled::Exits => {
                if let Some(exit) = uop.exit.get() {
                    let exit = self.exit(exit);
                    self.close(Terminator::Leave(exit));
                }
                self.decide(id, Fate::Removed(Rule::AlwaysExits));
                return false;
            }
        }
        true
    }

    /// A branch's guard: as it is to be, or whether it holds for certain.
    pub fn branch_condition(
        &mut self,
        guard: UopKind,
        args: Span,
    ) -> Result<(UopKind, Span), bool> {
        if args.len as usize > MAX_ARGS {
            return Ok((guard, self.wide_args(args)));
        }
        let mut node = self.node(guard, args);
        match self.settle(&mut node, None) {
            Settled::Uop(..) => Ok((node.kind, self.s.work.args(node.args()))),
            Settled::Value(..) | Settled::Gone(_) => Err(true),
            Settled::Exits => Err(false),
        }
    }

    #[inline]
    fn node(&mut self, kind: UopKind, args: Span) -> Node {
        let mut node = Node::empty(kind);
        let region = self.region;
        for &arg in region.args(args) {
            let value = self.map(arg);
            node.push(value);
        }
        node
    }

    /// Puts a pure uop on which no rule says anything into the new region, unless the same was done before.
    #[inline(always)]
    pub fn put_plain<const N: usize>(
        &mut self,
        id: UopId,
        uop: &Uop,
        info: &Kind,
        args: [ValueId; N],
        marks: Marks,
    ) {
        debug_assert!(
            matches!(
                simplify(&mut self.s.work, info, &Node::new(uop.kind, &args)),
                Simple::Keep
            ),
            "a rule has something to say that `Kind::look` does not know of"
        );
        if let Some((new, _)) = self.put_pure(id, uop, info, (uop.kind, &args), marks) {
            self.decide(id, Fate::Kept(new));
        }
    }

    /// Puts a uop into the new region, as a rule has changed it or as it was, unless the same was done before.
    pub fn put(&mut self, id: UopId, uop: &Uop, node: &Node, range: Range, rule: Option<Rule>) {
        let info = self.kinds.get(node.kind);
        let marks = |value| self.s.work.marks(value);
        let put = match *node.args() {
            [a] if info.pure => {
                let marks = marks(a).of_one();
                self.put_pure(id, uop, info, (node.kind, &[a]), marks)
            }
            [a, b] if info.pure => {
                let marks = marks(a).of_two(marks(b), a == b);
                self.put_pure(id, uop, info, (node.kind, &[a, b]), marks)
            }
            ref args if info.pure => self.put_pure(id, uop, info, (node.kind, args), Marks::ALL),
            ref args => Some(self.emit(id, uop, info, (node.kind, args), Marks::ALL)),
        };
        let Some((new, value)) = put else { return };
        if range != Range::FULL
            && let Some(value) = value
            && let Some(both) = self.s.work.range(value).intersect(range)
        {
            self.s.work.set_range(value, both);
        }
        let fate = rule.map_or(Fate::Kept(new), |rule| Fate::Changed(new, rule));
        self.decide(id, fate);
        if !info.pure {
            self.update_memory(info, node, value);
        }
    }

    /// Puts a pure uop whose operands have these marks into the new region; nothing when the same was done before.
    #[inline(always)]
    fn put_pure(
        &mut self,
        id: UopId,
        uop: &Uop,
        info: &Kind,
        (kind, args): (UopKind, &[ValueId]),
        marks: Marks,
    ) -> Option<(UopId, Option<ValueId>)> {
        let work = &mut self.s.work;
        if let Some(found) = work.find(kind, args, &self.s.dominators) {
            self.replace_by(id, uop, found);
            return None;
        }
        if info.compares {
            let work = &mut self.s.work;
            let opposite = work.compared.any(info.opposites);
            work.compared.add(kind);
            if opposite && let Some(value) = self.opposite(kind, args) {
                self.replace(id, uop, Some(value), Rule::Range);
                return None;
            }
        }
        let put = self.emit(id, uop, info, (kind, args), marks);
        self.s.work.enter_seen(args, put.0);
        Some(put)
    }

    /// Puts a uop whose operands have these marks into the new region, and learns what it tells of values.
    #[inline(always)]
    pub fn emit(
        &mut self,
        id: UopId,
        uop: &Uop,
        info: &Kind,
        (kind, args): (UopKind, &[ValueId]),
        marks: Marks,
    ) -> (UopId, Option<ValueId>) {
        let mut copy = Uop { kind, ..*uop };
        if *args != *self.region.args(uop.args) {
            copy.args = self.s.work.args(args);
        }
        if let Some(exit) = uop.exit.get() {
            copy.exit = info.may_exit.then(|| self.exit(exit)).into();
        }
        let new = self.s.work.emit(copy, id);
        let Some(old) = uop.result.get() else {
            if info.may_exit {
                guard::assume(&mut self.s.work, kind, args, true);
            }
            return (new, None);
        };
        let derived = info.derives.when(marks.has(Marks::CONSTANT));
        let value = self.define(old, new, info.gives.and(derived));
        let work = &mut self.s.work;
        if info.ranged.has(marks) {
            let range = result_range(work, info, kind, args);
            work.set_range(value, range);
        } else {
            debug_assert!(result_range(work, info, kind, args) == work.range(value));
        }
        (new, Some(value))
    }

    /// A uop does what one in the new region has done before.
    #[inline(never)]
    fn replace_by(&mut self, id: UopId, uop: &Uop, found: UopId) {
        let work = &self.s.work;
        let value = work.region.uops[found.index()].result.get();
        let value = value.map(|value| work.resolve(value));
        let rule = if value.is_some() {
            Rule::Common
        } else {
            Rule::Guard
        };
        self.replace(id, uop, value, rule);
    }

    /// The result of a comparison whose opposite is known to hold or not.
    #[inline(never)]
    fn opposite(&mut self, compare: UopKind, args: &[ValueId]) -> Option<ValueId> {
        let work = &mut self.s.work;
        let mut opposite = Node::new(negated(compare)?, args);
        normalise(work, self.kinds.get(opposite.kind), &mut opposite);
        let found = work.find(opposite.kind, opposite.args(), &self.s.dominators);
        let known = work
            .range(work.region.uops[found?.index()].result.get()?)
            .single()?;
        Some(work.int(1 - known))
    }

    /// A uop is gone; what used its result uses this value.
    pub fn replace(&mut self, id: UopId, uop: &Uop, value: Option<ValueId>, rule: Rule) {
        if let (Some(old), Some(value)) = (uop.result.get(), value) {
            self.s.work.replace(old, value);
        }
        self.decide(id, Fate::Removed(rule));
    }

    /// Notes what became of an old uop. In a loop's second walk, what is gone now and was there in the first has left
    /// the loop.
    #[inline]
    pub fn decide(&mut self, id: UopId, fate: Fate) {
        if !self.account {
            return;
        }
        let known = &mut self.s.fates[id.index()];
        *known = match (fate, *known) {
            (Fate::Removed(_), Fate::Kept(first) | Fate::Changed(first, _))
                if self.walk == Walk::Again =>
            {
                Fate::Hoisted(first)
            }
            _ => fate,
        };
    }

    /// A uop with so many operands that it is not looked into.
    fn take_as_it_is(&mut self, id: UopId, uop: &Uop) {
        let info = self.kinds.get(uop.kind);
        let new = self.s.work.emit(*uop, id);
        let args = self.wide_args(uop.args);
        let exit = uop.exit.get().map(|exit| self.exit(exit));
        let copy = &mut self.s.work.region.uops[new.index()];
        (copy.args, copy.exit) = (args, exit.into());
        if let Some(old) = uop.result.get() {
            self.define(old, new, Marks::NONE);
        }
        if info.writes_memory {
            self.s.memory.forget_memory();
        }
        if info.writes_frame {
            self.s.memory.forget_frame();
        }
        self.decide(id, Fate::Kept(new));
    }

    fn wide_args(&mut self, args: Span) -> Span {
        let start = self.s.work.region.args.len() as u32;
        for n in args.range() {
            let value = self.map(self.region.args[n]);
            self.s.work.region.args.push(value);
        }
        Span {
            start,
            len: args.len,
        }
    }
}
