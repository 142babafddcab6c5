//! Matching one pattern against the uops above a root: which uops it swallows, and what the rest of the tree costs.
//! Changes nothing; says yes or no.
//!
//! A uop may be swallowed when its result is used once, in the same block, when it leaves (if it may) by the root's
//! own exit, and when it may move down to the root past everything that stands between (see [`super::effects`]).

use super::CONSTANT_COST;
use super::effects::EffectSet;
use super::index::{
    Candidate, CandidateId, Demand, MAX_OPERANDS, MAX_STEPS, PatternIndex, Source, accepts,
};
use crate::machine::KindInfo;
use crate::region::{ExitId, Region, UopId, ValueDef, ValueId};
use stencils::table::UopKind;

/// The farthest that an effect may move, counted in other effects.
const MAX_PASSED: usize = 16;

/// One uop of the region with an effect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EffectAt {
    pub(crate) uop: UopId,
    pub(crate) set: EffectSet,
}

/// What matching looks at besides the pattern.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) index: &'a PatternIndex,
    pub(crate) region: &'a Region,
    pub(crate) kinds: &'a [KindInfo],
    /// By value: how often it is used, at most 255.
    pub(crate) uses: &'a [u8],
    /// By uop: the least cost of its tree.
    pub(crate) costs: &'a [u32],
    /// All effects before the root, in order.
    pub(crate) effects: &'a [EffectAt],
    /// By uop: how many effects stand before it.
    pub(crate) marks: &'a [u32],
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

/// What the root's operands are, as sets: bit n speaks of operand n.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Those that are constants.
    pub(crate) constants: u8,
    /// Those that are results which only the root uses.
    pub(crate) results: u8,
}

impl Shape {
    /// Whether the root's operands are what a candidate wants there, as far as these sets say.
    #[inline]
    pub(crate) fn suits(self, candidate: &Candidate) -> bool {
        candidate.constants & !self.constants == 0 && candidate.results & !self.results == 0
    }

    /// The candidates of several uops that are worth matching.
    #[inline]
    pub(crate) fn fused<'a>(
        self,
        around: &Surroundings<'a>,
        root: Root<'a>,
    ) -> impl Iterator<Item = (CandidateId, &'a Candidate)> {
        let (index, region) = (around.index, around.region);
        let children = root.args.iter().enumerate().take(MAX_OPERANDS);
        children
            .filter(move |(arg, _)| self.results >> arg & 1 != 0)
            .flat_map(move |(arg, value)| {
                let (first, candidates) = match region.values[value.index()].def {
                    ValueDef::Uop(uop) => index.fused(root.kind, region.uops[uop.index()].kind),
                    _ => (0, &[][..]),
                };
                (first..)
                    .zip(candidates)
                    .filter(move |(_, c)| usize::from(c.child) == arg && self.suits(c))
            })
    }
}

/// The uop at each step of a pattern but the root.
pub(crate) type Members = [UopId; MAX_STEPS - 1];

/// No uop has this number.
const UNBOUND: UopId = UopId(u32::MAX);

/// A match of a pattern of several uops.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    /// The cost of the whole tree with it.
    pub(crate) cost: u32,
    pub(crate) members: Members,
    /// Where the swallowed uops and the root leave to.
    pub(crate) exit: Option<ExitId>,
}

/// An operand of a pattern where it has been matched.
#[inline]
pub(crate) fn operand(
    region: &Region,
    root: &[ValueId],
    last: usize,
    members: &Members,
    at: Source,
) -> ValueId {
    let (step, arg) = (usize::from(at.step), usize::from(at.arg));
    if step == last {
        root[arg]
    } else {
        region.uop_args(members[step])[arg]
    }
}

impl Surroundings<'_> {
    /// Whether a candidate of one uop matches; what its mask of constants says is known.
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

    /// Matches a candidate of several uops at a root.
    pub(crate) fn matches(&self, candidate: &Candidate, root: Root<'_>) -> Option<Match> {
        let last = usize::from(candidate.step_count) - 1;
        let mut members = [UNBOUND; MAX_STEPS - 1];
        for check in self.index.checks(candidate) {
            let value = operand(self.region, root.args, last, &members, check.at);
            let holds = match check.demand {
                Demand::Result(step, kind) => {
                    let uop = self.swallowable(value)?;
                    members[usize::from(step)] = uop;
                    self.region.uops[uop.index()].kind == kind
                }
                Demand::Constant(range) => self.is_within(value, range),
                Demand::Same(other) => {
                    value == operand(self.region, root.args, last, &members, other)
                }
            };
            if !holds {
                return None;
            }
        }
        let exit = self.common_exit(&members[..last], root)?;
        let inputs = &self.index.sources(candidate)[..usize::from(candidate.input_count)];
        let cost = inputs.iter().fold(candidate.cost, |sum, at| {
            sum + self.input_cost(operand(self.region, root.args, last, &members, *at))
        });
        Some(Match {
            cost,
            members,
            exit,
        })
    }

    #[inline]
    fn is_within(&self, value: ValueId, range: stencils::library::ImmRange) -> bool {
        match self.region.values[value.index()].def {
            ValueDef::Const(bits) => accepts(&range, bits as i64),
            _ => false,
        }
    }

    /// What an input adds to the cost of a tree: its own tree's cost if it hangs in this one.
    #[inline]
    fn input_cost(&self, input: ValueId) -> u32 {
        match self.region.values[input.index()].def {
            ValueDef::Const(_) => CONSTANT_COST,
            _ => self
                .swallowable(input)
                .map_or(0, |uop| self.costs[uop.index()]),
        }
    }

    /// The uop behind a value that only one uop of the same block uses.
    #[inline]
    pub(crate) fn swallowable(&self, value: ValueId) -> Option<UopId> {
        match self.region.values[value.index()].def {
            ValueDef::Uop(uop) if self.uses[value.index()] == 1 && uop >= self.block_start => {
                Some(uop)
            }
            _ => None,
        }
    }

    /// Where the swallowed uops leave to, if all leave as the root does, keep their order and may move down to it.
    fn common_exit(&self, members: &[UopId], root: Root<'_>) -> Option<Option<ExitId>> {
        let root_exits = self.kinds[root.kind.0 as usize].effects.may_exit();
        let mut common = root_exits.then_some(root.exit);
        let mut before = None;
        for &member in members {
            let uop = &self.region.uops[member.index()];
            let set = self.kinds[uop.kind.0 as usize].effects;
            if set.is_empty() {
                continue;
            }
            if set.may_exit() && *common.get_or_insert(uop.exit) != uop.exit {
                return None;
            }
            if before.is_some_and(|b| b > member) || !self.may_sink(member, set, members) {
                return None;
            }
            before = Some(member);
        }
        Some(common.flatten())
    }

    fn may_sink(&self, member: UopId, set: EffectSet, members: &[UopId]) -> bool {
        let passed = &self.effects[self.marks[member.index()] as usize..];
        passed.len() <= MAX_PASSED
            && passed.iter().all(|effect| {
                effect.uop == member || members.contains(&effect.uop) || set.may_pass(effect.set)
            })
    }
}
