//! A fragment: one recording that became a region, ready to run; and the exits of all fragments.

use jit_native::optimise::Report;
use jit_native::region::{ExitId, Region};

use super::lower::{ExitInfo, ExitKind};
use super::recording::Recording;
use crate::bytecode::CodeRef;

/// Which fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FragmentId(pub u32);

/// Which exit of all fragments: the number that machine code gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExitNumber(pub u32);

/// How a fragment came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is a loop that got hot.
    Loop,
    /// It goes on where an exit was taken often.
    Exit(ExitNumber),
    /// It goes on where calls returned to from a trace.
    Return,
}

/// A compiled trace.
#[derive(Debug)]
pub struct Fragment {
    /// How it came about.
    pub origin: Origin,
    /// The trace that it belongs to: itself, or for a side trace the one that its parent belongs to.
    pub root: FragmentId,
    /// How many side traces belong to it.
    pub side_traces: u32,
    /// What was recorded.
    pub recording: Recording,
    /// The region as the recording was translated.
    pub lowered: Region,
    /// The region after optimising: what runs.
    pub region: Region,
    /// What the optimiser did.
    pub report: Report,
    /// The number of its first exit.
    pub first_exit: u32,
}

impl Fragment {
    /// How many frame slots are in use where it begins.
    pub fn slots(&self) -> u32 {
        let recording = &self.recording;
        let frames = &recording.start.frames;
        let (code, base) = frames
            .last()
            .map_or((recording.code, 0), |frame| (frame.code, frame.base));
        base + code.locals().len() as u32 + code.depth(recording.pc)
    }

    /// The number of one of its exits.
    pub fn exit_number(&self, exit: ExitId) -> ExitNumber {
        ExitNumber(self.first_exit + exit.0)
    }
}

/// One exit, and what became of it.
#[derive(Debug)]
pub struct ExitState {
    /// The fragment that it leaves.
    pub fragment: FragmentId,
    /// Which of its exits it is.
    pub exit: ExitId,
    /// How the interpreter goes on.
    pub info: ExitInfo,
    /// How often it was taken back to the interpreter.
    pub taken: u64,
    /// How often it was taken to go on in another trace without the VM; not counted where machine code does that by itself.
    pub followed: u64,
    /// How often it was taken since recording from here was last tried.
    pub count: u32,
    /// How many recordings from here were given up.
    pub tries: u32,
    /// The fragment that it leads to: a side trace, or the trace at whose head this one ended.
    pub target: Option<FragmentId>,
    /// Where it returned to last, if a trace begins there.
    pub returned: Option<(CodeRef, u32, FragmentId)>,
}

impl ExitState {
    /// An exit that was not taken yet.
    pub fn new(fragment: FragmentId, exit: ExitId, info: ExitInfo) -> ExitState {
        ExitState {
            fragment,
            exit,
            info,
            taken: 0,
            followed: 0,
            count: 0,
            tries: 0,
            target: None,
            returned: None,
        }
    }

    /// Whether its target runs on the frame of the fragment that is left, before any frame was begun.
    pub fn target_shares_frame(&self) -> bool {
        self.info.kind != ExitKind::Link || self.info.frames.is_empty()
    }
}
