//! Timelines of what the engine really says.

use jit_playground::explain::model::Explanation;

use super::rows::changes;
use super::words::words;
use super::*;
use crate::testing::explanations;

const PROGRAM: &str = "total = 0\nfor i in range(200):\n    total += i * 3\n";

fn with_timeline(check: impl Fn(View<'_>, Timeline)) {
    let both: [Explanation; 2] = explanations(PROGRAM);
    let view = View {
        sides: [Some(&both[0]), Some(&both[1])],
        trace: Some(0),
    };
    check(view, Timeline::of(view, None, Side::Left));
}

#[test]
fn every_stage_has_steps_and_every_place_a_moment() {
    with_timeline(|view, timeline| {
        assert!(Stage::ALL.iter().all(|&stage| timeline.len(stage) > 0));
        assert_eq!(timeline.moment(0), None);
        let mut last = (0, 0);
        for place in 1..=timeline.total() {
            let moment = timeline.moment(place).unwrap();
            let now = (moment.stage as usize, moment.step);
            assert!(now > last || place == 1, "{now:?} after {last:?}");
            last = now;
            let key = timeline.key(place);
            let text = words(view, None, Some(moment), key, Side::Left);
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
    with_timeline(|view, timeline| {
        let changes = changes(&timeline, view.any_trace());
        let mut rows = std::collections::HashMap::new();
        for change in &changes {
            let before = rows.insert(change.row.clone(), change.to);
            assert_eq!(before.unwrap_or(change.from), change.from, "{change:?}");
            assert!(change.from < change.to && change.step < timeline.compiled());
        }
        assert!(rows.values().all(|&at| at == rows::Progress::Done));
        let trace = view.any_trace().unwrap();
        let code = trace.code.as_ref().unwrap();
        for n in 0..code.pieces.len() {
            assert!(rows.contains_key(&format!("s-p{n}")) && rows.contains_key(&format!("m-p{n}")));
        }
        for uop in trace.optimised.blocks.iter().flat_map(|block| &block.uops) {
            assert!(rows.contains_key(&format!("k-u{}", uop.id)), "u{}", uop.id);
        }
        for n in 0..trace.recorded.len() {
            assert!(rows.contains_key(&format!("k-r{n}")));
        }
    });
}

#[test]
fn a_recording_that_was_given_up_has_its_recording_alone() {
    let program = "for i in range(99):\n    def f(): pass\n    x = f()\n";
    let [explanation, _] = explanations(program);
    let view = View {
        sides: [Some(&explanation), None],
        trace: None,
    };
    let aborted = &explanation.aborted[0];
    let timeline = Timeline::of(view, Some(aborted), Side::Left);
    assert_eq!(timeline.total(), aborted.recorded.len());
    assert_eq!(timeline.compiled(), timeline.total());
}
