//! Why a recording is given up. Every reason is counted, named in `--stats`, and shown by `mimeo explain`.

use std::fmt;

use crate::bytecode::Op;

/// Why a recording did not become a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Abort {
    /// The recording has more uops than [`MAX_UOPS`](super::limits::MAX_UOPS).
    TooLong,
    /// The recording ran into a loop inside the recorded one that has no region yet: that one gets hot first.
    InnerLoop,
    /// The loop ended, or was left by `break` or `return`, while it was recorded.
    LeftLoop,
    /// An operation that is never part of a trace.
    Unsupported(Op),
    /// The recorded program raised an exception, or ended.
    Raised,
    /// A variable has another type at the end of the iteration than at its start.
    TypeUnstable,
    /// The recording contradicts itself: an operation saw other types than the one before it left.
    Contradiction,
    /// The recording ended where it began, without any work in between.
    Empty,
    /// The parent of the side trace has all the side traces it may have.
    TooManySideTraces,
    /// The engine refused the region, or has no room for its code.
    Refused,
}

impl Abort {
    /// A short name without spaces, for statistics.
    pub fn name(self) -> &'static str {
        match self {
            Abort::TooLong => "too_long",
            Abort::InnerLoop => "inner_loop",
            Abort::LeftLoop => "left_loop",
            Abort::Unsupported(_) => "unsupported",
            Abort::Raised => "raised",
            Abort::TypeUnstable => "type_unstable",
            Abort::Contradiction => "contradiction",
            Abort::Empty => "empty",
            Abort::TooManySideTraces => "too_many_side_traces",
            Abort::Refused => "refused",
        }
    }
}

impl fmt::Display for Abort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Abort::TooLong => "the recording became too long",
            Abort::InnerLoop => "an inner loop has no trace of its own yet",
            Abort::LeftLoop => "the loop was left while it was recorded",
            Abort::Unsupported(op) => return write!(f, "{} is never part of a trace", op.name()),
            Abort::Raised => "the program raised an exception or ended",
            Abort::TypeUnstable => "a variable changes its type from one iteration to the next",
            Abort::Contradiction => "the recording contradicts itself",
            Abort::Empty => "nothing was recorded",
            Abort::TooManySideTraces => "the trace has as many side traces as it may have",
            Abort::Refused => "the engine could not compile the region",
        })
    }
}
