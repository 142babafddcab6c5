//! The optimised trace; what the optimiser has removed stays, struck through, with the rule that removed it.

use std::collections::HashMap;

use jit_playground::explain::model::{Fate, Trace, Uop};
use yew::prelude::*;

use super::{Props, count};
use crate::layout::Pane;
use crate::provenance::Key;
use crate::rows::{Frame, row};

/// The pane.
#[component]
pub fn Optimised(props: &Props) -> Html {
    let Some(trace) = props.any_trace() else {
        return html! { <Frame pane={Pane::Optimised} empty={props.why_empty()} /> };
    };
    let ghosts = Ghosts::of(trace);
    let fates: HashMap<u32, &Fate> = lowered(trace)
        .filter_map(|uop| Some((uop.id, uop.fate.as_ref()?)))
        .collect();
    let blocks = trace.optimised.blocks.iter().map(|block| {
        let rows = block.uops.iter().map(|uop| {
            let fate = uop.was.and_then(|was| fates.get(&was).copied());
            html! { <>{ for ghosts.before(uop.id).iter().map(|ghost| ghost_row(ghost)) }{ uop_row(uop, fate) }</> }
        });
        html! {
            <div role="group" aria-label={block.head.clone()}>
                <h3 role="presentation"><code>{ &block.head }</code></h3>
                { for rows }
                <p class="end" role="presentation"><code>{ &block.end }</code></p>
            </div>
        }
    });
    let removed =
        lowered(trace).filter(|uop| uop.fate.as_ref().is_some_and(|fate| fate.now.is_none()));
    let removed = removed.count();
    let aside = html! {
        <span class="aside">{ count(uops(trace).count(), "uop") }{ ", " }{ removed }{ " removed" }</span>
    };
    html! {
        <Frame pane={Pane::Optimised} {aside}>
            { for blocks }
            { for ghosts.last.iter().map(|ghost| ghost_row(ghost)) }
        </Frame>
    }
}

fn lowered(trace: &Trace) -> impl Iterator<Item = &Uop> {
    trace.lowered.blocks.iter().flat_map(|block| &block.uops)
}

fn uops(trace: &Trace) -> impl Iterator<Item = &Uop> {
    trace.optimised.blocks.iter().flat_map(|block| &block.uops)
}

/// The uops that were removed, each before the uop that it stood before.
struct Ghosts<'a> {
    before: HashMap<u32, Vec<&'a Uop>>,
    last: Vec<&'a Uop>,
}

impl<'a> Ghosts<'a> {
    fn of(trace: &'a Trace) -> Ghosts<'a> {
        let mut before: HashMap<u32, Vec<&Uop>> = HashMap::new();
        let mut waiting = Vec::new();
        for uop in lowered(trace) {
            match uop.fate.as_ref().and_then(|fate| fate.now) {
                None => waiting.push(uop),
                Some(now) => before.entry(now).or_default().append(&mut waiting),
            }
        }
        Ghosts {
            before,
            last: waiting,
        }
    }

    fn before(&self, uop: u32) -> &[&'a Uop] {
        self.before.get(&uop).map_or(&[], Vec::as_slice)
    }
}

fn uop_row(uop: &Uop, fate: Option<&Fate>) -> Html {
    let what = fate
        .map(|fate| fate.what.as_str())
        .filter(|&what| what != "kept");
    let content = html! {
        <>
            <span class="number">{ format!("u{}", uop.id) }</span>
            <code class="text">{ &uop.text }
                if let Some(what) = what {
                    <span class="chip">{ what }{ fate.and_then(|fate| fate.rule.as_ref()).map(|rule| format!(": {rule}")) }</span>
                }
            </code>
        </>
    };
    row(
        "k-",
        Key::Uop(uop.id),
        classes!(
            "uop",
            uop.exit.map(|_| "guard"),
            what.is_none().then_some("same")
        ),
        content,
    )
}

fn ghost_row(uop: &Uop) -> Html {
    let fate = uop.fate.as_ref();
    let why = fate.and_then(|fate| fate.explanation.clone());
    let content = html! {
        <>
            <span class="number" aria-hidden="true">{ "–" }</span>
            <code class="text"><del>{ &uop.text }</del>
                if let Some(rule) = fate.and_then(|fate| fate.rule.as_ref()) {
                    <span class="chip" title={why}>{ rule }</span>
                }
            </code>
        </>
    };
    row(
        "k-",
        Key::Lowered(uop.id),
        classes!("uop", "ghost"),
        content,
    )
}
