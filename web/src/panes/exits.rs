//! The exits of the trace, and the tree of all traces: which exit led to which.

use jit_playground::explain::model::{Exit, Explanation, Trace};
use yew::prelude::*;

use super::Props as Panes;
use crate::layout::Pane;
use crate::provenance::Key;
use crate::rows::{Frame, row};
use crate::state::Selected;

/// What the pane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The explanations and the trace.
    pub panes: Panes,
    /// Called when another trace is asked for.
    pub select: Callback<Selected>,
}

/// The pane.
#[component]
pub fn Exits(props: &Props) -> Html {
    let Some(shown) = props.panes.shown() else {
        return html! { <Frame pane={Pane::Exits} empty={props.panes.why_empty()} /> };
    };
    let head = html! {
        <nav class="head tree" aria-label="Traces">{ tree(&shown.explanation, None, props) }{ given_up(&shown.explanation, props) }</nav>
    };
    let Some(trace) = props.panes.any_trace() else {
        return html! { <Frame pane={Pane::Exits} {head} empty={props.panes.why_empty()} /> };
    };
    html! { <Frame pane={Pane::Exits} {head}>{ for trace.exits.iter().map(exit_row) }</Frame> }
}

/// The traces that go on from exits of `parent`, or those that stand alone, each with the ones below it.
fn tree(explanation: &Explanation, parent: Option<u32>, props: &Props) -> Html {
    let here = |trace: &&Trace| trace.parent.map(|parent| parent.trace) == parent;
    let traces: Vec<&Trace> = explanation.traces.iter().filter(here).collect();
    if traces.is_empty() {
        return html! {};
    }
    let items = traces.iter().map(|trace| {
        let selected = Selected::Trace(trace.id as usize);
        html! {
            <li>
                { choice(props, selected, format!("{}: {}", trace.id, trace.title)) }
                { tree(explanation, Some(trace.id), props) }
            </li>
        }
    });
    html! { <ul>{ for items }</ul> }
}

fn given_up(explanation: &Explanation, props: &Props) -> Html {
    if explanation.aborted.is_empty() {
        return html! {};
    }
    let items = explanation.aborted.iter().enumerate().map(|(n, aborted)| {
        let text = format!("{}: {}", aborted.title, aborted.explanation);
        html! { <li>{ choice(props, Selected::Aborted(n), text) }</li> }
    });
    html! { <><p>{ "Given up" }</p><ul>{ for items }</ul></> }
}

fn choice(props: &Props, selected: Selected, text: String) -> Html {
    let current = (props.panes.selected == selected).then_some("true");
    html! { <button class="link" aria-current={current} onclick={props.select.reform(move |_| selected)}>{ text }</button> }
}

fn exit_row(exit: &Exit) -> Html {
    let content = html! {
        <>
            <span class="number">{ format!("x{}", exit.id) }</span>
            <span class="text">
                { &exit.kind }{ ", goes on at line " }{ exit.resume.line }
                if let Some(target) = exit.leads_to { <span class="chip">{ "to trace " }{ target }</span> }
            </span>
            <span class="cost" title="times taken back to the interpreter">{ exit.taken }</span>
        </>
    };
    row(
        "k-",
        Key::Exit(exit.id),
        classes!("exit", (exit.taken > 0).then_some("taken")),
        content,
    )
}
