//! What two judges can disagree about. The first thing found is named: more would only follow from it.

use jit_native::testing::{Observation, RESERVED_WORDS};
use std::fmt;

/// A judge that disagrees with the warden about a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The judge's name.
    pub judge: &'static str,
    /// The seed of the world that the region ran in.
    pub world: u64,
    /// About what.
    pub what: What,
}

/// What is different. Words are numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The judge gives no answer at all, for this reason.
    NoAnswer(String),
    /// Something that another process has seen and put into words.
    Told(String),
    /// The number of the exit taken.
    Exit(Pair),
    /// The number of calls.
    Calls(Pair),
    /// A word of what the calls were given.
    Argument(usize, Pair),
    /// A word of memory.
    Memory(usize, Pair),
    /// A word of the frame.
    Frame(usize, Pair),
}

/// What should be, and what the judge says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What should be.
    pub expected: u64,
    /// What the judge says.
    pub given: u64,
}

/// What a run did: the exit's number and what it left behind.
pub type Run = (u32, Observation);

/// The first thing that is different between two runs.
pub fn compare(expected: &Run, given: &Run) -> Option<What> {
    let pair = |expected: u64, given: u64| Pair { expected, given };
    if expected.0 != given.0 {
        return Some(What::Exit(pair(expected.0.into(), given.0.into())));
    }
    let (expected, given) = (&expected.1, &given.1);
    if let Some((n, pair)) = first(&expected.log, &given.log) {
        return Some(What::Argument(n, pair));
    }
    if expected.calls != given.calls {
        return Some(What::Calls(pair(expected.calls, given.calls)));
    }
    if let Some((n, pair)) = first(&expected.memory, &given.memory) {
        return Some(What::Memory(n, pair));
    }
    first(&expected.frame, &given.frame).map(|(n, pair)| What::Frame(RESERVED_WORDS + n, pair))
}

/// The first word that is different, where both have one.
fn first(expected: &[u64], given: &[u64]) -> Option<(usize, Pair)> {
    let pairs = || expected.iter().zip(given);
    // Mostly nothing is: no branch, so that it takes several words at a time.
    if pairs().fold(0, |different, (a, b)| different | (a ^ b)) == 0 {
        return None;
    }
    let n = pairs().position(|(a, b)| a != b)?;
    Some((
        n,
        Pair {
            expected: expected[n],
            given: given[n],
        },
    ))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in world {}: {}", self.judge, self.world, self.what)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::NoAnswer(words) | What::Told(words) => f.write_str(words),
            What::Exit(pair) => write!(f, "left by x{} instead of x{}", pair.given, pair.expected),
            What::Calls(pair) => {
                write!(f, "made {} calls instead of {}", pair.given, pair.expected)
            }
            What::Argument(n, pair) => write!(f, "word {n} of the calls' log is {pair}"),
            What::Memory(n, pair) => write!(f, "memory word {n} is {pair}"),
            What::Frame(n, pair) => write!(f, "frame word {n} is {pair}"),
        }
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x} instead of {:#x}", self.given, self.expected)
    }
}
