//! Matching one pattern against the uops above a root: which value goes into which input, which constant into which
//! immediate, and which uops the pattern swallows. Changes nothing; says yes or no.
//!
//! A uop may be swallowed when its result is used once, in the same block, when it leaves (if it may) by the root's
//! own exit, and when it may move down to the root past everything that stands between (see [`super::effects`]).

use super::effects::EffectSet;
use super::index::{Candidate, MAX_INPUTS, MAX_OPERANDS, MAX_STEPS, PatternIndex};
use crate::machine::KindInfo;
use crate::region::{ExitId, Region, UopId, Value, ValueDef, ValueId};
use stencils::library::PatternArg;
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
pub(crate) struct Surroundings<'a> {
    pub(crate) region: &'a Region,
    pub(crate) kinds: &'a [KindInfo],
    /// By value: how often it is used (2 stands for more).
    pub(crate) uses: &'a [u8],
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

/// A match.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding {
    pub(crate) inputs: [ValueId; MAX_INPUTS],
    pub(crate) imms: [i64; MAX_OPERANDS],
    /// The uop at each step but the root.
    pub(crate) members: [UopId; MAX_STEPS],
    /// Where the swallowed uops leave to.
    pub(crate) exit: Option<ExitId>,
    bound_inputs: u8,
    bound_imms: u8,
}

/// No uop has this number.
const UNBOUND: UopId = UopId(u32::MAX);

impl Binding {
    #[inline]
    fn new() -> Binding {
        Binding {
            inputs: [ValueId(0); MAX_INPUTS],
            imms: [0; MAX_OPERANDS],
            members: [UNBOUND; MAX_STEPS],
            exit: None,
            bound_inputs: 0,
            bound_imms: 0,
        }
    }

    /// Binds an input; a second time only to the same value.
    #[inline]
    fn input(&mut self, n: u8, value: ValueId) -> bool {
        let seen = self.bound_inputs >> n & 1 != 0;
        if seen {
            return self.inputs[n as usize] == value;
        }
        self.bound_inputs |= 1 << n;
        self.inputs[n as usize] = value;
        true
    }

    #[inline]
    fn imm(&mut self, n: u8, value: i64) -> bool {
        let seen = self.bound_imms >> n & 1 != 0;
        if seen {
            return self.imms[n as usize] == value;
        }
        self.bound_imms |= 1 << n;
        self.imms[n as usize] = value;
        true
    }
}

/// Matches a candidate at a root.
pub(crate) fn matches(
    index: &PatternIndex,
    candidate: &Candidate,
    around: &Surroundings<'_>,
    root: Root<'_>,
) -> Option<Binding> {
    let mut binding = Binding::new();
    let steps = index.steps(candidate);
    let last = steps.len() - 1;
    for step in (0..steps.len()).rev() {
        let args = if step == last {
            root.args
        } else {
            let uop = &around.region.uops[binding.members[step].index()];
            if uop.kind != steps[step].kind {
                return None;
            }
            &around.region.args[uop.args.range()]
        };
        for (arg, value) in index.args(&steps[step]).iter().zip(args) {
            match *arg {
                PatternArg::Input(n) => {
                    if !binding.input(n, *value) {
                        return None;
                    }
                }
                PatternArg::Imm(n) => {
                    let Value {
                        def: ValueDef::Const(bits),
                        ..
                    } = around.region.values[value.index()]
                    else {
                        return None;
                    };
                    if !index.accepts(candidate, n, bits as i64) || !binding.imm(n, bits as i64) {
                        return None;
                    }
                }
                PatternArg::Result(n) => {
                    let uop = around.swallowable(*value)?;
                    if binding.members[n as usize] != UNBOUND {
                        return None;
                    }
                    binding.members[n as usize] = uop;
                }
                PatternArg::Argument(_) => {}
            }
        }
    }
    if last != 0 {
        binding.exit = around.common_exit(&binding.members[..last], root)?;
    }
    Some(binding)
}

impl Surroundings<'_> {
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
            if member == UNBOUND {
                return None;
            }
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
