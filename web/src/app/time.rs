//! The timeline on the page: made when the results change, gone along when the player moves. Start at [`use_timeline`].

use std::rc::Rc;

use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::actions::Actions;
use crate::player::Move;
use crate::provenance::Side;
use crate::scrub::Scrubber;
use crate::state::State;
use crate::timeline::Timeline;
use crate::timeline::rows::changes;
use crate::timeline::words::words;

/// The steps of what is shown.
#[hook]
pub fn use_steps(state: &UseReducerHandle<State>, side: Side) -> Rc<Timeline> {
    let watched = (state.sides.clone(), state.selected, side);
    let state = state.clone();
    use_memo(watched, move |_| {
        Timeline::of(state.view(), state.aborted(), side)
    })
}

/// What the step that was done last is about, in words.
pub fn text(actions: &Actions) -> AttrValue {
    let place = actions.player.place;
    let (moment, key) = (actions.timeline.moment(place), actions.timeline.key(place));
    let state = &actions.state;
    words(state.view(), state.aborted(), moment, key, *actions.side).into()
}

/// Keeps the rows where the player is, and the player on the timeline.
#[hook]
pub fn use_timeline(actions: &Actions) {
    let scrubber = use_mut_ref(Scrubber::default);
    let known = use_mut_ref(|| None);
    {
        let (actions, scrubber) = (actions.clone(), scrubber.clone());
        use_effect_with(actions.timeline.clone(), move |timeline| {
            let state = &actions.state;
            let of = (state.ran.clone(), state.selected);
            let before = known.replace(Some(of.clone()));
            let moved = Move::Timeline {
                total: timeline.total(),
                compiled: timeline.compiled(),
                // A link's place is of the first program that runs.
                is_new: before.is_some_and(|before| before.0.is_some() && before != of),
            };
            scrubber
                .borrow_mut()
                .reset(changes(timeline, state.view().any_trace()));
            scrubber.borrow_mut().go(actions.player.place);
            actions.player.dispatch(moved);
        });
    }
    {
        let actions = actions.clone();
        let last = use_mut_ref(|| None);
        use_effect_with(actions.player.place, move |&place| {
            scrubber.borrow_mut().go(place);
            actions.follow(place);
            let stage = actions.timeline.moment(place).map(|moment| moment.stage);
            if last.replace(stage) != stage && place != actions.timeline.compiled() {
                actions.turn_to(stage);
            }
        });
    }
    let player = actions.player.clone();
    use_effect_with(player.is_playing, move |&is_playing| {
        let pace = player.pace();
        let tick = is_playing.then(|| Interval::new(pace, move || player.dispatch(Move::Tick)));
        move || drop(tick)
    });
}
