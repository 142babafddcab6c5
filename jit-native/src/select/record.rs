//! What selection considered, for those who want to see it: explanations and the playground. Selection itself looks at
//! less, since it knows bounds; this looks at everything that matches.

use super::CONSTANT_COST;
use super::matching::{Root, Shape, Surroundings};
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

/// Writes down everything that matches at a root, super-stencils only if they may be chosen. `operands` is what the
/// root's operands cost.
pub(super) fn consider(
    alternatives: &mut Vec<Alternative>,
    around: &Surroundings<'_>,
    root: Root<'_>,
    (shape, operands): (Shape, u32),
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
    let fused = shape.fused(around, root).filter(|_| !single_only);
    for (_, candidate) in fused {
        if let Some(found) = around.matches(candidate, root) {
            note(candidate.pattern, found.cost);
        }
    }
    for candidate in around.index.singles(root.kind).1 {
        if shape.suits(candidate) && around.fits(candidate, root.args) {
            let folded = CONSTANT_COST * candidate.constants.count_ones();
            note(candidate.pattern, candidate.cost + operands - folded);
        }
    }
}
