//! What the optimiser did: for each uop of the region that went in, where it went or which rule removed it; and for
//! everything in the region that came out, what it was before. For `explain` and the playground.

use crate::region::{BlockId, ExitId, UopId};
use std::fmt;

/// Why a uop is gone or another than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Its operands are constants: the result was computed.
    Fold,
    /// An identity of arithmetic, such as `x + 0`.
    Identity,
    /// It was written in a simpler form with the same meaning.
    Simplify,
    /// A division by a constant was written without dividing.
    Division,
    /// The same was computed before.
    Common,
    /// What it guards is known to hold here.
    Guard,
    /// What its operands can be decides it.
    Range,
    /// Its overflow cannot happen.
    NoOverflow,
    /// What it loads was loaded or stored before.
    Forward,
    /// What it stores is there already.
    SameStore,
    /// What it stores is overwritten before anyone can see it.
    DeadStore,
    /// An addition of its address went into its offset, or its index is scaled by itself.
    Address,
    /// Nobody looks at the upper half of its result.
    UpperHalf,
    /// Nobody uses its result.
    Dead,
    /// It always leaves the region: the block ends here.
    AlwaysExits,
    /// Execution never gets here.
    Unreachable,
}

impl Rule {
    /// All rules.
    pub const ALL: [Rule; 16] = [
        Rule::Fold,
        Rule::Identity,
        Rule::Simplify,
        Rule::Division,
        Rule::Common,
        Rule::Guard,
        Rule::Range,
        Rule::NoOverflow,
        Rule::Forward,
        Rule::SameStore,
        Rule::DeadStore,
        Rule::Address,
        Rule::UpperHalf,
        Rule::Dead,
        Rule::AlwaysExits,
        Rule::Unreachable,
    ];

    /// A short name, lower case.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Fold => "fold",
            Rule::Identity => "identity",
            Rule::Simplify => "simplify",
            Rule::Division => "division",
            Rule::Common => "common",
            Rule::Guard => "guard",
            Rule::Range => "range",
            Rule::NoOverflow => "no overflow",
            Rule::Forward => "forward",
            Rule::SameStore => "same store",
            Rule::DeadStore => "dead store",
            Rule::Address => "address",
            Rule::UpperHalf => "upper half",
            Rule::Dead => "dead",
            Rule::AlwaysExits => "always exits",
            Rule::Unreachable => "unreachable",
        }
    }

    /// One line for people.
    pub fn explanation(self) -> &'static str {
        match self {
            Rule::Fold => "its operands are constants, so its result was computed",
            Rule::Identity => "an identity of arithmetic gives its result",
            Rule::Simplify => "a simpler uop means the same",
            Rule::Division => "its divisor is a constant: shifts and products mean the same",
            Rule::Common => "the same was computed before",
            Rule::Guard => "what it guards is known to hold here",
            Rule::Range => "what its operands can be decides it",
            Rule::NoOverflow => "its overflow cannot happen",
            Rule::Forward => "what it loads was loaded or stored before",
            Rule::SameStore => "what it stores is there already",
            Rule::DeadStore => "what it stores is overwritten before anyone can see it",
            Rule::Address => {
                "an addition of its address went into its offset, or its index is scaled by itself"
            }
            Rule::UpperHalf => "nobody looks at the upper half of its result",
            Rule::Dead => "nobody uses its result",
            Rule::AlwaysExits => "it always leaves the region here",
            Rule::Unreachable => "execution never gets here",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What became of a uop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is this uop now, unchanged but for its operands.
    Kept(UopId),
    /// It is this uop now, of another kind or with operands of another form.
    Changed(UopId, Rule),
    /// It left its loop: this uop, of the peeled first round, does its work once.
    Hoisted(UopId),
    /// It is gone.
    Removed(Rule),
}

/// The optimiser's account of one region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// For each uop of the old region, what became of it. A uop of a loop whose first round was peeled off may have
    /// another copy, in that round.
    pub fates: Vec<Fate>,
    /// For each uop of the new region, the old one that it comes from.
    pub sources: Vec<UopId>,
    /// For each exit of the new region, the old one that it comes from.
    pub exits: Vec<ExitId>,
    /// For each block of the new region, the old one that it begins with.
    pub blocks: Vec<BlockId>,
    /// The old blocks whose first round was peeled off.
    pub peeled: Vec<BlockId>,
}

impl Report {
    /// Empties it, keeping its memory.
    pub fn clear(&mut self) {
        self.fates.clear();
        self.sources.clear();
        self.exits.clear();
        self.blocks.clear();
        self.peeled.clear();
    }
}
