//! Matching patterns against a root and what stands above it: which uops are swallowed, and what the tree then costs.
//! Changes nothing; says yes or no.
//!
//! A uop may be swallowed when its result is used once, in the same block, when it leaves (if it may) by the root's
//! own exit, and when it may move down to the root past everything that stands between (see [`super::effects`]).

use super::CONSTANT_COST;
use super::effects::EffectSet;
use super::index::{Candidate, Demand, Head, MAX_STEPS, PatternIndex, Source, accepts};
use crate::region::{ExitId, Region, UopId, ValueDef, ValueId};
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

/// How a value may be had: by swallowing the uop whose result it is, if nothing else uses it, as a constant, or as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use(u32);

/// The result of a uop that nothing has used so far. (There are fewer uops than 2^24.)
const UNUSED: u32 = 1 << 31;

impl Use {
    /// A value that is used more than once, or a block's parameter.
    pub(crate) const SHARED: Use = Use(u32::MAX);
    /// A constant.
    pub(crate) const CONSTANT: Use = Use(u32::MAX - 1);

    /// Of a value, before any use has been counted.
    #[inline]
    pub(crate) fn new(def: ValueDef) -> Use {
        match def {
            ValueDef::Uop(uop) => Use(uop.0 | UNUSED),
            ValueDef::Const(_) => Use::CONSTANT,
            ValueDef::Param(..) => Use::SHARED,
        }
    }

    /// After one more use.
    #[inline]
    pub(crate) fn again(self) -> Use {
        if self.0 >= Use::CONSTANT.0 {
            self
        } else if self.0 & UNUSED != 0 {
            Use(self.0 & !UNUSED)
        } else {
            Use::SHARED
        }
    }

    /// The uop behind a value that is used once and made at or after `start`.
    #[inline]
    pub(crate) fn swallowable(self, start: UopId) -> Option<UopId> {
        (self.0 >= start.0 && self.0 < UNUSED).then_some(UopId(self.0))
    }
}

/// What is known of one uop as a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tree {
    /// The least cost of the whole tree.
    pub(crate) cost: u32,
    /// Of that, what its operands cost when the uop is taken alone.
    pub(crate) operands: u32,
    /// How many effects stand before it.
    pub(crate) effects_before: u32,
    /// Its tile.
    pub(crate) tile: u32,
    /// The column of its kind: see [`PatternIndex::fused`].
    pub(crate) column: u16,
    /// Its operands that are constants, as a set.
    pub(crate) constants: u8,
}

/// The part of the region that has been covered, which matching looks at, and what it looks with.
pub(crate) struct Covered<'a> {
    pub(crate) index: &'a PatternIndex,
    pub(crate) region: &'a Region,
    /// By value.
    pub(crate) uses: &'a [Use],
    /// By uop.
    pub(crate) trees: &'a mut Vec<Tree>,
    /// All effects so far, in order.
    pub(crate) effects: &'a mut Vec<EffectAt>,
    /// The first uop of the root's block.
    pub(crate) block_start: UopId,
}

/// What stands at the root: a uop, or the guard of a branch.
#[derive(Clone, Copy)]
pub(crate) struct Root<'a> {
    pub(crate) kind: UopKind,
    pub(crate) args: &'a [ValueId],
    pub(crate) exit: Option<ExitId>,
}

/// What the root's operands are. In the sets, bit n speaks of operand n.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Those that are constants.
    pub(crate) constants: u8,
    /// Those that are results which only the root uses.
    pub(crate) results: u8,
    /// Of these, those that are of a kind which some pattern of several uops wants there.
    pub(crate) children: u8,
    /// What the operands cost when the root is taken alone.
    pub(crate) cost: u32,
}

impl Shape {
    /// Whether the root's operands are what a candidate wants there, as far as the sets say.
    #[inline]
    pub(crate) fn suits(self, candidate: &Candidate) -> bool {
        candidate.constants & !self.constants == 0 && candidate.results & !self.results == 0
    }

    /// What the tree costs with a candidate of one uop.
    #[inline]
    pub(crate) fn total(self, candidate: &Candidate) -> u32 {
        self.cost.wrapping_add_signed(candidate.net)
    }
}

/// The uop at each step of a pattern but the root.
pub(crate) type Members = [UopId; MAX_STEPS - 1];

/// No members yet.
pub(crate) const NOTHING: Members = [UopId(0); MAX_STEPS - 1];

/// A match of a pattern of several uops.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match<'a> {
    pub(crate) candidate: &'a Candidate,
    /// The cost of the whole tree with it.
    pub(crate) cost: u32,
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
    /// What the operands of a root are; `head` is that of its kind.
    #[inline]
    pub(crate) fn shape(&self, head: &Head, args: &[ValueId]) -> Shape {
        let mut shape = Shape {
            constants: 0,
            results: 0,
            children: 0,
            cost: 0,
        };
        let mut bit = 1u8;
        for value in args {
            let known = self.uses[value.index()];
            if known == Use::CONSTANT {
                shape.constants |= bit;
                shape.cost += CONSTANT_COST;
            } else if let Some(uop) = known.swallowable(self.block_start)
                && let Some(tree) = self.trees.get(uop.index())
            {
                shape.results |= bit;
                shape.cost += tree.cost;
                if self.index.has_fused(head, tree.column) {
                    shape.children |= bit;
                }
            }
            // No pattern has more than 8 operands.
            bit <<= 1;
        }
        shape
    }

    /// Whether a candidate of one uop matches; what the shape says is known.
    #[inline]
    pub(crate) fn fits(&self, candidate: &Candidate, args: &[ValueId]) -> bool {
        self.index.checks(candidate).iter().all(|check| {
            let value = args[usize::from(check.at.arg)];
            match check.demand {
                Demand::Constant(range) => self.is_within(value, range),
                Demand::Same(other) => value == args[usize::from(other.arg)],
                Demand::Result(..) => false,
            }
        })
    }

    /// The best pattern of several uops at a root, if one costs no more than the bound. Of equal ones it is the larger.
    #[inline]
    pub(crate) fn best_fused(
        &self,
        root: &Root<'_>,
        shape: Shape,
        mut bound: u32,
    ) -> Option<Match<'a>> {
        let mut best: Option<Match<'a>> = None;
        let mut size = 0;
        let mut members = NOTHING;
        self.each_fused(root, shape, |candidate, child| {
            members[usize::from(candidate.child_step)] = child;
            if let Some(cost) = self.matches(candidate, root, shape, &mut members, bound)
                && (cost < bound || candidate.step_count > size)
            {
                (bound, size) = (cost, candidate.step_count);
                best = Some(Match {
                    candidate,
                    cost,
                    members,
                });
            }
        });
        best
    }

    /// A pattern of several uops at a root, if it matches there, whatever it costs.
    pub(crate) fn fused_with(
        &self,
        pattern: PatternId,
        root: &Root<'_>,
        shape: Shape,
    ) -> Option<Match<'a>> {
        let mut found = None;
        self.each_fused(root, shape, |candidate, child| {
            let mut members = NOTHING;
            members[usize::from(candidate.child_step)] = child;
            if candidate.pattern == pattern
                && let Some(cost) = self.matches(candidate, root, shape, &mut members, u32::MAX)
            {
                found = Some(Match {
                    candidate,
                    cost,
                    members,
                });
            }
        });
        found
    }

    /// The candidates of several uops that are worth matching, with their first child.
    #[inline]
    pub(crate) fn each_fused(
        &self,
        root: &Root<'_>,
        shape: Shape,
        mut visit: impl FnMut(&'a Candidate, UopId),
    ) {
        let head = self.index.head(root.kind);
        let mut children = shape.children;
        while children != 0 {
            let arg = children.trailing_zeros() as u8;
            children &= children - 1;
            let known = self.uses[root.args[usize::from(arg)].index()];
            let Some(child) = known.swallowable(self.block_start) else {
                continue;
            };
            let tree = &self.trees[child.index()];
            for candidate in self.index.fused(head, tree.column) {
                if candidate.child == arg
                    && candidate.child_constants & !tree.constants == 0
                    && shape.suits(candidate)
                {
                    visit(candidate, child);
                }
            }
        }
    }

    /// Matches a candidate of several uops at a root, unless the tree would cost more than the bound, and gives its
    /// cost. The first child is among the members, and the others are put there.
    #[inline]
    pub(crate) fn matches(
        &self,
        candidate: &Candidate,
        root: &Root<'_>,
        shape: Shape,
        members: &mut Members,
        bound: u32,
    ) -> Option<u32> {
        let last = usize::from(candidate.step_count) - 1;
        // Of two uops it is known at once what they cost.
        if last == 1 && self.with(candidate, shape, &members[..1]) > bound {
            return None;
        }
        for check in self.index.checks(candidate) {
            let value = operand(self.region, root.args, last, members, check.at);
            let holds = match check.demand {
                Demand::Result(step, kind) => {
                    let uop = self.uses[value.index()].swallowable(self.block_start)?;
                    members[usize::from(step)] = uop;
                    self.region.uops[uop.index()].kind == kind
                }
                Demand::Constant(range) => self.is_within(value, range),
                Demand::Same(other) => {
                    value == operand(self.region, root.args, last, members, other)
                }
            };
            if !holds {
                return None;
            }
        }
        let members = &members[..last];
        let cost = self.with(candidate, shape, members);
        let allowed = cost <= bound && (candidate.pure || self.may_join(members, root));
        allowed.then_some(cost)
    }

    /// What a tree costs with a candidate: what hangs in the swallowed uops hangs in the root.
    #[inline]
    fn with(&self, candidate: &Candidate, shape: Shape, members: &[UopId]) -> u32 {
        let trees = members.iter().map(|member| &self.trees[member.index()]);
        trees.fold(shape.total(candidate), |cost, tree| {
            cost.wrapping_add(tree.operands).wrapping_sub(tree.cost)
        })
    }

    #[inline]
    fn is_within(&self, value: ValueId, range: ImmRange) -> bool {
        match self.region.values[value.index()].def {
            ValueDef::Const(bits) => accepts(&range, bits as i64),
            _ => false,
        }
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
            if set.may_exit() && *common.get_or_insert(uop.exit) != uop.exit {
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
