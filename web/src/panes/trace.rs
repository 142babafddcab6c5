//! The recording: what the interpreter did, as uops; guards marked.

use jit_playground::explain::model::Recorded;
use yew::prelude::*;

use super::{Props, count};
use crate::layout::Pane;
use crate::lines::{Kind, use_lines};
use crate::provenance::Key;
use crate::rows::{Frame, row};
use crate::spot::{Listing, Spot};

/// The number of a uop, and its line of the program where that is another one than before.
type Line = (u32, Option<u32>);

const KIND: Kind<Props, Line> = Kind {
    prepare,
    rows: |_, &(n, _)| vec![Spot(Listing::Plain, Key::Recorded(n))],
    text,
    is_same: |_, _| false,
    draw,
};

/// The pane.
#[component]
pub fn Trace(props: &Props) -> Html {
    let lines = use_lines(props.clone(), &KIND);
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

fn recorded(props: &Props) -> &[Recorded] {
    props.sheet.as_ref().map_or(&[], |sheet| sheet.recorded())
}

fn prepare(props: &Props) -> Vec<Line> {
    let mut last = 0;
    let line = |recorded: &Recorded| {
        let line = recorded.at.line;
        (std::mem::replace(&mut last, line) != line).then_some(line)
    };
    (0..).zip(recorded(props).iter().map(line)).collect()
}

fn text(props: &Props, &(n, _): &Line) -> String {
    let text = &recorded(props)[n as usize].text;
    let guard = if is_guard(text) { "guard" } else { "" };
    format!("{n} {text} {guard}")
}

fn is_guard(text: &str) -> bool {
    text.starts_with("_GUARD")
}

fn draw(props: &Props, &(n, line): &Line) -> Html {
    recorded_row(props, n, line)
}

fn recorded_row(props: &Props, n: u32, line: Option<u32>) -> Html {
    let recorded = &recorded(props)[n as usize];
    let is_guard = is_guard(&recorded.text);
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
        props.doc(&recorded.text),
        content,
    )
}
