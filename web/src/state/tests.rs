//! The state as it changes with what the engine really says.

use super::*;
use crate::testing::Run;

fn ended() -> Action {
    Action::Reply(Reply::Ended { raised: None })
}

#[test]
fn results_are_stale_while_the_text_is_another() {
    let state = State::new("a").apply(Action::Run).apply(ended());
    assert!(!state.is_stale());
    let state = state.apply(Action::Edit("b".into()));
    assert!(state.is_stale());
    assert!(!state.apply(Action::Edit("a".into())).is_stale());
}

#[test]
fn a_run_forgets_the_one_before() {
    let raised = Raised {
        problem: Problem {
            at: Default::default(),
            message: "ValueError".to_owned(),
            help: None,
        },
        traceback: "Traceback".to_owned(),
    };
    let state = State::new("a")
        .apply(Action::Run)
        .apply(Action::Output("x".into()))
        .apply(Action::Reply(Reply::Ended {
            raised: Some(raised),
        }));
    assert_eq!((state.problems.len(), &*state.output), (1, "x"));
    let state = state.apply(Action::Run);
    assert!(state.problems.is_empty() && state.output.is_empty() && state.traceback.is_none());
    assert_eq!(state.phase, Phase::Running);
}

#[test]
fn what_a_link_selects_outlives_the_first_run_alone() {
    let state = State {
        selected: Selected::Trace(2),
        ..State::new("a")
    };
    let state = state.apply(Action::Run);
    assert_eq!(state.selected, Selected::Trace(2));
    let state = state.apply(ended()).apply(Action::Run);
    assert_eq!(state.selected, Selected::Trace(0));
}

/// A state that shows what came of a program.
fn shown(program: &str) -> (State, Run) {
    let run = Run::of(program);
    let state = State::new(program).apply(Action::Run).apply(ended());
    let state = state.apply(Action::Outline(run.outline()));
    (run.answer(state), run)
}

#[test]
fn a_choice_takes_the_place_of_another_and_the_engines_own_is_none() {
    let (state, run) = shown("for i in range(99): x = i + 1\n");
    let pieces = &state.own(Side::Left).unwrap().pieces;
    let mut choices = pieces.iter().filter_map(|piece| piece.choice.clone());
    let choice = choices.find(|choice| choice.rejected.len() > 1).unwrap();
    let wanted = |pattern: &str| Wanted {
        trace: 0,
        place: choice.place.clone(),
        pattern: pattern.to_owned(),
    };
    let choose =
        |state: State, pattern: &str| state.apply(Action::Choose(Side::Left, wanted(pattern)));
    let state = choose(state, &choice.rejected[0].pattern);
    let state = choose(state, &choice.rejected[1].pattern);
    assert_eq!(state.choices[0], [wanted(&choice.rejected[1].pattern)]);
    // What comes for a wish before is no longer wanted; the other column has what it needs.
    let before = state.sheet.clone();
    let [wish] = &state.missing()[..] else {
        panic!("{:?}", state.missing());
    };
    let Part::Code { trace: 0, wish } = wish.clone() else {
        panic!("{wish:?}");
    };
    let late = Part::Code {
        trace: 0,
        wish: own(Side::Left),
    };
    let state = state.apply(run.explain(&late));
    assert_eq!(state.sheet, before);
    let state = run.answer(state);
    assert_ne!(state.sheet, before);
    assert_eq!(wish, state.wishes()[0]);
    let state = choose(state, &choice.chosen.pattern);
    assert!(state.choices[0].is_empty());
}

#[test]
fn what_was_shown_stays_until_all_of_the_next_has_come() {
    let (state, run) = shown(include_str!("../../examples/types.py"));
    assert!(state.missing().is_empty());
    let state = state.apply(Action::Select(Selected::Trace(1)));
    assert_eq!(state.sheet, state.first);
    let parts = state.missing();
    assert_eq!(parts.len(), 3);
    let mut half = state.clone();
    for part in &parts[..2] {
        half = half.apply(run.explain(part));
        assert_eq!(half.sheet, half.first);
    }
    let whole = half.apply(run.explain(&parts[2]));
    assert_eq!(whole.sheet.as_ref().unwrap().of, Selected::Trace(1));
    assert_ne!(whole.sheet, whole.first);
    // What comes late for something else is dropped.
    let late = whole.clone().apply(run.explain(&Part::Trace { id: 0 }));
    assert_eq!(late.sheet, whole.sheet);
}

#[test]
fn without_a_trace_the_first_recording_that_was_given_up_is_shown() {
    let (state, _) = shown(include_str!("../../examples/aborted.py"));
    assert_eq!(state.selected, Selected::Aborted(0));
    assert!(state.sheet.unwrap().aborted().is_some());
    let (state, _) = shown("x = 1\n");
    assert!(state.sheet.is_none() && state.missing().is_empty());
}

#[test]
fn stop_ends_only_what_runs() {
    let state = State::new("a").apply(Action::Run);
    assert_eq!(state.clone().apply(Action::Stop).phase, Phase::Stopped);
    let state = state.apply(ended()).apply(Action::Stop);
    assert_eq!(state.phase, Phase::Ended);
}
