//! Which rows are there at which place of the timeline, as a list of changes: going from one place to another touches only
//! the rows that change in between.
//!
//! A row is first not there yet (its place is kept free), then under way, then done. Start at [`changes`].

use std::collections::{HashMap, HashSet};

use jit_playground::explain::model::Trace;

use super::{Stage, Timeline};
use crate::provenance::{Key, Side};
use crate::spot::{Listing, Spot};

/// How far a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// It is not there yet.
    Future,
    /// It is there, but not as it is in the end: not decided, without registers, with empty holes.
    Pending,
    /// It is as it is in the end.
    Done,
}

/// A row that changes with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The step's number, from 0 at the beginning of the timeline.
    pub step: usize,
    /// The row.
    pub row: Spot,
    /// How far it was before.
    pub from: Progress,
    /// How far it is then.
    pub to: Progress,
}

/// All changes, in the order of the steps.
pub fn changes(timeline: &Timeline, trace: Option<&Trace>) -> Vec<Change> {
    let mut list = List::default();
    let start = |stage| timeline.start(stage);
    for (n, key) in timeline.steps[0].iter().enumerate() {
        list.appears(n, Listing::Plain, *key);
    }
    if let Some(trace) = trace {
        optimising(&mut list, timeline, trace);
    }
    let selected = &timeline.steps[Stage::Select as usize];
    let waiting: HashSet<Option<Key>> = selected.iter().copied().collect();
    for (n, key) in selected.iter().enumerate() {
        let step = start(Stage::Select) + n;
        list.push(
            step,
            Listing::Stencils,
            *key,
            Progress::Future,
            Progress::Pending,
        );
    }
    for (n, key) in timeline.steps[Stage::Allocate as usize].iter().enumerate() {
        let was = if waiting.contains(key) {
            Progress::Pending
        } else {
            Progress::Future
        };
        list.push(
            start(Stage::Allocate) + n,
            Listing::Stencils,
            *key,
            was,
            Progress::Done,
        );
    }
    copying(&mut list, timeline);
    // Stable: what one step does to several rows keeps its order.
    list.0.sort_by_key(|change| change.step);
    list.0
}

/// The region stands there as it was translated when optimising begins; then each uop is decided.
fn optimising(list: &mut List, timeline: &Timeline, trace: &Trace) {
    let start = timeline.start(Stage::Optimise);
    let Some(before) = start.checked_sub(1) else {
        return;
    };
    let lowered = || trace.lowered.blocks.iter().flat_map(|block| &block.uops);
    let steps: HashMap<u32, usize> = lowered().zip(start..).map(|(uop, n)| (uop.id, n)).collect();
    let removed = lowered().filter(|uop| uop.fate.as_ref().is_some_and(|fate| fate.now.is_none()));
    let removed = removed.map(|uop| (Key::Lowered(uop.id), Some(uop.id)));
    // One uop may have become several: each is decided with the one that it was.
    let kept = trace.optimised.blocks.iter().flat_map(|block| &block.uops);
    let kept = kept.map(|uop| (Key::Uop(uop.id), uop.was));
    for (key, was) in removed.chain(kept) {
        let step = was.and_then(|was| steps.get(&was)).unwrap_or(&start);
        list.push(
            before,
            Listing::Plain,
            Some(key),
            Progress::Future,
            Progress::Pending,
        );
        list.push(
            *step,
            Listing::Plain,
            Some(key),
            Progress::Pending,
            Progress::Done,
        );
    }
    for exit in &trace.exits {
        list.appears(before, Listing::Plain, Some(Key::Exit(exit.id)));
    }
}

fn copying(list: &mut List, timeline: &Timeline) {
    let (copy, patch) = (timeline.start(Stage::Copy), timeline.start(Stage::Patch));
    for (n, sides) in timeline.copied.iter().enumerate() {
        let patched = timeline.patched.binary_search(&n).ok();
        for side in Side::BOTH {
            for &piece in &sides[side as usize] {
                let key = Some(Key::Piece(side, piece));
                match patched {
                    Some(at) => {
                        list.push(
                            copy + n,
                            Listing::Machine,
                            key,
                            Progress::Future,
                            Progress::Pending,
                        );
                        list.push(
                            patch + at,
                            Listing::Machine,
                            key,
                            Progress::Pending,
                            Progress::Done,
                        );
                    }
                    None => list.appears(copy + n, Listing::Machine, key),
                }
            }
        }
    }
}

#[derive(Default)]
struct List(Vec<Change>);

impl List {
    fn push(
        &mut self,
        step: usize,
        listing: Listing,
        key: Option<Key>,
        from: Progress,
        to: Progress,
    ) {
        if let Some(key) = key {
            self.0.push(Change {
                step,
                row: Spot(listing, key),
                from,
                to,
            });
        }
    }

    fn appears(&mut self, step: usize, listing: Listing, key: Option<Key>) {
        self.push(step, listing, key, Progress::Future, Progress::Done);
    }
}
