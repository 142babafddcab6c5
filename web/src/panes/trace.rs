//! The recording: what the interpreter did, as uops; guards marked.

use jit_playground::explain::model::Recorded;
use yew::prelude::*;

use super::{Props, count};
use crate::layout::Pane;
use crate::provenance::Key;
use crate::rows::{Frame, row, use_lines};
use crate::spot::Listing;

/// The pane.
#[component]
pub fn Trace(props: &Props) -> Html {
    let lines = use_lines(props.clone(), prepare, draw);
    let Some(sheet) = &props.sheet else {
        return html! { <Frame pane={Pane::Trace} empty={props.why_empty()} /> };
    };
    let head = match (sheet.trace(), sheet.aborted()) {
        (Some(trace), _) => html! { <p class="head">{ "Ends " }{ &trace.end }{ "." }</p> },
        (None, Some(aborted)) => html! {
            <p class="head warning">
                <b>{ "Given up at line " }{ aborted.end.line }{ ": " }</b>{ &aborted.explanation }{ "." }
            </p>
        },
        (None, None) => html! {},
    };
    let aside = html! { <span class="aside">{ count(sheet.recorded().len(), "uop") }</span> };
    html! { <Frame pane={Pane::Trace} {aside} {head} {lines} /> }
}

/// The number of each uop, and its line of the program where that is another one than before.
fn prepare(props: &Props) -> Vec<(usize, Option<u32>)> {
    let recorded = props.sheet.iter().flat_map(|sheet| sheet.recorded());
    let mut last = 0;
    let line = |recorded: &Recorded| {
        let line = recorded.at.line;
        (std::mem::replace(&mut last, line) != line).then_some(line)
    };
    recorded.map(line).enumerate().collect()
}

fn draw(props: &Props, lines: &[(usize, Option<u32>)]) -> Html {
    let recorded = props
        .sheet
        .as_ref()
        .map_or(&[][..], |sheet| sheet.recorded());
    let row = |&(n, line): &(usize, Option<u32>)| recorded_row(n as u32, &recorded[n], line);
    html! { <>{ for lines.iter().map(row) }</> }
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
        Listing::Plain,
        Key::Recorded(n),
        classes!("recorded", is_guard.then_some("guard")),
        content,
    )
}
