//! What there is to explain of a run: the bytecode, and a line for each trace, each exit that was taken and each recording
//! that was given up.
//!
//! A page reads this first, and then the traces that it shows. Nothing here says anything that an
//! [`Explanation`](super::model::Explanation) does not. Start at [`Outline`].

use serde::{Deserialize, Serialize};

use super::model::{Body, ExitName, Word};
use super::{Explainer, glossary};
use crate::trace::fragment::{Fragment, FragmentId};
use jit_native::region::ExitId;

/// An explanation without what is inside its traces; it is the same for both architectures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// The bodies of the module and of its functions.
    pub codes: Vec<Body>,
    /// The traces, in the order in which they were compiled.
    pub traces: Vec<TraceLine>,
    /// The recordings that were given up.
    pub aborted: Vec<AbortedLine>,
    /// What occurs in the bytecode and the traces, by name.
    pub glossary: Vec<Word>,
}

/// A trace, but for what is inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceLine {
    /// Its number.
    pub id: u32,
    /// What it is, in words.
    pub title: String,
    /// The trace and the exit that it goes on from.
    pub parent: Option<ExitName>,
    /// Its exits that were taken or lead to a trace.
    pub exits: Vec<ExitLine>,
}

/// An exit that was taken, or that leads to a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitLine {
    /// Its number.
    pub id: u32,
    /// Why it is there.
    pub kind: String,
    /// The line where the interpreter goes on.
    pub line: u32,
    /// The trace that it leads to.
    pub leads_to: Option<u32>,
    /// How often it was taken, back to the VM or on to another trace.
    pub times: u64,
    /// Whether it is known how it was taken the first time.
    pub has_replay: bool,
}

/// A recording that was given up, but for what is inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbortedLine {
    /// What it was for, in words.
    pub title: String,
    /// The reason, as statistics name it.
    pub reason: String,
    /// The reason, in words.
    pub explanation: String,
}

impl Explainer<'_> {
    /// What there is to explain.
    pub fn outline(&self) -> Outline {
        let fragments = self.tracer.fragments().iter().enumerate();
        let aborted = self.tracer.aborted().iter();
        Outline {
            codes: self.bodies(),
            traces: fragments.map(|(id, found)| self.line(id, found)).collect(),
            aborted: aborted
                .map(|aborted| AbortedLine {
                    title: self.purpose(aborted),
                    reason: aborted.abort.name().to_owned(),
                    explanation: aborted.abort.to_string(),
                })
                .collect(),
            glossary: glossary::glossary(self.vm, self.tracer),
        }
    }

    fn line(&self, id: usize, fragment: &Fragment) -> TraceLine {
        let (parent, title) = self.title(fragment);
        let exits = 0..fragment.region.exits.len() as u32;
        TraceLine {
            id: id as u32,
            title,
            parent,
            exits: exits
                .filter_map(|n| self.exit_line(id, fragment, n))
                .collect(),
        }
    }

    fn exit_line(&self, id: usize, fragment: &Fragment, n: u32) -> Option<ExitLine> {
        let number = fragment.exit_number(ExitId(n));
        let state = self.tracer.exits().get(number.0 as usize)?;
        let times = state.taken + state.followed;
        let watched = self.tracer.watched(FragmentId(id as u32));
        let replay = watched.and_then(|watched| watched.replays.get(n as usize)?.as_ref());
        (times > 0 || state.target.is_some()).then(|| ExitLine {
            id: state.exit.0,
            kind: state.info.kind.name().to_owned(),
            line: self.resume(fragment, state).line,
            leads_to: state.target.map(|target| target.0),
            times,
            has_replay: replay.is_some(),
        })
    }
}
