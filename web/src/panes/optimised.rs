//! The optimised trace; what the optimiser has removed stays, struck through, with the rule that removed it.

use std::collections::HashMap;

use jit_playground::explain::model::{Fate, Region, Trace, Uop};
use yew::prelude::*;

use super::{Props, count};
use crate::layout::Pane;
use crate::lines::{Kind, use_lines};
use crate::provenance::Key;
use crate::rows::{Frame, row};
use crate::spot::{Listing, Spot};

/// The place of a uop in a region: its block's, and its own in there.
type Place = (usize, usize);

/// A line of the listing; blocks and uops by their places in the regions.
#[derive(Clone, Copy, Debug)]
enum Line {
    /// A block begins.
    Head(usize),
    /// A uop of the optimised region, and what it was in the region as it was translated.
    Uop(Place, Option<Place>),
    /// A uop that was removed.
    Ghost(Place),
    /// A block ends.
    End(usize),
}

const KIND: Kind<Props, Line> = Kind {
    prepare,
    rows,
    text,
    is_same: |props, line| matches!(*line, Line::Uop(_, was) if change(props, was).is_none()),
    draw,
};

/// The pane.
#[component]
pub fn Optimised(props: &Props) -> Html {
    let lines = use_lines(props.clone(), &KIND);
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

/// All uops of a region with their places.
fn placed(region: &Region) -> impl Iterator<Item = (Place, &Uop)> {
    let blocks = region.blocks.iter().enumerate();
    blocks.flat_map(|(block, of)| {
        let uops = of.uops.iter().enumerate();
        uops.map(move |(n, uop)| ((block, n), uop))
    })
}

fn at(region: &Region, (block, n): Place) -> Option<&Uop> {
    region.blocks.get(block)?.uops.get(n)
}

fn prepare(props: &Props) -> Vec<Line> {
    let mut lines = Vec::new();
    let Some(trace) = props.trace() else {
        return lines;
    };
    let places = placed(&trace.lowered).map(|(place, uop)| (uop.id, place));
    let places: HashMap<u32, Place> = places.collect();
    let ghosts = Ghosts::of(trace);
    for (block, of) in trace.optimised.blocks.iter().enumerate() {
        lines.push(Line::Head(block));
        for (n, uop) in of.uops.iter().enumerate() {
            lines.extend(ghosts.before(uop.id).iter().copied().map(Line::Ghost));
            let was = uop.was.and_then(|was| places.get(&was).copied());
            lines.push(Line::Uop((block, n), was));
        }
        lines.push(Line::End(block));
    }
    lines.extend(ghosts.last.iter().copied().map(Line::Ghost));
    lines
}

/// A line's uop.
fn uop_of<'a>(trace: &'a Trace, line: &Line) -> Option<&'a Uop> {
    match *line {
        Line::Uop(place, _) => at(&trace.optimised, place),
        Line::Ghost(place) => at(&trace.lowered, place),
        Line::Head(_) | Line::End(_) => None,
    }
}

/// What became of the uop that one was, if it did not stay as it was.
fn change(props: &Props, was: Option<Place>) -> Option<&Fate> {
    let fate = at(&props.trace()?.lowered, was?)?.fate.as_ref();
    fate.filter(|fate| fate.what != "kept")
}

fn rows(props: &Props, line: &Line) -> Vec<Spot> {
    let uop = props.trace().and_then(|trace| uop_of(trace, line));
    let key = |uop: &Uop| match line {
        Line::Ghost(_) => Key::Lowered(uop.id),
        _ => Key::Uop(uop.id),
    };
    uop.map(|uop| Spot(Listing::Plain, key(uop)))
        .into_iter()
        .collect()
}

fn text(props: &Props, line: &Line) -> String {
    let Some(uop) = props.trace().and_then(|trace| uop_of(trace, line)) else {
        return String::new();
    };
    let (name, fate) = match *line {
        Line::Uop(_, was) => (format!("u{}", uop.id), change(props, was)),
        _ => (String::new(), uop.fate.as_ref()),
    };
    let what = fate
        .filter(|_| !name.is_empty())
        .map_or("", |fate| &fate.what);
    let rule = fate
        .and_then(|fate| fate.rule.as_deref())
        .unwrap_or_default();
    format!("{name} {} {what} {rule}", uop.text)
}

fn draw(props: &Props, line: &Line) -> Html {
    let Some(trace) = props.trace() else {
        return html! {};
    };
    let blocks = &trace.optimised.blocks;
    match *line {
        Line::Head(n) => html! { <h3 role="presentation"><code>{ &blocks[n].head }</code></h3> },
        Line::End(n) => {
            html! { <p class="end" role="presentation"><code>{ &blocks[n].end }</code></p> }
        }
        Line::Uop(_, was) => {
            let row = |uop| uop_row(props, uop, change(props, was));
            uop_of(trace, line).map(row).unwrap_or_default()
        }
        Line::Ghost(_) => uop_of(trace, line)
            .map(|uop| ghost_row(props, uop))
            .unwrap_or_default(),
    }
}

/// The uops that were removed, by their places in the region as it was translated, each before the uop that it stood before.
struct Ghosts {
    before: HashMap<u32, Vec<Place>>,
    last: Vec<Place>,
}

impl Ghosts {
    fn of(trace: &Trace) -> Ghosts {
        let mut before: HashMap<u32, Vec<Place>> = HashMap::new();
        let mut waiting = Vec::new();
        for (place, uop) in placed(&trace.lowered) {
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

    fn before(&self, uop: u32) -> &[Place] {
        self.before.get(&uop).map_or(&[], Vec::as_slice)
    }
}

/// A uop of the optimised region, with what changed it.
fn uop_row(props: &Props, uop: &Uop, change: Option<&Fate>) -> Html {
    let content = html! {
        <>
            <span class="number">{ format!("u{}", uop.id) }</span>
            <code class="text">{ &uop.text }
                if let Some(change) = change {
                    <span class="chip">{ &change.what }{ change.rule.as_ref().map(|rule| format!(": {rule}")) }</span>
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
            change.is_none().then_some("same")
        ),
        props.doc(&uop.text),
        content,
    )
}

fn ghost_row(props: &Props, uop: &Uop) -> Html {
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
        props.doc(&uop.text),
        content,
    )
}
