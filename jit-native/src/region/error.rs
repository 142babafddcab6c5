//! What can be wrong with a region: where, and what. Never a panic: text, fuzzers and careless front ends all get
//! one of these back. Start with [`RegionError`].

use super::{BlockId, ExitId, UopId, ValueId};
use std::fmt;
use stencils::table::{Type, UopKind};

/// A region, or a call of the builder, that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct RegionError {
    /// Where it was found.
    pub place: Place,
    /// What is wrong.
    pub fault: Fault,
}

/// The part of a region that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The region as a whole.
    Region,
    /// One value.
    Value(ValueId),
    /// One uop.
    Uop(UopId),
    /// One block.
    Block(BlockId),
    /// How one block ends.
    Terminator(BlockId),
    /// One exit.
    Exit(ExitId),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Region => write!(f, "region"),
            Place::Value(value) => write!(f, "{value}"),
            Place::Uop(uop) => write!(f, "{uop}"),
            Place::Block(block) => write!(f, "{block}"),
            Place::Terminator(block) => write!(f, "end of {block}"),
            Place::Exit(exit) => write!(f, "{exit}"),
        }
    }
}

/// What is wrong with a region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More of something than a region may hold.
    #[error("more than {limit} {what}")]
    Limit {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// A region needs an entry.
    #[error("there is no block")]
    NoBlock,
    /// State enters through the frame, never through parameters.
    #[error("the entry block has parameters")]
    EntryHasParams,
    /// The entry block is entered from outside alone.
    #[error("an edge goes to the entry block")]
    EdgeToEntry,
    /// The table has no such uop.
    #[error("there is no uop kind {}", .0.0)]
    UnknownKind(UopKind),
    /// The uop is machinery of the engine.
    #[error("`{0}` is internal: a region may not hold it")]
    InternalKind(&'static str),
    /// A number that names no value.
    #[error("there is no value {0}")]
    UnknownValue(ValueId),
    /// A number that names no block.
    #[error("there is no block {0}")]
    UnknownBlock(BlockId),
    /// A number that names no exit.
    #[error("there is no exit {0}")]
    UnknownExit(ExitId),
    /// A number that names no parameter.
    #[error("it has no parameter {0}")]
    UnknownParam(usize),
    /// The wrong number of operands.
    #[error("`{name}` takes {expected} operands, not {given}")]
    Arity {
        /// The uop's name.
        name: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        given: usize,
    },
    /// An operand of the wrong type.
    #[error("operand {operand} of `{name}` is {}, not {}", type_name(*.expected), type_name(*.given))]
    OperandType {
        /// The uop's name.
        name: &'static str,
        /// Which operand, from 0.
        operand: usize,
        /// What it takes.
        expected: Type,
        /// What there is.
        given: Type,
    },
    /// An immediate operand that is no integer constant.
    #[error("operand {operand} of `{name}` must be an integer constant")]
    NotConstant {
        /// The uop's name.
        name: &'static str,
        /// Which operand, from 0.
        operand: usize,
    },
    /// An immediate that does not fit in 32 bits.
    #[error("operand {operand} of `{name}` is {value}, which does not fit in 32 bits, signed")]
    ImmediateRange {
        /// The uop's name.
        name: &'static str,
        /// Which operand, from 0.
        operand: usize,
        /// The constant.
        value: i64,
    },
    /// A uop that may exit has nowhere to go.
    #[error("`{0}` may exit and has no exit")]
    MissingExit(&'static str),
    /// A uop that never exits has an exit.
    #[error("`{0}` never exits and has an exit")]
    UnexpectedExit(&'static str),
    /// Branches are decided by guards: kinds that may exit and have no result.
    #[error("`{0}` is no guard: a branch needs a uop that may exit and has no result")]
    NotAGuard(&'static str),
    /// A uop's result is missing, or there although the kind has none.
    #[error("`{0}` and its result do not agree")]
    Result(&'static str),
    /// A uop was asked for a value and has none to give.
    #[error("`{0}` has no result")]
    NoResult(&'static str),
    /// An edge does not give its target one value for each parameter.
    #[error("{target} takes {expected} values, not {given}")]
    EdgeArity {
        /// The edge's target.
        target: BlockId,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        given: usize,
    },
    /// An edge gives a parameter a value of the wrong type.
    #[error("parameter {param} of {target} is {}, not {}", type_name(*.expected), type_name(*.given))]
    EdgeType {
        /// The edge's target.
        target: BlockId,
        /// Which parameter, from 0.
        param: usize,
        /// What it takes.
        expected: Type,
        /// What there is.
        given: Type,
    },
    /// A use that its definition does not dominate.
    #[error("{0} is not available here: its definition does not come first on every way")]
    NotAvailable(ValueId),
    /// A value whose stated origin does not know it.
    #[error("its definition does not agree with it")]
    Definition,
    /// A span that leaves its pool.
    #[error("a span leaves its pool of {0}")]
    Span(&'static str),
    /// The blocks' uops do not follow each other.
    #[error("its uops do not start where those of the block before it end")]
    BlockSpan,
    /// Blocks must be reachable, and stand after their dominators.
    #[error("no block that stands before it leads to it")]
    NoEarlierPredecessor,
    /// A loop with more than one way in.
    #[error("it goes back to {0}, which does not dominate it: a loop has one way in")]
    Irreducible(BlockId),
    /// A snapshot that gives one frame word two values.
    #[error("frame word {0} is given twice")]
    DuplicateSlot(u32),
    /// A frame word beyond what an offset can reach.
    #[error("frame word {0} is out of reach")]
    SlotRange(u32),
    /// The builder has no block to put it in.
    #[error("there is no current block")]
    NoCurrentBlock,
    /// The builder was told to leave a block that has no end yet.
    #[error("it is not finished: it needs a jump, a branch or a leave")]
    Unfinished,
    /// The builder was told to go back to a block that it has filled.
    #[error("it was filled before")]
    FilledTwice,
}

/// The name of a type as the text form writes it.
pub(crate) fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::I64 => "i64",
        Type::F64 => "f64",
    }
}
