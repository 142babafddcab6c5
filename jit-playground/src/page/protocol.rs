//! What the page and its worker say to each other, as JSON.
//!
//! The page sends a [`Request`]; the worker answers with [`Reply`]s. An explanation is no part of a reply: it goes as a
//! text of its own, just as `mimeo explain --json` prints it.

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
    /// To load a program, run it, and explain it.
    Run {
        /// Its text.
        program: String,
        /// What to explain of it, in this order.
        wishes: Vec<Wish>,
    },
    /// To explain the program that ran last once more.
    Explain {
        /// What of it.
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
        let request = Request::Run {
            program: "x = 'é'\n".to_owned(),
            wishes: vec![wish],
        };
        let json = serde_json::to_string(&request).unwrap();
        assert!(json.contains("\"kind\":\"run\"") && json.contains("\"aarch64\""));
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request);
    }
}
