//! A pattern as selection sees it: from its root, with what its operands must be in a few bits, so that most patterns
//! which do not match are passed over at a glance.
//!
//! Says nothing of where patterns are found ([`super::index`]). Start with [`Candidate`].

use stencils::library::{ImmRange, Pattern, PatternArg, PatternId};
use stencils::table::UopKind;

/// One pattern, seen from its root.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// What a tile of it is made of.
    pub plain: Plain,
    /// What the operands of the root, and of its first child, must be.
    pub wants: Operands,
    /// The range of its immediate, if `lone` says that there is one.
    pub range: Range,
    /// The root's operand that is the immediate, if that is the only one and its range all that is to be checked, as for
    /// most patterns of one uop; else [`SCATTERED`].
    pub lone: u8,
    /// The step that the first child is.
    pub child_step: u8,
    /// Whether all uops but the root do nothing besides computing their results.
    pub pure: bool,
    /// The number of its uops.
    pub step_count: u8,
    /// The number of immediates.
    pub imm_count: u8,
    /// The number of checks.
    pub(super) check_count: u8,
    /// The number of arguments of a call among the root's operands.
    pub argument_count: u8,
    /// Its checks, in [`super::index::PatternIndex::checks`].
    pub(super) checks_start: u32,
    /// Where its operands are, in [`super::index::PatternIndex::sources`].
    pub(super) sources_start: u32,
    /// The arguments, in [`super::index::PatternIndex::arguments`].
    pub(super) arguments_start: u32,
}

/// What operands are, or must be: those that are constants, and those that are results which only their user uses, a byte
/// each, in which bit n speaks of operand n; then the same of the operands of the root's first child, and the operand
/// whose result that is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operands(u64);

/// Where in [`Operands`] a child's own are, and which child.
const OF_CHILD: u32 = 16;
const CHILD: u32 = 32;

impl Operands {
    /// A root's: constants in the low byte, results in the high one.
    #[inline]
    pub fn of_root(sets: u16) -> Operands {
        Operands(u64::from(sets))
    }

    /// A root's, with those of the child that operand number `child` is the result of.
    #[inline]
    pub fn with_child(self, child: u8, own: Operands) -> Operands {
        Operands(self.0 | own.0 << OF_CHILD | 1 << CHILD << child)
    }

    /// What a pattern wants of a uop's operands.
    pub(super) fn wanted(args: &[PatternArg]) -> Operands {
        let sets = (0..).zip(args).fold(0, |sets, (n, arg)| match arg {
            PatternArg::Imm(_) => sets | 1 << n,
            PatternArg::Result(_) => sets | 1 << (8 + n),
            _ => sets,
        });
        Operands::of_root(sets)
    }

    /// Whether operands are all that these ones must be.
    #[inline]
    pub fn are_in(self, given: Operands) -> bool {
        self.0 & !given.0 == 0
    }

    /// Whether some operand of the root is a constant.
    #[inline]
    pub(super) fn has_constants(self) -> bool {
        self.0 as u8 != 0
    }
}

/// The inputs do not stand together among the root's operands, or there is no [`Candidate::lone`] immediate.
pub const SCATTERED: u8 = u8::MAX;

/// Where an operand of a pattern is found: an operand of one of its uops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Which of the pattern's uops; the last one is the root.
    pub step: u8,
    /// Which operand.
    pub arg: u8,
}

/// An operand of a call, which is stored into an argument word before.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Which of the root's operands.
    pub arg: u8,
    /// Into which word.
    pub word: u8,
}

/// What must be so for a pattern to match, besides the kinds of root and child.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The operand that it is about.
    pub at: Source,
    /// What must be so.
    pub demand: Demand,
}

/// What an operand must be.
#[derive(Clone, Copy, Debug)]
pub enum Demand {
    /// The result, used nowhere else, of the uop that is this step, of this kind.
    Result(u8, UopKind),
    /// A constant within a range.
    Constant(ImmRange),
    /// The same value as another operand.
    Same(Source),
}

/// What a tile is made of: of one uop, this is all, if its inputs stand together.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    /// Which pattern.
    pub pattern: PatternId,
    /// What its cheapest stencil costs, in quarters of a cycle, less what the constants in its immediates would cost.
    pub net: i32,
    /// Where the inputs start among the root's operands, if they stand together there and in order; else [`SCATTERED`].
    pub first_input: u8,
    /// The number of register inputs.
    pub input_count: u8,
    /// Whether it destroys registers: see [`crate::variants::Facts::clobbers`].
    pub clobbers: bool,
}

impl Plain {
    /// Stands where there is none.
    pub(super) const NONE: Plain = Plain {
        pattern: PatternId(0),
        net: 0,
        first_input: 0,
        input_count: 0,
        clobbers: false,
    };
}

impl Candidate {
    /// Whether it has at most one immediate and nothing but its range to check, stores nothing before, and finds its inputs
    /// together.
    pub(super) fn is_simple(&self) -> bool {
        self.check_count == self.imm_count
            && (self.imm_count == 0 || self.lone != SCATTERED)
            && self.argument_count == 0
            && self.plain.first_input != SCATTERED
    }
}

/// An immediate's range, ready to be looked at often.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    min: i64,
    max: i64,
    /// The bits that must be zero.
    zeros: u8,
}

impl Range {
    /// The range of what is no [`Candidate::lone`] immediate.
    pub(super) const NONE: Range = Range {
        min: 0,
        max: 0,
        zeros: 0,
    };

    /// A range, unless it wants more zeros than there is room for.
    fn new(range: &ImmRange) -> Option<Range> {
        let zeros = 1u64.checked_shl(range.align_log2.into())? - 1;
        Some(Range {
            min: range.min,
            max: range.max,
            zeros: zeros.try_into().ok()?,
        })
    }

    /// Whether it takes a constant.
    #[inline(always)]
    pub(super) fn accepts(&self, value: i64) -> bool {
        self.min <= value && value <= self.max && value as u8 & self.zeros == 0
    }
}

/// See [`Candidate::lone`].
pub(super) fn lone(pattern: &Pattern, checks: &[Check]) -> Option<(u8, Range)> {
    match *checks {
        [
            Check {
                at: Source { step: 0, arg },
                demand: Demand::Constant(range),
            },
        ] if pattern.uops.len() == 1 => Some((arg, Range::new(&range)?)),
        _ => None,
    }
}

/// See [`Plain::first_input`].
pub(super) fn first_input(pattern: &Pattern) -> u8 {
    let [uop] = &pattern.uops[..] else {
        return SCATTERED;
    };
    let inputs: Vec<PatternArg> = (0..pattern.inputs.len() as u8)
        .map(PatternArg::Input)
        .collect();
    if inputs.is_empty() {
        return 0;
    }
    let mut windows = uop.args.windows(inputs.len());
    let first = windows.position(|window| *window == inputs[..]);
    first.map_or(SCATTERED, |first| first as u8)
}
