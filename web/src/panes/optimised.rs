//! The optimised trace; what the optimiser has removed stays, struck through, with the rule that removed it.

use std::collections::HashMap;

use jit_playground::explain::model::{Fate, Region, Trace, Uop};
use yew::prelude::*;

use super::{Props, count};
use crate::layout::Pane;
use crate::provenance::Key;
use crate::rows::{Frame, row, use_lines};
use crate::spot::Listing;

/// A line of the listing; blocks and uops by their places in the regions.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// A block begins.
    Head(usize),
    /// A uop of the optimised region, and what it was in the region as it was translated.
    Uop(usize, Option<usize>),
    /// A uop that was removed.
    Ghost(usize),
    /// A block ends.
    End(usize),
}

/// The pane.
#[component]
pub fn Optimised(props: &Props) -> Html {
    let lines = use_lines(props.clone(), prepare, draw);
    let Some(trace) = props.trace() else {
        return html! { <Frame pane={Pane::Optimised} empty={props.why_empty()} /> };
    };
    let removed = uops(&trace.lowered).filter(|uop| is_removed(uop)).count();
    let aside = html! {
        <span class="aside">{ count(uops(&trace.optimised).count(), "uop") }{ ", " }{ removed }{ " removed" }</span>
    };
    html! { <Frame pane={Pane::Optimised} {aside} {lines} /> }
}

fn uops(region: &Region) -> impl Iterator<Item = &Uop> {
    region.blocks.iter().flat_map(|block| &block.uops)
}

fn is_removed(uop: &Uop) -> bool {
    uop.fate.as_ref().is_some_and(|fate| fate.now.is_none())
}

fn prepare(props: &Props) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(trace) = props.trace() else {
        return lines;
    };
    let places = uops(&trace.lowered).enumerate();
    let places: HashMap<u32, usize> = places.map(|(place, uop)| (uop.id, place)).collect();
    let ghosts = Ghosts::of(trace);
    let mut place = 0;
    for (n, block) in trace.optimised.blocks.iter().enumerate() {
        lines.push(Line::Head(n));
        for uop in &block.uops {
            lines.extend(ghosts.before(uop.id).iter().copied().map(Line::Ghost));
            let was = uop.was.and_then(|was| places.get(&was).copied());
            lines.push(Line::Uop(place, was));
            place += 1;
        }
        lines.push(Line::End(n));
    }
    lines.extend(ghosts.last.iter().copied().map(Line::Ghost));
    lines
}

fn draw(props: &Props, lines: &[Line]) -> Html {
    let Some(trace) = props.trace() else {
        return html! {};
    };
    let optimised: Vec<&Uop> = uops(&trace.optimised).collect();
    let lowered: Vec<&Uop> = uops(&trace.lowered).collect();
    let blocks = &trace.optimised.blocks;
    let line = |line: &Line| match *line {
        Line::Head(n) => html! { <h3 role="presentation"><code>{ &blocks[n].head }</code></h3> },
        Line::Uop(place, was) => {
            let fate = was.and_then(|was| lowered[was].fate.as_ref());
            uop_row(optimised[place], fate)
        }
        Line::Ghost(place) => ghost_row(lowered[place]),
        Line::End(n) => {
            html! { <p class="end" role="presentation"><code>{ &blocks[n].end }</code></p> }
        }
    };
    html! { <>{ for lines.iter().map(line) }</> }
}

/// The uops that were removed, by their places in the region as it was translated, each before the uop that it stood before.
struct Ghosts {
    before: HashMap<u32, Vec<usize>>,
    last: Vec<usize>,
}

impl Ghosts {
    fn of(trace: &Trace) -> Ghosts {
        let mut before: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut waiting = Vec::new();
        for (place, uop) in uops(&trace.lowered).enumerate() {
            match uop.fate.as_ref().and_then(|fate| fate.now) {
                None => waiting.push(place),
                Some(now) => before.entry(now).or_default().append(&mut waiting),
            }
        }
        Ghosts {
            before,
            last: waiting,
        }
    }

    fn before(&self, uop: u32) -> &[usize] {
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
        Listing::Plain,
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
        Listing::Plain,
        Key::Lowered(uop.id),
        classes!("uop", "ghost"),
        content,
    )
}
