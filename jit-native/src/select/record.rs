//! What selection considered, for those who want to see it: explanations and the playground. Selection itself looks at
//! less, since it knows bounds; this looks at everything that matches.

use super::matching::{Covered, NOTHING, Root, Shape};
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

/// Writes down everything that matches at a root, super-stencils only if they may be chosen.
#[inline(never)]
pub(super) fn consider(
    alternatives: &mut Vec<Alternative>,
    around: &Covered<'_>,
    root: &Root<'_>,
    shape: Shape,
    single_only: bool,
    place: usize,
) {
    let place = place as u32;
    let mut note = |pattern, cost| {
        alternatives.push(Alternative {
            place,
            pattern,
            cost,
        });
    };
    if !single_only {
        around.each_fused(root, shape, |candidate, child| {
            let mut members = NOTHING;
            members[usize::from(candidate.child_step)] = child;
            if let Some(cost) = around.matches(candidate, root, shape, &mut members, u32::MAX) {
                note(candidate.pattern, cost);
            }
        });
    }
    for candidate in around.index.singles(root.kind) {
        if candidate.wants.are_in(shape.given()) && around.fits(candidate, root.args) {
            note(candidate.pattern, shape.total(candidate));
        }
    }
}
