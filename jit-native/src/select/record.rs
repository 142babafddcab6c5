//! What selection considered, for those who want to see it: explanations and the playground.

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
