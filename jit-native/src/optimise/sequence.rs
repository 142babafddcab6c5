//! A short computation that stands for one uop: what a rule answers when no single uop means the same.
//!
//! Knows nothing of rules: the forward pass settles step after step as if each had stood in the region, so that steps are
//! folded and shared like other uops. Start with [`Sequence::step`].

use super::range::Range;
use crate::region::ValueId;
use smallvec::SmallVec;
use stencils::table::UopKind;

/// An operand of a step.
#[derive(Clone, Copy, Debug)]
pub(super) enum Term {
    /// A value that is there already.
    Value(ValueId),
    /// The result of the step with this number.
    Step(usize),
}

impl From<ValueId> for Term {
    fn from(value: ValueId) -> Term {
        Term::Value(value)
    }
}

/// One uop of the computation.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub kind: UopKind,
    pub args: SmallVec<[Term; 5]>,
}

/// The steps, in order; the last one takes the uop's place, with its exit and its result. All others are pure, leave
/// nowhere and have results.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    pub steps: SmallVec<[Step; 8]>,
    /// What the result can be, where the uop itself said more than the last step does.
    pub range: Range,
}

impl Sequence {
    /// No steps yet, for a result within a range.
    pub fn new(range: Range) -> Sequence {
        let steps = SmallVec::new();
        Sequence { steps, range }
    }

    /// Adds a uop.
    pub fn step(&mut self, kind: UopKind, args: &[Term]) -> Term {
        let args = args.into();
        self.steps.push(Step { kind, args });
        Term::Step(self.steps.len() - 1)
    }
}
