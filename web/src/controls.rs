//! The timeline's controls: play, single steps, the scrubber, and the stages as buttons.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::player::{Move, Player};
use crate::timeline::{Stage, Timeline};

/// What they are given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The steps.
    pub timeline: std::rc::Rc<Timeline>,
    /// Where the page is.
    pub player: Player,
    /// What the step that was done last is about, in words.
    pub text: AttrValue,
    /// Called to move.
    pub go: Callback<Move>,
}

/// The controls.
#[component]
pub fn Controls(props: &Props) -> Html {
    let (timeline, player) = (&props.timeline, props.player);
    let total = timeline.total();
    let slide = props.go.reform(|event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Move::Slide(input.value_as_number() as usize)
    });
    let step = |to: usize| props.go.reform(move |_: MouseEvent| Move::Go(to));
    let play = player.is_playing;
    let said = said(timeline, player.place, &props.text);
    html! {
        <section class="timeline" aria-label="Timeline">
            <div class="buttons">
                <button class="small" id="back" disabled={player.place == 0} onclick={step(player.place.saturating_sub(1))} title="One step back ( , )" aria-label="One step back">{ "\u{25c0}" }</button>
                <button class="small" id="play" disabled={total == 0} onclick={props.go.reform(move |_: MouseEvent| Move::Play(!play))} title="Play or pause ( p )">
                    { if play { "Pause" } else { "Play" } }
                </button>
                <button class="small" id="forth" disabled={player.place >= total} onclick={step(player.place + 1)} title="One step on ( . )" aria-label="One step on">{ "\u{25b6}" }</button>
            </div>
            <div class="track">
                <input type="range" id="scrubber" min="0" max={total.to_string()} value={player.place.to_string()} disabled={total == 0}
                    aria-label="Steps" aria-valuetext={said.clone()} oninput={slide} />
                <div class="stages" role="group" aria-label="Stages">{ for Stage::ALL.map(|stage| stage_button(props, stage)) }</div>
            </div>
            <p class="said" id="said" aria-live={if play { "off" } else { "polite" }}>{ said }</p>
        </section>
    }
}

fn stage_button(props: &Props, stage: Stage) -> Html {
    let timeline = &props.timeline;
    let len = timeline.len(stage);
    let now = timeline.moment(props.player.place);
    let is_current = now.is_some_and(|now| now.stage == stage);
    let to = timeline.start(stage) + len;
    let style = format!("flex-grow:{}", len.max(1));
    html! {
        <button class={classes!("stage", is_current.then_some("current"))} {style} disabled={len == 0}
            aria-current={is_current.then_some("step")} title={format!("{}: {len} steps", stage.title())}
            onclick={props.go.reform(move |_: MouseEvent| Move::Go(to))}>{ stage.title() }</button>
    }
}

/// The place in words.
fn said(timeline: &Timeline, place: usize, text: &str) -> String {
    match timeline.moment(place) {
        None if timeline.total() == 0 => "Nothing was recorded.".to_owned(),
        None => "Before the recording.".to_owned(),
        Some(now) => format!(
            "{} {} of {}: {text}",
            now.stage.title(),
            now.step + 1,
            timeline.len(now.stage)
        ),
    }
}
