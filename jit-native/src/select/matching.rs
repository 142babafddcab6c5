//! Matching patterns against a root and what stands above it: which uops are swallowed, and what the tree then costs.
//! Changes nothing; says yes or no.
//!
//! A uop may be swallowed when its result is used once, in the same block, when it leaves (if it may) by the root's
//! own exit, and when it may move down to the root past everything that stands between (see [`super::effects`]).

use super::candidate::{Candidate, Demand, Operands, Source};
use super::effects::EffectSet;
use super::index::{MAX_OPERANDS, MAX_STEPS, PatternIndex, accepts};
use crate::region::{ExitId, Region, Span, UopId, Value, ValueId};
use stencils::library::{ImmRange, PatternId};
use stencils::table::UopKind;

/// The farthest that an effect may move, counted in other effects.
const MAX_PASSED: usize = 16;

/// One uop of the region with an effect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EffectAt {
    pub(crate) uop: UopId,
    pub(crate) set: EffectSet,
}

/// What is known of a uop as a tree, if it may hang in its user's.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tree {
    /// The least cost of the whole tree, less what its operands cost.
    pub(crate) own: i32,
    /// How many effects stand before it.
    pub(crate) effects_before: u32,
    /// Its tile.
    pub(crate) tile: u32,
}

/// What a value is to a uop that has it as an operand, as bits that make a [`Shape`] when those of all operands come
/// together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf(u64);

/// The lowest bit of a [`Leaf`] that stands for a constant, and that for the result of a tree.
const CONSTANT: u64 = 1;
const RESULT: u64 = 1 << MAX_OPERANDS;
/// Where the bits begin that say which sort it is: a constant, one of 30 sorts of children, or anything.
const SORT: u32 = 32;
/// The bit of a [`Shape`]'s sorts that is always there.
pub(crate) const ANYTHING: u32 = 1 << 31;

impl Leaf {
    /// What is made elsewhere, or for several, or is never a child in a pattern.
    pub(crate) const OTHER: Leaf = Leaf(0);
    /// A constant.
    pub(crate) const CONSTANT: Leaf = Leaf(CONSTANT | 1 << SORT);

    /// The result of a tree that may hang in its user's, of the kind with this column among children. Kinds may share one.
    #[inline]
    pub(super) fn child(column: u16) -> Leaf {
        Leaf(RESULT | 2 << SORT << (column % 30))
    }

    /// A value of which nothing is known but where it comes from.
    #[inline]
    pub(crate) fn of_value(value: &Value) -> Leaf {
        if value.is_constant() {
            Leaf::CONSTANT
        } else {
            Leaf::OTHER
        }
    }

    /// The bit that stands for its sort.
    #[inline]
    pub(crate) fn sort(self) -> u32 {
        (self.0 >> SORT) as u32
    }

    /// Whether it is the result of a tree that may hang in its user's.
    #[inline]
    pub(crate) fn is_child(self) -> bool {
        self.0 & RESULT != 0
    }
}

/// What the operands of a uop are.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Two sets, a byte each, in which bit n speaks of operand n: those that are constants, and those that are children.
    /// What stands above these says nothing.
    sets: u64,
    /// In the upper half: the sorts of all.
    sorts: u64,
}

impl Shape {
    /// Of these operands.
    #[inline(always)]
    fn of(leaves: &[Leaf], args: &[ValueId]) -> Shape {
        let mut shape = Shape {
            sets: 0,
            sorts: u64::from(ANYTHING) << SORT,
        };
        // No pattern has more than 8 operands: what is behind them waits in memory for a call.
        for (n, value) in args.iter().take(MAX_OPERANDS).enumerate() {
            let Leaf(leaf) = leaves[value.index()];
            shape.sets |= leaf << n;
            shape.sorts |= leaf;
        }
        shape
    }

    /// The sorts of its operands: see `wants` of [`super::index::Head`].
    #[inline]
    pub(crate) fn sorts(self) -> u32 {
        (self.sorts >> SORT) as u32
    }

    /// The operands that are constants, as a set.
    #[inline]
    pub(crate) fn constants(self) -> u8 {
        self.sets as u8
    }

    /// The operands that are children, as a set.
    #[inline]
    pub(crate) fn children(self) -> u8 {
        (self.sets >> MAX_OPERANDS) as u8
    }

    /// Both sets.
    #[inline]
    pub(crate) fn given(self) -> Operands {
        Operands::of_root(self.sets as u16)
    }
}

/// The part of the region that has been covered, which matching looks at, and what it looks with.
pub(crate) struct Covered<'a> {
    pub(crate) index: &'a PatternIndex,
    pub(crate) region: &'a Region,
    /// By uop; of those whose results are children.
    pub(crate) trees: &'a mut [Tree],
    /// By value. Children are those of the root's block.
    pub(crate) leaves: &'a mut [Leaf],
    /// All effects so far, in order.
    pub(crate) effects: &'a mut Vec<EffectAt>,
}

/// What stands at the root: a uop, or the guard of a branch.
#[derive(Clone, Copy)]
pub(crate) struct Root<'a> {
    pub(crate) kind: UopKind,
    pub(crate) span: Span,
    pub(crate) args: &'a [ValueId],
    pub(crate) exit: Option<ExitId>,
    pub(crate) shape: Shape,
}

/// The uop at each step of a pattern but the root.
pub(crate) type Members = [UopId; MAX_STEPS - 1];

/// No members yet.
pub(crate) const NOTHING: Members = [UopId(0); MAX_STEPS - 1];

/// A match of a pattern of several uops.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match<'a> {
    pub(crate) candidate: &'a Candidate,
    /// The cost of the whole tree with it, less what the root's operands cost.
    pub(crate) own: i32,
    members: Members,
}

impl Match<'_> {
    /// The uops that the match swallows, by their steps.
    #[inline]
    pub(crate) fn members(&self) -> &[UopId] {
        &self.members[..usize::from(self.candidate.step_count) - 1]
    }
}

/// An operand of a pattern where it has been matched.
#[inline]
pub(crate) fn operand(
    region: &Region,
    root: &[ValueId],
    last: usize,
    members: &[UopId],
    at: Source,
) -> ValueId {
    let (step, arg) = (usize::from(at.step), usize::from(at.arg));
    if step == last {
        root[arg]
    } else {
        region.uop_args(members[step])[arg]
    }
}

impl<'a> Covered<'a> {
    /// What the operands of a uop are.
    #[inline(always)]
    pub(crate) fn shape(&self, args: &[ValueId]) -> Shape {
        Shape::of(self.leaves, args)
    }

    /// The uop behind a value that is for one use alone, in the root's block.
    #[inline]
    fn swallowable(&self, value: ValueId) -> Option<UopId> {
        let is_child = self.leaves[value.index()].is_child();
        match self.region.values[value.index()].as_uop() {
            Some(uop) if is_child => Some(uop),
            _ => None,
        }
    }

    /// The best pattern of one uop at a root.
    #[inline(always)]
    pub(crate) fn best_single(&self, root: &Root<'_>) -> Option<&'a Candidate> {
        #[allow(
            clippy::manual_find,
            reason = "a loop stays in its place, `find` becomes a call"
        )]
        for candidate in self
            .index
            .singles_with(self.index.head(root.kind), root.shape)
        {
            if self.fits(candidate, root) {
                return Some(candidate);
            }
        }
        None
    }

    /// Whether a candidate of one uop matches.
    #[inline(always)]
    pub(crate) fn fits(&self, candidate: &Candidate, root: &Root<'_>) -> bool {
        candidate.wants.are_in(root.shape.given())
            && (candidate.check_count == 0 || self.passes(candidate, root.args))
    }

    /// Whether a candidate of one uop passes all its checks.
    #[inline(never)]
    fn passes(&self, candidate: &Candidate, args: &[ValueId]) -> bool {
        self.index.checks(candidate).iter().all(|check| {
            let value = args[usize::from(check.at.arg)];
            match check.demand {
                Demand::Constant(ref range) => self.is_within(value, range),
                Demand::Same(other) => value == args[usize::from(other.arg)],
                Demand::Result(..) => false,
            }
        })
    }

    /// The best pattern of several uops at a root, if one costs no more than the bound. Of equal ones it is the larger.
    #[inline]
    pub(crate) fn best_fused(&self, root: &Root<'_>, mut bound: i32) -> Option<Match<'a>> {
        let mut best: Option<Match<'a>> = None;
        let mut size = 0;
        let mut members = NOTHING;
        self.each_fused(root, |candidate, child| {
            members[usize::from(candidate.child_step)] = child;
            if let Some(own) = self.matches(candidate, root, &mut members, bound)
                && (own < bound || candidate.step_count > size)
            {
                (bound, size) = (own, candidate.step_count);
                best = Some(Match {
                    candidate,
                    own,
                    members,
                });
            }
        });
        best
    }

    /// A pattern of several uops at a root, if it matches there, whatever it costs.
    pub(crate) fn fused_with(&self, pattern: PatternId, root: &Root<'_>) -> Option<Match<'a>> {
        let mut found = None;
        self.each_fused(root, |candidate, child| {
            let mut members = NOTHING;
            members[usize::from(candidate.child_step)] = child;
            if candidate.plain.pattern == pattern
                && let Some(own) = self.matches(candidate, root, &mut members, i32::MAX)
            {
                found = Some(Match {
                    candidate,
                    own,
                    members,
                });
            }
        });
        found
    }

    /// The candidates of several uops that are worth matching, with their first child.
    #[inline]
    pub(crate) fn each_fused(&self, root: &Root<'_>, mut visit: impl FnMut(&'a Candidate, UopId)) {
        let head = self.index.head(root.kind);
        let mut children = root.shape.children();
        while children != 0 {
            let arg = children.trailing_zeros() as u8;
            children &= children - 1;
            let Some(child) = self.swallowable(root.args[usize::from(arg)]) else {
                continue;
            };
            let uop = &self.region.uops[child.index()];
            let candidates = self.index.fused(head, self.index.head(uop.kind));
            if candidates.is_empty() {
                continue;
            }
            let own = self.shape(self.region.args(uop.args)).given();
            let given = root.shape.given().with_child(arg, own);
            for candidate in candidates {
                if candidate.wants.are_in(given) {
                    visit(candidate, child);
                }
            }
        }
    }

    /// Matches a candidate of several uops at a root, unless the tree would cost more than the bound, and gives its
    /// cost, less what the root's operands cost. The first child is among the members, and the others are put there.
    #[inline(always)]
    pub(crate) fn matches(
        &self,
        candidate: &Candidate,
        root: &Root<'_>,
        members: &mut Members,
        bound: i32,
    ) -> Option<i32> {
        let last = usize::from(candidate.step_count) - 1;
        // Of two uops it is known at once what they cost.
        if last == 1 && self.with(candidate, &members[..1]) > bound {
            return None;
        }
        for check in self.index.checks(candidate) {
            let value = operand(self.region, root.args, last, members, check.at);
            let holds = match check.demand {
                Demand::Result(step, kind) => {
                    let uop = self.swallowable(value)?;
                    members[usize::from(step)] = uop;
                    self.region.uops[uop.index()].kind == kind
                }
                Demand::Constant(ref range) => self.is_within(value, range),
                Demand::Same(other) => {
                    value == operand(self.region, root.args, last, members, other)
                }
            };
            if !holds {
                return None;
            }
        }
        let members = &members[..last];
        let own = self.with(candidate, members);
        let allowed = own <= bound && (candidate.pure || self.may_join(members, root));
        allowed.then_some(own)
    }

    /// What a tree costs with a candidate, less what the root's operands cost: what hangs in the swallowed uops hangs in
    /// the root.
    #[inline]
    fn with(&self, candidate: &Candidate, members: &[UopId]) -> i32 {
        let trees = members.iter().map(|member| &self.trees[member.index()]);
        trees.fold(candidate.plain.net, |own, tree| own.wrapping_sub(tree.own))
    }

    #[inline]
    fn is_within(&self, value: ValueId, range: &ImmRange) -> bool {
        let bits = self.region.constant(value);
        bits.is_some_and(|bits| accepts(range, bits as i64))
    }

    /// Whether the swallowed uops leave as the root does, keep their order and may move down to it.
    fn may_join(&self, members: &[UopId], root: &Root<'_>) -> bool {
        let root_exits = self.index.head(root.kind).effects.may_exit();
        let mut common = root_exits.then_some(root.exit);
        let mut before = None;
        for &member in members {
            let uop = &self.region.uops[member.index()];
            let set = self.index.head(uop.kind).effects;
            if set.is_empty() {
                continue;
            }
            if set.may_exit() && *common.get_or_insert(uop.exit.get()) != uop.exit.get() {
                return false;
            }
            if before.is_some_and(|b| b > member) || !self.may_sink(member, set, members) {
                return false;
            }
            before = Some(member);
        }
        true
    }

    fn may_sink(&self, member: UopId, set: EffectSet, members: &[UopId]) -> bool {
        let passed = &self.effects[self.trees[member.index()].effects_before as usize..];
        passed.len() <= MAX_PASSED
            && passed.iter().all(|effect| {
                effect.uop == member || members.contains(&effect.uop) || set.may_pass(effect.set)
            })
    }
}
