//! The timeline on the page: made when the results change, gone along when the player moves. Start at [`use_timeline`].

use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use yew::prelude::*;

use super::actions::Actions;
use crate::player::Move;
use crate::provenance::Side;
use crate::sheet::{Selected, Sheet};
use crate::timeline::Timeline;
use crate::timeline::rows::changes;
use crate::timeline::words::words;

/// Who goes no farther than this at once looks at each step, and every pane follows; but not who slides, and may be going on.
const STEPS: usize = 2;
/// Who goes faster, or slides, sees the pane of the stage follow, and the others when this many milliseconds have passed without a step.
const REST: u32 = 80;

/// The steps of what is shown.
#[hook]
pub fn use_steps(sheet: Option<Rc<Sheet>>, side: Side) -> Rc<Timeline> {
    use_memo((sheet, side), |(sheet, side)| {
        let sheet = sheet.as_ref();
        sheet.map_or_else(Timeline::default, |sheet| Timeline::of(sheet, *side))
    })
}

/// What the step that was done last is about, in words.
pub fn text(actions: &Actions) -> AttrValue {
    let place = actions.player.place;
    let (moment, key) = (actions.timeline.moment(place), actions.timeline.key(place));
    let sheet = actions.state.sheet.as_ref();
    let text = sheet.map(|sheet| words(sheet, moment, key, *actions.side));
    text.unwrap_or_default().into()
}

/// Keeps the rows where the player is, and the player on the timeline.
#[hook]
pub fn use_timeline(actions: &Actions) {
    let known = use_mut_ref(|| None);
    {
        let actions = actions.clone();
        let watched = (actions.timeline.clone(), actions.state.sheet.clone());
        use_effect_with(watched, move |(timeline, sheet)| {
            let Some(sheet) = sheet else { return };
            let of = (actions.state.ran.clone(), sheet.of);
            let before = known.replace(Some(of.clone()));
            if before.as_ref().is_some_and(|before| *before != of) {
                actions.paint.rewind();
            }
            let changes = changes(timeline, sheet.trace());
            actions.paint.reset(changes, actions.player.place);
            actions.player.dispatch(Move::Timeline {
                total: timeline.total(),
                compiled: timeline.compiled(),
                // A link's place is of the first program that runs.
                is_new: before.is_some_and(|before| before != of),
                trace: match sheet.of {
                    Selected::Trace(n) => Some(n),
                    Selected::Aborted(_) => None,
                },
            });
        });
    }
    {
        let actions = actions.clone();
        let last = use_mut_ref(|| (None, 0));
        let rest = use_mut_ref(|| None);
        use_effect_with(actions.player.place, move |&place| {
            let stage = actions.timeline.moment(place).map(|moment| moment.stage);
            let (was, from) = last.replace((stage, place));
            // The timeline may be another one by now; the player knows the one that its place is on.
            let is_compiled = actions.player.is_compiled();
            let is_there = is_compiled || actions.is_told(place);
            if was != stage && !is_there {
                actions.turn_to(stage);
            }
            let is_step = place.abs_diff(from) <= STEPS || is_compiled;
            if is_step && !actions.player.slides {
                rest.replace(None);
                actions.paint.go(place);
                actions.paint.hurry(false);
                actions.follow(place);
            } else {
                actions.paint.hurry(true);
                actions.paint.pass(place);
                actions.glance(place);
                let follow = Timeout::new(REST, move || {
                    actions.paint.settle();
                    actions.paint.hurry(false);
                    actions.follow(place);
                });
                rest.replace(Some(follow));
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
