//! The tree of all traces: which exit was taken how often, and which led to which trace; and the exits of the trace that is
//! shown. A click on an exit that was taken shows it as it was taken first.

use jit_playground::explain::model::{Exit, Explanation, Trace};
use yew::prelude::*;

use super::{Props as Panes, count};
use crate::layout::Pane;
use crate::provenance::Key;
use crate::rows::{Frame, row};
use crate::state::Selected;

/// What the pane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The explanations and the trace.
    pub panes: Panes,
    /// The exit that is shown as it was first taken.
    pub replayed: Option<u32>,
    /// Called when another trace is asked for.
    pub select: Callback<Selected>,
    /// Called with a trace and its exit, to show how that was first taken.
    pub replay: Callback<(usize, u32)>,
}

/// The pane.
#[component]
pub fn Exits(props: &Props) -> Html {
    let Some(shown) = props.panes.shown() else {
        return html! { <Frame pane={Pane::Exits} empty={props.panes.why_empty()} /> };
    };
    let explanation = &shown.explanation;
    let roots = explanation
        .traces
        .iter()
        .filter(|trace| trace.parent.is_none());
    let head = html! {
        <nav class="head tree" aria-label="Traces and the exits that were taken">
            <ul>{ for roots.map(|trace| branch(explanation, trace, props)) }</ul>
            { given_up(explanation, props) }
        </nav>
    };
    if props.panes.any_trace().is_none() {
        return html! { <Frame pane={Pane::Exits} {head} empty={props.panes.why_empty()} /> };
    }
    html! { <Frame pane={Pane::Exits} {head}><Rows panes={props.panes.clone()} /></Frame> }
}

/// A trace with its exits that were taken, and below each the trace that goes on there.
fn branch(explanation: &Explanation, trace: &Trace, props: &Props) -> Html {
    let selected = Selected::Trace(trace.id as usize);
    let used =
        |exit: &&Exit| exit.taken + exit.followed > 0 || child(explanation, trace, exit).is_some();
    let exits: Vec<&Exit> = trace.exits.iter().filter(used).collect();
    html! {
        <li>
            { choice(props, selected, format!("{}: {}", trace.id, trace.title)) }
            if !exits.is_empty() {
                <ul>{ for exits.iter().map(|exit| twig(explanation, trace, exit, props)) }</ul>
            }
        </li>
    }
}

fn twig(explanation: &Explanation, trace: &Trace, exit: &Exit, props: &Props) -> Html {
    let (of, id) = (trace.id as usize, exit.id);
    let is_shown = props.panes.selected == Selected::Trace(of) && props.replayed == Some(id);
    let below = child(explanation, trace, exit);
    let elsewhere = exit.leads_to.filter(|_| below.is_none());
    html! {
        <li>
            <button class="link exit-link" aria-pressed={is_shown.to_string()} disabled={exit.replay.is_none()}
                title="Show how it was first taken" onclick={props.replay.reform(move |_| (of, id))}>
                { format!("x{id} {}, line {}: ", exit.kind, exit.resume.line) }
                <b>{ count((exit.taken + exit.followed) as usize, "time") }</b>
                if let Some(target) = elsewhere { <span class="chip">{ "on to trace " }{ target }</span> }
            </button>
            if let Some(below) = below { <ul>{ branch(explanation, below, props) }</ul> }
        </li>
    }
}

/// The side trace that goes on from an exit.
fn child<'a>(explanation: &'a Explanation, trace: &Trace, exit: &Exit) -> Option<&'a Trace> {
    let mut traces = explanation.traces.iter();
    traces.find(|below| {
        let parent = below.parent.map(|parent| (parent.trace, parent.exit));
        parent == Some((trace.id, exit.id))
    })
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

/// What the list is given: nothing that changes with every drawing of the page.
#[derive(Clone, PartialEq, Properties)]
struct RowsProps {
    panes: Panes,
}

#[component]
fn Rows(props: &RowsProps) -> Html {
    let exits = props
        .panes
        .any_trace()
        .into_iter()
        .flat_map(|trace| &trace.exits);
    html! { <>{ for exits.map(exit_row) }</> }
}

fn exit_row(exit: &Exit) -> Html {
    let times = exit.taken + exit.followed;
    let content = html! {
        <>
            <span class="number">{ format!("x{}", exit.id) }</span>
            <span class="text">
                { &exit.kind }{ ", goes on at line " }{ exit.resume.line }
                if let Some(target) = exit.leads_to { <span class="chip">{ "to trace " }{ target }</span> }
            </span>
            <span class="cost" title="times taken">{ times }</span>
        </>
    };
    row(
        "k-",
        Key::Exit(exit.id),
        classes!("exit", (times > 0).then_some("taken")),
        content,
    )
}
