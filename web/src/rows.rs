//! Rows: one thing of a listing, that can be pointed at, pinned and lit; the listing; and the frame of a pane around it.
//!
//! A listing is drawn in chunks, a few at a time, so that the page answers while a long one is drawn; what is drawn is
//! not drawn again while it stays the same. Never knows what is lit: see `paint.rs`. Start at [`Frame`].

use std::ops::Range;

use gloo_timers::callback::Timeout;
use web_sys::Element;
use yew::prelude::*;

use crate::layout::Pane;
use crate::paint::Paint;
use crate::provenance::Key;
use crate::spot::{Listing, Spot};

/// How many rows the browser lays out and paints together: few, since one that changes has all of them painted again.
const CHUNK: usize = 16;
/// How many chunks are drawn at a time.
const BATCH: usize = 5;

/// A row that can be lit.
pub fn row(listing: Listing, key: Key, class: Classes, content: Html) -> Html {
    let (id, text) = (Spot(listing, key).to_string(), key.to_string());
    html! {
        <div {id} data-key={text} class={classes!("row", class)} role="option">{ content }</div>
    }
}

/// The rows of a listing, ready to be drawn.
#[derive(Clone, PartialEq)]
pub struct Lines {
    len: usize,
    /// Another one when what it draws has changed.
    draw: Callback<Range<usize>, Html>,
}

/// Prepares a listing once for what it shows: `prepare` says what its rows are, `draw` draws some of them.
#[hook]
pub fn use_lines<D: Clone + PartialEq + 'static, L: 'static>(
    of: D,
    prepare: fn(&D) -> Vec<L>,
    draw: fn(&D, &[L]) -> Html,
) -> Lines {
    let lines = use_memo(of, move |of| {
        let (of, lines) = (of.clone(), prepare(of));
        Lines {
            len: lines.len(),
            draw: Callback::from(move |range| draw(&of, lines.get(range).unwrap_or_default())),
        }
    });
    (*lines).clone()
}

/// What a listing is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ListProps {
    /// The id of its heading.
    pub heading: AttrValue,
    /// Its rows.
    pub lines: Lines,
}

/// A list of rows that the arrow keys walk along.
#[component]
pub fn List(props: &ListProps) -> Html {
    let Lines { len, draw } = &props.lines;
    let chunks = len.div_ceil(CHUNK);
    // What was drawn counts for what draws it: another listing begins anew.
    let drawn = use_state(|| (draw.clone(), BATCH));
    let now = if drawn.0 == *draw { drawn.1 } else { BATCH };
    let now = now.min(chunks);
    {
        let drawn = drawn.clone();
        use_effect_with((now, chunks, draw.clone()), move |(now, chunks, draw)| {
            let (next, draw) = (now + BATCH, draw.clone());
            let more = (now < chunks).then(|| Timeout::new(0, move || drawn.set((draw, next))));
            move || drop(more)
        });
    }
    html! {
        <div class="rows" role="listbox" tabindex="0" aria-labelledby={props.heading.clone()} aria-busy={(now < chunks).to_string()}>
            { for (0..now).map(|n| {
                let range = n * CHUNK..(*len).min((n + 1) * CHUNK);
                html! { <Chunk key={n} {range} draw={draw.clone()} /> }
            }) }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ChunkProps {
    range: Range<usize>,
    draw: Callback<Range<usize>, Html>,
}

/// Some rows of a listing; the browser lays them out when they come into view.
#[component]
fn Chunk(props: &ChunkProps) -> Html {
    let place = use_node_ref();
    let paint = use_context::<Paint>();
    {
        let place = place.clone();
        use_effect_with(props.clone(), move |_| {
            if let (Some(paint), Some(chunk)) = (paint, place.cast::<Element>()) {
                paint.drawn(&chunk);
            }
        });
    }
    let style = format!("--rows:{}", props.range.len());
    html! { <div class="chunk" role="presentation" ref={place} {style}>{ props.draw.emit(props.range.clone()) }</div> }
}

/// What a pane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct FrameProps {
    /// Which pane.
    pub pane: Pane,
    /// What stands beside its title.
    #[prop_or_default]
    pub aside: Html,
    /// What is said while there is nothing to show.
    #[prop_or_default]
    pub empty: Option<AttrValue>,
    /// What stands above the rows.
    #[prop_or_default]
    pub head: Html,
    /// The rows.
    #[prop_or_default]
    pub lines: Option<Lines>,
}

/// A pane with a title and a list of rows.
#[component]
pub fn Frame(props: &FrameProps) -> Html {
    let title = props.pane.title();
    let heading = format!("{}-title", props.pane.id());
    html! {
        <>
            <header><h2 id={heading.clone()}>{ title }</h2>{ props.aside.clone() }</header>
            { props.head.clone() }
            if let Some(text) = &props.empty {
                <p class="empty">{ text }</p>
            } else if let Some(lines) = &props.lines {
                <List {heading} lines={lines.clone()} />
            }
        </>
    }
}
