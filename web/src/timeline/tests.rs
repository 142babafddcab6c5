//! Timelines of what the engine really says.

use super::rows::changes;
use super::words::words;
use super::*;
use crate::spot::{Listing, Spot};
use crate::testing::first;

const PROGRAM: &str = "total = 0\nfor i in range(200):\n    total += i * 3\n";

fn with_timeline(check: impl Fn(&Sheet, Timeline)) {
    let (_, sheet) = first(PROGRAM);
    check(&sheet, Timeline::of(&sheet, Side::Left));
}

#[test]
fn every_stage_has_steps_and_every_place_a_moment() {
    with_timeline(|sheet, timeline| {
        assert!(Stage::ALL.iter().all(|&stage| timeline.len(stage) > 0));
        assert_eq!(timeline.moment(0), None);
        let mut last = (0, 0);
        for place in 1..=timeline.total() {
            let moment = timeline.moment(place).unwrap();
            let now = (moment.stage as usize, moment.step);
            assert!(now > last || place == 1, "{now:?} after {last:?}");
            last = now;
            let key = timeline.key(place);
            let text = words(sheet, Some(moment), key, Side::Left);
            assert!(!text.is_empty(), "{moment:?}");
        }
        assert_eq!(
            timeline.moment(timeline.total() + 9),
            timeline.moment(timeline.total())
        );
    });
}

#[test]
fn going_by_stages_comes_to_each_end_and_back() {
    with_timeline(|_, timeline| {
        let mut place = 0;
        let mut ends = Vec::new();
        while timeline.neighbour(place, true) != place {
            place = timeline.neighbour(place, true);
            ends.push(place);
        }
        assert_eq!((ends.len(), place), (7, timeline.total()));
        for wanted in ends.iter().rev().skip(1) {
            place = timeline.neighbour(place, false);
            assert_eq!(place, *wanted);
        }
        assert_eq!(timeline.neighbour(place, false), 0);
    });
}

/// Every row that a step is about ends up as it is in the end, and each goes on where it was left.
#[test]
fn rows_come_step_by_step_and_are_done_at_the_end() {
    with_timeline(|sheet, timeline| {
        let changes = changes(&timeline, sheet.trace());
        let mut rows = std::collections::HashMap::new();
        for change in &changes {
            let before = rows.insert(change.row, change.to);
            assert_eq!(before.unwrap_or(change.from), change.from, "{change:?}");
            assert!(change.from < change.to && change.step < timeline.compiled());
        }
        assert!(rows.values().all(|&at| at == rows::Progress::Done));
        let trace = sheet.trace().unwrap();
        let code = sheet.code(Side::Left).unwrap();
        for n in 0..code.pieces.len() {
            let mut spots = Spot::of(Key::Piece(Side::Left, n as u32));
            assert!(spots.all(|spot| rows.contains_key(&spot)), "p{n}");
        }
        for uop in trace.optimised.blocks.iter().flat_map(|block| &block.uops) {
            assert!(
                rows.contains_key(&Spot(Listing::Plain, Key::Uop(uop.id))),
                "u{}",
                uop.id
            );
        }
        for n in 0..trace.recorded.len() {
            assert!(rows.contains_key(&Spot(Listing::Plain, Key::Recorded(n as u32))));
        }
    });
}

#[test]
fn a_recording_that_was_given_up_has_its_recording_alone() {
    let program = "for i in range(99):\n    def f(): pass\n    x = f()\n";
    let (_, sheet) = first(program);
    let timeline = Timeline::of(&sheet, Side::Left);
    assert_eq!(timeline.total(), sheet.aborted().unwrap().recorded.len());
    assert_eq!(timeline.compiled(), timeline.total());
}
