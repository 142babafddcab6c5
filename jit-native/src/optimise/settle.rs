//! Rewrites a uop until nothing is simpler. Start with [`Pass::settle`].

use super::forward::Pass;
use super::node::Node;
use super::range::Range;
use super::report::Rule;
use super::sequence::{Sequence, Step, Term};
use super::simplify::{Simple, normalise, result_range, simplify};
use crate::region::{Maybe, Uop, UopId, Value, ValueId};
use smallvec::SmallVec;

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
pub(super) enum Settled {
    /// The uop as it is now, changed by a rule or not, and what its result is known to be besides.
    Uop(Option<Rule>, Range),
    Value(ValueId, Rule),
    Gone(Rule),
    Exits,
}

impl Pass<'_> {
    /// Simplifies until nothing is simpler. What must be computed first is put into the new region, as coming `from` an
    /// old uop; the guard of a branch comes from none and needs nothing.
    pub fn settle(&mut self, node: &mut Node, from: Option<(UopId, u32)>) -> Settled {
        let simple = self.look(node);
        self.follow(node, simple, from)
    }

    /// Puts a uop into its best form and says what is to be done with it.
    #[inline]
    pub fn look(&mut self, node: &mut Node) -> Simple {
        let info = self.kinds.get(node.kind);
        if info.pure {
            normalise(&self.s.work, info, node);
            simplify(&mut self.s.work, info, node)
        } else if info.access.is_some() {
            self.look_at_access(info, node)
        } else {
            Simple::Keep
        }
    }

    /// [`Pass::settle`], where what is to be done first is known.
    pub fn follow(
        &mut self,
        node: &mut Node,
        mut simple: Simple,
        from: Option<(UopId, u32)>,
    ) -> Settled {
        let (mut changed, mut range) = (None, Range::FULL);
        for _ in 0..MAX_REWRITES {
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
            simple = self.look(node);
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
        let found = work.find(node.kind, node.args(), &self.s.dominators);
        if let Some(known) = found.and_then(|found| work.region.uops[found.index()].result.get()) {
            return work.resolve(known);
        }
        let step = Uop {
            kind: node.kind,
            args: work.args(node.args()),
            result: Maybe::default(),
            exit: Maybe::default(),
            origin: from.1,
        };
        let new = work.emit(step, from.0);
        let (ty, marks) = (info.result, info.gives.and(info.derives));
        let ty = ty.expect("a step has a result");
        let value = work.value(Value::uop(ty, new), marks);
        work.region.uops[new.index()].result = value.into();
        work.enter_seen(node.args(), new);
        work.compared.add(node.kind);
        let range = result_range(work, info, node.kind, node.args());
        if !info.compares {
            work.set_range(value, range);
        }
        value
    }
}
