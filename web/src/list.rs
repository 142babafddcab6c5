//! The list of a pane's rows, drawn in chunks: those near what is in view, a few at a time, and gaps for the others.
//!
//! Rows know their place and how many there are (`aria-posinset`, `aria-setsize`), since not all of them are in the document.
//! Never knows what is lit: see `paint.rs`. Start at [`List`].

use std::ops::Range;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use web_sys::Element;
use yew::prelude::*;

use crate::lines::{Lines, Shown};
use crate::paint::Paint;
use crate::roll::Roll;
use crate::search::Search;
use crate::window::{CHUNK, Window};

/// What a listing is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The id of its heading.
    pub heading: AttrValue,
    /// Its lines.
    pub lines: Lines,
}

/// A list of rows that the arrow keys walk along.
#[component]
pub fn List(props: &Props) -> Html {
    let search = use_context::<Search>().unwrap_or_default();
    let shown = use_memo((props.lines.clone(), search), |(lines, search)| {
        Shown::of(lines.clone(), search)
    });
    let (roll, window) = use_roll(&props.heading, &shown);
    let Window { drawn, .. } = window.clone();
    let chunks = shown.len().div_ceil(CHUNK);
    // All of the list's children have keys: then a chunk that stays is left alone when another one comes before it.
    let gap = |key: &'static str, chunks: Range<usize>| {
        let style = format!("height:{}px", roll.height(chunks));
        html! { <div {key} class="gap" role="presentation" {style}></div> }
    };
    // A list all of whose rows are left out is none for the time being, and says so.
    let (none, role) = match shown.rows() {
        0 => (Some("none"), "group"),
        _ => (None, "listbox"),
    };
    let look = Callback::from({
        let roll = (*roll).clone();
        move |_: Event| roll.look()
    });
    html! {
        <div class={classes!("rows", none)} {role} tabindex="0" aria-labelledby={props.heading.clone()}
            aria-busy={(!window.is_done()).to_string()} ref={roll.node()} onscroll={look}>
            { gap("above", 0..drawn.start) }
            { for drawn.clone().map(|n| {
                html! { <Chunk key={format!("{}-{n}", shown.id)} lines={shown.chunk(n)} of={Of(shown.clone())} /> }
            }) }
            { gap("below", drawn.end..chunks) }
        </div>
    }
}

/// The listing in the document, and what of it is to be there.
#[hook]
fn use_roll(heading: &AttrValue, shown: &Rc<Shown>) -> (Rc<Roll>, Window) {
    let paint = use_context::<Paint>();
    let redraw = use_force_update();
    let roll = use_memo((), |()| Roll::default());
    let window = roll.show(shown, Callback::from(move |()| redraw.force_update()));
    {
        let (roll, paint) = ((*roll).clone(), paint.clone());
        use_effect_with(heading.clone(), move |heading| {
            let heading = heading.clone();
            if let Some(paint) = &paint {
                paint.add(heading.clone(), roll);
            }
            move || {
                if let Some(paint) = paint {
                    paint.remove(&heading);
                }
            }
        });
    }
    use_effect_with(shown.id, move |_| {
        if let Some(paint) = paint {
            paint.count();
        }
    });
    {
        let roll = (*roll).clone();
        use_effect_with((shown.id, window.clone()), move |_| {
            roll.drawn();
            let (again, rest) = (roll.clone(), roll.rest());
            let settle = Timeout::new(0, move || again.settle());
            let step = Timeout::new(rest, move || roll.step());
            move || drop((settle, step))
        });
    }
    (roll, window)
}

/// A listing that is the same if it has the same number.
#[derive(Clone)]
pub struct Of(pub Rc<Shown>);

impl PartialEq for Of {
    fn eq(&self, other: &Of) -> bool {
        self.0.id == other.0.id
    }
}

/// What a chunk is given.
#[derive(Clone, PartialEq, Properties)]
pub struct ChunkProps {
    /// The listing.
    pub of: Of,
    /// Which of its lines.
    pub lines: Range<usize>,
}

/// Some lines of a listing.
#[component]
pub fn Chunk(props: &ChunkProps) -> Html {
    let place = use_node_ref();
    let paint = use_context::<Paint>();
    {
        let place = place.clone();
        use_effect_with(props.clone(), move |props| {
            if let (Some(paint), Some(chunk)) = (paint, place.cast::<Element>()) {
                paint.drawn(&chunk, &props.of.0, props.lines.start);
            }
        });
    }
    let ChunkProps { of, lines } = props;
    html! { <div class="chunk" role="presentation" ref={place}>{ of.0.draw(lines.clone()) }</div> }
}
