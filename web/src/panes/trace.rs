//! The recording: what the interpreter did, as uops; guards marked.

use jit_playground::explain::model::Recorded;
use yew::prelude::*;

use super::{Props, count};
use crate::layout::Pane;
use crate::provenance::Key;
use crate::rows::{Frame, row};
use crate::state::Selected;

/// The pane.
#[component]
pub fn Trace(props: &Props) -> Html {
    let explanation = props.shown().map(|shown| &shown.explanation);
    let aborted = match (explanation, props.selected) {
        (Some(explanation), Selected::Aborted(n)) => explanation.aborted.get(n),
        _ => None,
    };
    let (recorded, head) = match (props.any_trace(), aborted) {
        (Some(trace), _) => (
            &trace.recorded,
            html! { <p class="head">{ "Ends " }{ &trace.end }{ "." }</p> },
        ),
        (None, Some(aborted)) => (
            &aborted.recorded,
            html! {
                <p class="head warning">
                    <b>{ "Given up at line " }{ aborted.end.line }{ ": " }</b>{ &aborted.explanation }{ "." }
                </p>
            },
        ),
        (None, None) => return html! { <Frame pane={Pane::Trace} empty={props.why_empty()} /> },
    };
    let mut last = 0;
    let rows = recorded.iter().enumerate().map(|(n, recorded)| {
        let line = (recorded.at.line != last).then_some(recorded.at.line);
        last = recorded.at.line;
        recorded_row(n as u32, recorded, line)
    });
    let rows: Vec<Html> = rows.collect();
    let aside = html! { <span class="aside">{ count(recorded.len(), "uop") }</span> };
    html! { <Frame pane={Pane::Trace} {aside} {head}>{ for rows }</Frame> }
}

fn recorded_row(n: u32, recorded: &Recorded, line: Option<u32>) -> Html {
    let is_guard = recorded.text.starts_with("_GUARD");
    let indent = format!("padding-left:{}ch", recorded.depth * 2);
    let (name, argument) = recorded
        .text
        .split_once(' ')
        .unwrap_or((&recorded.text, ""));
    let content = html! {
        <>
            <span class="line">{ line.map(|line| line.to_string()) }</span>
            <span class="number">{ n }</span>
            <code class="text" style={indent}><b>{ name }</b>{ " " }{ argument }
                if is_guard { <span class="chip">{ "guard" }</span> }
            </code>
        </>
    };
    row(
        "k-",
        Key::Recorded(n),
        classes!("recorded", is_guard.then_some("guard")),
        content,
    )
}
