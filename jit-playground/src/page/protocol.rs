//! What the page and its worker say to each other, as JSON.
//!
//! The page sends a [`Request`]; the worker answers with [`Reply`]s. Explanations are no part of a reply: each goes as a
//! text of its own, what `mimeo explain --json` prints or a part of that. The page asks for the parts that it shows, so
//! that what it has to read at once stays small.

use serde::{Deserialize, Serialize};
use stencils::library::Arch;

use crate::explain::{self, Wanted};
use crate::session::Problem;

/// An architecture, by the name that explanations give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArchName {
    /// x86-64.
    X86_64,
    /// AArch64.
    Aarch64,
}

impl From<ArchName> for Arch {
    fn from(name: ArchName) -> Arch {
        match name {
            ArchName::X86_64 => Arch::X86_64,
            ArchName::Aarch64 => Arch::Aarch64,
        }
    }
}

/// What an explanation is asked to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// Whose machine code.
    pub arch: ArchName,
    /// Whether super-stencils may be chosen.
    pub super_stencils: bool,
    /// What selection is to choose whatever it costs.
    pub choices: Vec<Wanted>,
}

impl From<&Wish> for explain::Options {
    fn from(wish: &Wish) -> explain::Options {
        explain::Options {
            arch: wish.arch.into(),
            super_stencils: wish.super_stencils,
            choices: wish.choices.clone(),
        }
    }
}

/// What the page asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Request {
    /// To load a program, run it, and say what there is to explain: an [`Outline`](crate::explain::outline::Outline).
    Run {
        /// Its text.
        program: String,
    },
    /// A part of the explanation of the program that ran last.
    Explain(Part),
}

/// A part of an explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    /// A trace without its machine code: a [`Trace`](crate::explain::model::Trace).
    Trace {
        /// Its number.
        id: u32,
    },
    /// The machine code of a trace: a [`Code`](crate::explain::model::Code), or null when the engine has refused the region.
    Code {
        /// The trace's number.
        trace: u32,
        /// Which code.
        wish: Wish,
    },
    /// A recording that was given up: an [`Aborted`](crate::explain::model::Aborted).
    Aborted {
        /// Which of them, from 0.
        n: u32,
    },
    /// All of it: an [`Explanation`](crate::explain::model::Explanation).
    Whole {
        /// With which machine code.
        wish: Wish,
    },
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reply {
    /// It has started and takes requests.
    Ready,
    /// The program was not loaded.
    Refused {
        /// Why; at least one.
        problems: Vec<Problem>,
    },
    /// The program has ended.
    Ended {
        /// The exception that ended it.
        raised: Option<Raised>,
    },
    /// The engine itself failed.
    Fault {
        /// How.
        message: String,
    },
}

/// The exception that ended a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// What and where.
    pub problem: Problem,
    /// What CPython prints for it.
    pub traceback: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_they_are_written() {
        let wish = Wish {
            arch: ArchName::Aarch64,
            super_stencils: false,
            choices: Vec::new(),
        };
        let run = Request::Run {
            program: "x = 'é'\n".to_owned(),
        };
        let explain = Request::Explain(Part::Code { trace: 3, wish });
        for (request, word) in [(run, "\"kind\":\"run\""), (explain, "\"aarch64\"")] {
            let json = serde_json::to_string(&request).unwrap();
            assert!(json.contains(word), "{json}");
            assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request);
        }
    }
}
