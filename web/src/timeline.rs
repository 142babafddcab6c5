//! The timeline: how a trace came about, step by step, from the recording to its first run.
//!
//! A place on it is the number of steps that are done. It is counted from what an explanation holds and knows nothing of
//! the page; which rows are there at which place is in `rows`. Start at [`Timeline::of`].

pub mod rows;
pub mod words;

use jit_playground::explain::model::{Code, Step, Trace};

use crate::provenance::{Key, Side};
use crate::sheet::Sheet;
use crate::spot::Listing;

/// A part of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The interpreter runs once round the loop, and uops are written down.
    Record,
    /// The optimiser decides about each uop.
    Optimise,
    /// Stencils are chosen.
    Select,
    /// Registers are chosen.
    Allocate,
    /// Stencils are copied.
    Copy,
    /// Holes are filled.
    Patch,
    /// The trace runs.
    Run,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Stage; 7] = [
        Stage::Record,
        Stage::Optimise,
        Stage::Select,
        Stage::Allocate,
        Stage::Copy,
        Stage::Patch,
        Stage::Run,
    ];

    /// The kind of listing that its steps are rows of.
    pub fn listing(self) -> Listing {
        match self {
            Stage::Record | Stage::Optimise | Stage::Run => Listing::Plain,
            Stage::Select | Stage::Allocate => Listing::Stencils,
            Stage::Copy | Stage::Patch => Listing::Machine,
        }
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Stage::Record => "Record",
            Stage::Optimise => "Optimise",
            Stage::Select => "Select",
            Stage::Allocate => "Allocate",
            Stage::Copy => "Copy",
            Stage::Patch => "Patch",
            Stage::Run => "Run",
        }
    }
}

/// What one step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The stage.
    pub stage: Stage,
    /// Which of its steps, from 0.
    pub step: usize,
}

/// The steps of one trace, or of a recording that was given up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// By stage: what each of its steps is about.
    steps: [Vec<Option<Key>>; 7],
    /// By step of the copying: which pieces of each column are copied.
    copied: Vec<[Vec<u32>; 2]>,
    /// By step of the patching: which of the copying's.
    patched: Vec<usize>,
}

impl Timeline {
    /// The timeline of what is shown; `side` is the column whose stencils are listed.
    pub fn of(sheet: &Sheet, side: Side) -> Timeline {
        let mut timeline = Timeline::default();
        let recorded = 0..sheet.recorded().len() as u32;
        timeline.steps[0] = recorded.map(|n| Some(Key::Recorded(n))).collect();
        if let Some(trace) = sheet.trace() {
            timeline.compile(sheet, trace, side);
        }
        timeline
    }

    fn compile(&mut self, sheet: &Sheet, trace: &Trace, side: Side) {
        let lowered = trace.lowered.blocks.iter().flat_map(|block| &block.uops);
        let decided = lowered.map(|uop| match uop.fate.as_ref().and_then(|fate| fate.now) {
            Some(now) => Some(Key::Uop(now)),
            None => Some(Key::Lowered(uop.id)),
        });
        self.steps[Stage::Optimise as usize] = decided.collect();
        if let Some(code) = sheet.code(side) {
            self.steps[Stage::Select as usize] = pieces(code, side, |role| role == "uop");
            self.steps[Stage::Allocate as usize] = pieces(code, side, |_| true);
        }
        let codes = sheet.codes();
        for row in sheet.rows() {
            let n = self.copied.len();
            let first = row.sides[side as usize].first();
            let key = first.map(|&n| Key::Piece(side, n));
            self.steps[Stage::Copy as usize].push(key);
            let has_holes = Side::BOTH.iter().zip(codes).any(|(&side, code)| {
                let mut pieces = row.sides[side as usize].iter();
                let pieces_of = |n: &u32| code.and_then(|code| code.pieces.get(*n as usize));
                pieces.any(|n| pieces_of(n).is_some_and(|piece| !piece.holes.is_empty()))
            });
            if has_holes {
                self.steps[Stage::Patch as usize].push(key);
                self.patched.push(n);
            }
            self.copied.push(row.sides.clone());
        }
        if let Some(run) = &trace.run {
            self.steps[Stage::Run as usize] = run.steps.iter().map(key_of).collect();
        }
    }

    /// How many steps a stage has.
    pub fn len(&self, stage: Stage) -> usize {
        self.steps[stage as usize].len()
    }

    /// How many steps there are.
    pub fn total(&self) -> usize {
        self.steps.iter().map(Vec::len).sum()
    }

    /// The place before the first step of a stage.
    pub fn start(&self, stage: Stage) -> usize {
        self.steps[..stage as usize].iter().map(Vec::len).sum()
    }

    /// The place where everything is there and nothing has run.
    pub fn compiled(&self) -> usize {
        self.start(Stage::Run)
    }

    /// The step that was done last at a place; none at the beginning.
    pub fn moment(&self, place: usize) -> Option<Moment> {
        let mut step = place.min(self.total()).checked_sub(1)?;
        for stage in Stage::ALL {
            let len = self.len(stage);
            if step < len {
                return Some(Moment { stage, step });
            }
            step -= len;
        }
        None
    }

    /// What the step that was done last is about.
    pub fn key(&self, place: usize) -> Option<Key> {
        let moment = self.moment(place)?;
        self.steps[moment.stage as usize][moment.step]
    }

    /// The place after a stage before or behind, for going from stage to stage.
    pub fn neighbour(&self, place: usize, forward: bool) -> usize {
        let mut ends = Stage::ALL
            .map(|stage| self.start(stage) + self.len(stage))
            .to_vec();
        ends.insert(0, 0);
        let found = if forward {
            ends.into_iter().find(|&end| end > place)
        } else {
            ends.into_iter().rev().find(|&end| end < place)
        };
        found.unwrap_or(place)
    }
}

/// What a step of a run is about.
fn key_of(step: &Step) -> Option<Key> {
    match step.kind.as_str() {
        "uop" => Some(Key::Uop(step.id)),
        "leave" => Some(Key::Exit(step.id)),
        _ => None,
    }
}

fn pieces(code: &Code, side: Side, wanted: impl Fn(&str) -> bool) -> Vec<Option<Key>> {
    let pieces = code.pieces.iter().enumerate();
    let wanted = pieces.filter(|(_, piece)| wanted(&piece.role));
    wanted
        .map(|(n, _)| Some(Key::Piece(side, n as u32)))
        .collect()
}

#[cfg(test)]
mod tests;
