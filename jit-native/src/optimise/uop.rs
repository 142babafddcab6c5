//! What the forward pass does with one uop: simplify it, look whether it was done before, put it into the new region,
//! and learn from it. Start with [`Pass::uop`].

use super::forward::{Pass, Walk};
use super::guard;
use super::kinds::{Kind, Target, negated};
use super::memory::{Access, Place, access, place};
use super::range::Range;
use super::report::{Fate, Rule};
use super::sequence::{Sequence, Step, Term};
use super::simplify::{Simple, address, normalise, result_range, simplify};
use super::work::{MAX_ARGS, Node};
use crate::faults::{Fault, planted};
use crate::region::{ExitId, Span, Terminator, Uop, UopId, ValueId};
use smallvec::SmallVec;
use stencils::table::{Type, UopKind};
use stencils::uops::kind;

/// The most times that one uop is rewritten. Each rewriting makes it simpler, so this is never reached; it bounds the
/// work whatever the rules do.
const MAX_REWRITES: usize = 16;

/// A step as a uop, with the results of those before it.
fn step_node(step: &Step, results: &[ValueId]) -> Node {
    let mut node = Node::empty(step.kind);
    for arg in &step.args {
        node.push(match *arg {
            Term::Value(value) => value,
            Term::Step(n) => results[n],
        });
    }
    node
}

/// What is left of a uop after all that could be done.
enum Settled {
    /// The uop as it is now, changed by a rule or not, and what its result is known to be besides.
    Uop(Option<Rule>, Range),
    Value(ValueId, Rule),
    Gone(Rule),
    Exits,
}

impl Pass<'_> {
    /// Walks an old uop. False when it always leaves the region: the new block has got its end.
    #[inline]
    pub fn uop(&mut self, id: UopId) -> bool {
        let uop = &self.region.uops[id.index()];
        if uop.args.len as usize > MAX_ARGS {
            self.take_as_it_is(id, uop);
            return true;
        }
        let mut node = self.node(uop.kind, uop.args);
        if self.is_plain(&mut node) {
            self.put(id, uop, &node, Range::FULL, None);
            return true;
        }
        match self.settle(&mut node, Some((id, uop.origin))) {
            Settled::Uop(rule, range) => self.put(id, uop, &node, range, rule),
            Settled::Value(value, rule) => self.replace(id, uop, Some(value), rule),
            Settled::Gone(rule) => self.replace(id, uop, None, rule),
            Settled::Exits => {
                if let Some(exit) = uop.exit {
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

    /// Whether there is no rule for such a uop; it is normalised then.
    #[inline]
    fn is_plain(&self, node: &mut Node) -> bool {
        let info = self.kinds.get(node.kind);
        if !info.pure {
            return info.access.is_none();
        }
        let work = &self.s.work;
        let plain = info.quiet
            && match *node.args() {
                [a] => !work.is_constant(a),
                [a, b] => a != b && !work.is_constant(a) && !work.is_constant(b),
                _ => false,
            };
        if plain {
            normalise(work, info, node);
        }
        plain
    }

    /// Simplifies until nothing is simpler. What must be computed first is put into the new region, as coming `from` an
    /// old uop; the guard of a branch comes from none and needs nothing.
    #[inline]
    fn settle(&mut self, node: &mut Node, from: Option<(UopId, u32)>) -> Settled {
        let (mut changed, mut range) = (None, Range::FULL);
        for _ in 0..MAX_REWRITES {
            let info = self.kinds.get(node.kind);
            let simple = if info.pure {
                normalise(&self.s.work, info, node);
                simplify(&mut self.s.work, info, node)
            } else if info.access.is_some() {
                self.look_at_access(info, node)
            } else {
                break;
            };
            match simple {
                Simple::Keep => break,
                Simple::Value(value, rule) => {
                    return Settled::Value(value, changed.unwrap_or(rule));
                }
                Simple::Gone(rule) => return Settled::Gone(changed.unwrap_or(rule)),
                Simple::Exits => return Settled::Exits,
                Simple::Rewrite(other, rule) => {
                    changed = changed.or(Some(rule));
                    *node = other;
                }
                Simple::Expand(sequence, rule) => {
                    let Some(from) = from else { break };
                    changed = changed.or(Some(rule));
                    range = range.intersect(sequence.range).unwrap_or(range);
                    *node = self.compute(&sequence, from);
                }
            }
        }
        Settled::Uop(changed, range)
    }

    /// Computes all steps of a sequence but the last one, which it gives back.
    #[cold]
    #[inline(never)]
    fn compute(&mut self, sequence: &Sequence, from: (UopId, u32)) -> Node {
        let mut results: SmallVec<[ValueId; 8]> = SmallVec::new();
        let (last, before) = sequence.steps.split_last().expect("a sequence has steps");
        for step in before {
            let mut node = step_node(step, &results);
            let value = match self.settle(&mut node, Some(from)) {
                Settled::Value(value, _) => value,
                _ => self.value_of(&node, from),
            };
            results.push(value);
        }
        step_node(last, &results)
    }

    /// The result of a pure uop that never leaves: found, or put into the new region.
    fn value_of(&mut self, node: &Node, from: (UopId, u32)) -> ValueId {
        let info = self.kinds.get(node.kind);
        let work = &mut self.s.work;
        let (home, dominators) = (work.home, &self.s.dominators);
        let (found, slot) = work.seen.find(node, &work.region, home, dominators);
        if let Some(known) = found.and_then(|found| work.region.uops[found.index()].result) {
            return work.resolve(known);
        }
        let args = work.args(node.args());
        let result = (Type::I64, result_range(work, info, node.kind, node.args()));
        let (new, value) = work.emit(node.kind, args, None, Some(result), from);
        work.seen.enter(slot, new, home);
        value.expect("a step has a result")
    }

    /// A load or a store: whether it is needed, and whether its address is simpler in another form.
    fn look_at_access(&mut self, info: &Kind, node: &Node) -> Simple {
        if info.access == Some(Target::Memory) {
            let simple = address(&mut self.s.work, node);
            let Some((access, place)) = self.accessed(node) else {
                return simple;
            };
            if !matches!(simple, Simple::Keep) {
                return simple;
            }
            let args = node.args();
            let stored = access.store.then(|| args[args.len() - 1]);
            return self.s.memory.look(access, place, stored);
        }
        let (work, memory, args) = (&self.s.work, &self.s.memory, node.args());
        let Some(offset) = args.first().and_then(|&slot| work.as_int(slot)) else {
            return Simple::Keep;
        };
        match node.kind {
            kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64 => {
                memory.look_frame(work, offset, info.result.unwrap_or(Type::I64), None)
            }
            kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64 => {
                memory.look_frame(work, offset, Type::I64, Some(args[1]))
            }
            _ => Simple::Keep,
        }
    }

    /// What a uop accesses, if it is a load or a store of memory.
    fn accessed(&self, node: &Node) -> Option<(Access, Place)> {
        let access = access(node.kind)?;
        Some((access, place(&self.s.work, access, node.args())?))
    }

    /// Puts a uop into the new region, unless the same was done before.
    fn put(&mut self, id: UopId, uop: &Uop, node: &Node, range: Range, rule: Option<Rule>) {
        let info = self.kinds.get(node.kind);
        let mut slot = None;
        if info.pure {
            let work = &mut self.s.work;
            let (home, dominators) = (work.home, &self.s.dominators);
            let (found, free) = work.seen.find(node, &work.region, home, dominators);
            if let Some(found) = found {
                let value = work.region.uops[found.index()]
                    .result
                    .map(|v| work.resolve(v));
                let rule = if value.is_some() {
                    Rule::Common
                } else {
                    Rule::Guard
                };
                return self.replace(id, uop, value, rule);
            }
            if info.compares
                && let Some(value) = self.opposite(node)
            {
                return self.replace(id, uop, Some(value), Rule::Range);
            }
            slot = Some(free);
        }
        let exit = if info.may_exit {
            uop.exit.map(|exit| self.exit(exit))
        } else {
            None
        };
        let work = &mut self.s.work;
        let args = work.args(node.args());
        let result = info.result.map(|ty| {
            let own = result_range(work, info, node.kind, node.args());
            (ty, own.intersect(range).unwrap_or(own))
        });
        let (new, value) = work.emit(node.kind, args, exit, result, (id, uop.origin));
        if let Some(slot) = slot {
            work.seen.enter(slot, new, work.home);
        }
        if let (Some(old), Some(value)) = (uop.result, value) {
            self.s.map[old.index()] = value;
        }
        self.decide(
            id,
            rule.map_or(Fate::Kept(new), |rule| Fate::Changed(new, rule)),
        );
        if info.may_exit && info.result.is_none() {
            guard::assume(&mut self.s.work, node.kind, node.args(), true);
        }
        if !info.pure {
            self.update_memory(info, node, value);
        }
    }

    /// The result of a comparison whose opposite is known to hold or not.
    fn opposite(&mut self, node: &Node) -> Option<ValueId> {
        let opposite = negated(node.kind)?;
        let work = &mut self.s.work;
        let mut opposite = Node::new(opposite, node.args());
        normalise(work, self.kinds.get(opposite.kind), &mut opposite);
        let (home, dominators) = (work.home, &self.s.dominators);
        let (found, _) = work.seen.find(&opposite, &work.region, home, dominators);
        let known = work
            .range(work.region.uops[found?.index()].result?)
            .single()?;
        Some(work.int(1 - known))
    }

    /// What a uop that is no pure one means for frame and memory.
    fn update_memory(&mut self, info: &Kind, node: &Node, result: Option<ValueId>) {
        let args = node.args();
        if info.access == Some(Target::Memory)
            && let Some((access, place)) = self.accessed(node)
        {
            match result {
                Some(value) => self.s.memory.loaded(access, place, value),
                None => self.s.memory.stored(access, place, args[args.len() - 1]),
            }
            return;
        }
        let offset = args.first().and_then(|&slot| self.s.work.as_int(slot));
        match (node.kind, offset) {
            (kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64, Some(offset)) => {
                if let Some(value) = result {
                    self.s.memory.set_frame(offset, value);
                }
            }
            (kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64, Some(offset)) => {
                self.s.memory.clobber_frame(offset);
                self.s.memory.set_frame(offset, args[1]);
            }
            _ => {
                if info.writes_memory && !planted(Fault::CallsKeepMemory) {
                    self.s.memory.forget_memory();
                }
                if info.writes_frame {
                    self.s.memory.forget_frame();
                }
            }
        }
    }

    /// A uop is gone; what used its result uses this value.
    fn replace(&mut self, id: UopId, uop: &Uop, value: Option<ValueId>, rule: Rule) {
        if let (Some(old), Some(value)) = (uop.result, value) {
            self.s.map[old.index()] = value;
        }
        self.decide(id, Fate::Removed(rule));
    }

    /// Notes what became of an old uop. In a loop's second walk, what is gone now and was there in the first has left
    /// the loop.
    #[inline]
    fn decide(&mut self, id: UopId, fate: Fate) {
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
        let args = self.wide_args(uop.args);
        let exit: Option<ExitId> = uop.exit.map(|exit| self.exit(exit));
        let result = info.result.map(|ty| (ty, super::range::Range::FULL));
        let (new, value) = self
            .s
            .work
            .emit(uop.kind, args, exit, result, (id, uop.origin));
        if let (Some(old), Some(value)) = (uop.result, value) {
            self.s.map[old.index()] = value;
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
