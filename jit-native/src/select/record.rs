//! What selection considered, for those who want to see it: explanations and the playground. Selection itself looks at
//! less, since it knows bounds; this looks at everything that matches.

use super::CONSTANT_COST;
use super::matching::{Covered, Leaf, NOTHING, Root};
use crate::region::ValueId;
use stencils::library::PatternId;

/// One pattern that matched somewhere, chosen or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The root: the number of a uop, or, for the guard of a branch, the number of uops plus the number of its block.
    pub place: u32,
    /// What matched there.
    pub pattern: PatternId,
    /// The cost of the root's tree with it, in quarters of a cycle.
    pub cost: u32,
}

/// Where it is written down.
pub(super) struct Record<'a> {
    pub(super) alternatives: &'a mut Vec<Alternative>,
    /// By value: the least cost of the tree whose result it is, if only one uop of the block under way uses it.
    pub(super) costs: Vec<u32>,
    /// Whether super-stencils may not be chosen.
    pub(super) single_only: bool,
}

impl Record<'_> {
    /// Writes down everything that matches at a root, super-stencils only if they may be chosen.
    #[inline(never)]
    pub(super) fn consider(&mut self, around: &Covered<'_>, root: &Root<'_>, place: usize) {
        let operands = self.operands(around, root.args);
        let mut note = |pattern, own| {
            self.alternatives.push(Alternative {
                place: place as u32,
                pattern,
                cost: operands.wrapping_add_signed(own),
            });
        };
        if !self.single_only {
            around.each_fused(root, |candidate, child| {
                let mut members = NOTHING;
                members[usize::from(candidate.child_step)] = child;
                if let Some(own) = around.matches(candidate, root, &mut members, i32::MAX) {
                    note(candidate.plain.pattern, own);
                }
            });
        }
        for candidate in around.index.singles(root.kind) {
            if around.fits(candidate, root) {
                note(candidate.plain.pattern, candidate.plain.net);
            }
        }
    }

    /// Writes down what the tree costs whose result this is, given what it costs without its operands.
    pub(super) fn covered(
        &mut self,
        around: &Covered<'_>,
        result: ValueId,
        args: &[ValueId],
        own: i32,
    ) {
        self.costs[result.index()] = self.operands(around, args).wrapping_add_signed(own);
    }

    /// What operands cost that are made for one use alone.
    fn operands(&self, around: &Covered<'_>, args: &[ValueId]) -> u32 {
        let cost = |value: &ValueId| match around.leaves[value.index()] {
            Leaf::CONSTANT => CONSTANT_COST,
            _ => self.costs[value.index()],
        };
        args.iter().map(cost).sum()
    }
}
