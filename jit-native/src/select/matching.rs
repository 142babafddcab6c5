//! Matching patterns against a root and what stands above it: which uops are swallowed, and what the tree then costs.
//! Changes nothing; says yes or no.
//!
//! A uop may be swallowed when its result is used once, in the same block, when it leaves (if it may) by the root's
//! own exit, and when it may move down to the root past everything that stands between (see [`super::effects`]).

use super::CONSTANT_COST;
use super::candidate::{Candidate, Demand, Operands, SCATTERED, Source};
use super::effects::EffectSet;
use super::index::{Head, MAX_STEPS, PatternIndex, accepts};
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

/// What is known of one uop as a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tree {
    /// The least cost of the whole tree, less what its operands cost when the uop is taken alone.
    pub(crate) own: u32,
    /// How many effects stand before it.
    pub(crate) effects_before: u32,
    /// Its tile.
    pub(crate) tile: u32,
    /// What its own operands are: see [`Operands::of_root`].
    pub(crate) operands: u16,
}

/// What a value is to a uop that has it as an operand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Leaf {
    /// What it costs, if it is made for that uop alone.
    cost: u32,
    /// The bit of the kind that makes it ([`Head::child_bit`]), if it is the result of a tree that may hang in its
    /// user's; else 0.
    child_bit: u8,
    /// The sets of a [`Shape`] whose first operand it is.
    sets: u16,
}

impl Leaf {
    /// What is made elsewhere, or for several.
    pub(crate) const OTHER: Leaf = Leaf {
        cost: 0,
        child_bit: 0,
        sets: 0,
    };

    const CONSTANT: Leaf = Leaf {
        cost: CONSTANT_COST,
        child_bit: 0,
        sets: 1,
    };

    /// The result of a uop of the root's block, which only one uop uses.
    #[inline]
    pub(crate) fn tree(cost: u32, head: &Head) -> Leaf {
        Leaf {
            cost,
            child_bit: head.child_bit,
            sets: 1 << RESULTS,
        }
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
}

/// The part of the region that has been covered, which matching looks at, and what it looks with.
pub(crate) struct Covered<'a> {
    pub(crate) index: &'a PatternIndex,
    pub(crate) region: &'a Region,
    /// By uop.
    pub(crate) trees: &'a mut Vec<Tree>,
    /// By value. Trees are those of the root's block.
    pub(crate) leaves: &'a mut Vec<Leaf>,
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
}

/// What the root's operands are.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Three sets, a byte each, in which bit n speaks of operand n: those that are constants; those that are results which
    /// only the root uses; and of these, those of a kind which some pattern of several uops wants there.
    sets: u32,
    /// What the operands cost when the root is taken alone.
    pub(crate) cost: u32,
}

/// Where the second set of a [`Shape`] begins, and the third.
const RESULTS: u32 = 8;
const CHILDREN: u32 = 16;

impl Shape {
    /// Whether no operand is a constant, or a child that some pattern wants.
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        self.sets & (0xff | 0xff << CHILDREN) == 0
    }

    /// The operands that are constants, and those that are results which only the root uses.
    #[inline]
    pub(crate) fn given(self) -> Operands {
        Operands::of_root(self.operands())
    }

    /// [`Shape::given`] as it is kept for a uop that may be a child.
    #[inline]
    pub(crate) fn operands(self) -> u16 {
        self.sets as u16
    }

    /// The operands that are results of a kind which some pattern of several uops wants there.
    #[inline]
    pub(crate) fn children(self) -> u8 {
        (self.sets >> CHILDREN) as u8
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
    #[inline(always)]
    pub(crate) fn shape(&self, head: &Head, args: &[ValueId]) -> Shape {
        let mut shape = Shape { sets: 0, cost: 0 };
        let mut bit = 1u32;
        for &value in args {
            let leaf = self.leaves[value.index()];
            let wanted = head.children >> (leaf.child_bit & 31) & 1;
            let sets = u32::from(leaf.sets) | wanted << CHILDREN;
            // No pattern has more than 8 operands.
            shape.sets |= (bit & 0xff) * sets;
            shape.cost += leaf.cost;
            bit <<= 1;
        }
        shape
    }

    /// The uop behind a value that is for one use alone, in the root's block.
    #[inline]
    fn swallowable(&self, value: ValueId) -> Option<UopId> {
        let is_tree = self.leaves[value.index()].sets & 1 << RESULTS != 0;
        match self.region.values[value.index()].as_uop() {
            Some(uop) if is_tree => Some(uop),
            _ => None,
        }
    }

    /// The best pattern of one uop at a root.
    #[inline(always)]
    pub(crate) fn best_single(&self, root: &Root<'_>, shape: Shape) -> Option<&'a Candidate> {
        let (index, given) = (self.index, shape.given());
        #[allow(
            clippy::manual_find,
            reason = "a loop stays in its place, `find` becomes a call"
        )]
        for candidate in index.singles_with(index.head(root.kind), given) {
            if candidate.wants.are_in(given) && self.fits(candidate, root.args) {
                return Some(candidate);
            }
        }
        None
    }

    /// Whether a candidate of one uop matches; what the shape says is known.
    #[inline(always)]
    pub(crate) fn fits(&self, candidate: &Candidate, args: &[ValueId]) -> bool {
        if candidate.lone != SCATTERED {
            self.is_within(args[usize::from(candidate.lone)], &candidate.range)
        } else {
            candidate.check_count == 0 || self.passes(candidate, args)
        }
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
        let mut children = shape.children();
        while children != 0 {
            let arg = children.trailing_zeros() as u8;
            children &= children - 1;
            let Some(child) = self.swallowable(root.args[usize::from(arg)]) else {
                continue;
            };
            let own = Operands::of_root(self.trees[child.index()].operands);
            let given = shape.given().with_child(arg, own);
            let kind = self.region.uops[child.index()].kind;
            for candidate in self.index.fused(head, self.index.head(kind)) {
                if candidate.wants.are_in(given) {
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
        let cost = self.with(candidate, shape, members);
        let allowed = cost <= bound && (candidate.pure || self.may_join(members, root));
        allowed.then_some(cost)
    }

    /// What a tree costs with a candidate: what hangs in the swallowed uops hangs in the root.
    #[inline]
    fn with(&self, candidate: &Candidate, shape: Shape, members: &[UopId]) -> u32 {
        let trees = members.iter().map(|member| &self.trees[member.index()]);
        trees.fold(shape.total(candidate), |cost, tree| {
            cost.wrapping_sub(tree.own)
        })
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
