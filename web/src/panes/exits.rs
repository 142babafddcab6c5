//! The tree of all traces: which exit was taken how often, and which led to which trace; and the exits of the trace that is
//! shown. A click on an exit that was taken shows it as it was taken first.

use std::collections::HashMap;

use jit_playground::explain::model::Exit;
use jit_playground::explain::outline::{ExitLine, Outline, TraceLine};
use yew::prelude::*;

use super::{Props as Panes, count};
use crate::layout::Pane;
use crate::lines::{Kind, use_lines};
use crate::provenance::Key;
use crate::rows::{Frame, row};
use crate::sheet::Selected;
use crate::spot::{Listing, Spot};

/// What the pane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run and the trace.
    pub panes: Panes,
    /// What of the run is asked for.
    pub selected: Selected,
    /// The exit that is shown as it was first taken.
    pub replayed: Option<u32>,
    /// Called when another trace is asked for.
    pub select: Callback<Selected>,
    /// Called with a trace and its exit, to show how that was first taken.
    pub replay: Callback<(usize, u32)>,
}

/// A line is an exit, by its place among the trace's.
const KIND: Kind<Panes, usize> = Kind {
    prepare: |panes| (0..exits(panes).len()).collect(),
    rows: |panes, &n| vec![Spot(Listing::Plain, Key::Exit(exits(panes)[n].id))],
    text,
    is_same: |_, _| false,
    draw: |panes, &n| exit_row(&exits(panes)[n]),
};

/// The pane.
#[component]
pub fn Exits(props: &Props) -> Html {
    let lines = use_lines(props.panes.clone(), &KIND);
    let Some(outline) = &props.panes.outline else {
        return html! { <Frame pane={Pane::Exits} empty={props.panes.why_empty()} /> };
    };
    let tree = Tree::new(outline, props);
    let roots = outline.traces.iter().filter(|trace| trace.parent.is_none());
    let head = html! {
        <nav class="head tree" aria-label="Traces and the exits that were taken">
            <ul>{ for roots.map(|trace| tree.branch(trace)) }</ul>
            { tree.given_up() }
        </nav>
    };
    if props.panes.trace().is_none() {
        return html! { <Frame pane={Pane::Exits} {head} empty={props.panes.why_empty()} /> };
    }
    html! { <Frame pane={Pane::Exits} {head} {lines} /> }
}

struct Tree<'a> {
    outline: &'a Outline,
    props: &'a Props,
    /// By trace and exit: the side trace that goes on from there.
    below: HashMap<(u32, u32), &'a TraceLine>,
}

impl<'a> Tree<'a> {
    fn new(outline: &'a Outline, props: &'a Props) -> Tree<'a> {
        let sides = outline.traces.iter();
        let sides = sides.filter_map(|trace| {
            let parent = trace.parent?;
            Some(((parent.trace, parent.exit), trace))
        });
        Tree {
            outline,
            props,
            below: sides.collect(),
        }
    }

    /// A trace with its exits that were taken, and below each the trace that goes on there.
    fn branch(&self, trace: &TraceLine) -> Html {
        let selected = Selected::Trace(trace.id as usize);
        html! {
            <li>
                { self.choice(selected, format!("{}: {}", trace.id, trace.title)) }
                if !trace.exits.is_empty() {
                    <ul>{ for trace.exits.iter().map(|exit| self.twig(trace, exit)) }</ul>
                }
            </li>
        }
    }

    fn twig(&self, trace: &TraceLine, exit: &ExitLine) -> Html {
        let (of, id) = (trace.id as usize, exit.id);
        let is_shown =
            self.props.selected == Selected::Trace(of) && self.props.replayed == Some(id);
        let below = self.below.get(&(trace.id, id));
        let elsewhere = exit.leads_to.filter(|_| below.is_none());
        html! {
            <li>
                <button class="link exit-link" aria-pressed={is_shown.to_string()} disabled={!exit.has_replay}
                    title="Show how it was first taken" onclick={self.props.replay.reform(move |_| (of, id))}>
                    { format!("x{id} {}, line {}: ", exit.kind, exit.line) }
                    <b>{ count(exit.times as usize, "time") }</b>
                    if let Some(target) = elsewhere { <span class="chip">{ "on to trace " }{ target }</span> }
                </button>
                if let Some(below) = below { <ul>{ self.branch(below) }</ul> }
            </li>
        }
    }

    fn given_up(&self) -> Html {
        if self.outline.aborted.is_empty() {
            return html! {};
        }
        let items = self.outline.aborted.iter().enumerate().map(|(n, aborted)| {
            let text = format!("{}: {}", aborted.title, aborted.explanation);
            html! { <li>{ self.choice(Selected::Aborted(n), text) }</li> }
        });
        html! { <><p>{ "Given up" }</p><ul>{ for items }</ul></> }
    }

    fn choice(&self, selected: Selected, text: String) -> Html {
        let current = (self.props.selected == selected).then_some("true");
        html! { <button class="link" aria-current={current} onclick={self.props.select.reform(move |_| selected)}>{ text }</button> }
    }
}

fn exits(panes: &Panes) -> &[Exit] {
    panes.trace().map_or(&[], |trace| &trace.exits)
}

fn text(panes: &Panes, &n: &usize) -> String {
    let exit = &exits(panes)[n];
    format!(
        "x{} {}, goes on at line {}",
        exit.id, exit.kind, exit.resume.line
    )
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
        Listing::Plain,
        Key::Exit(exit.id),
        classes!("exit", (times > 0).then_some("taken")),
        None,
        content,
    )
}
