//! All of what is seen, to be saved: with every row of every list, though of a long list only what is near is in the document.
//!
//! It goes piece by piece, so that the page answers meanwhile; rows are drawn into elements that never come into the document,
//! and so are not laid out. Start at [`each`].

use std::ops::Range;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use crate::highlight::document;
use crate::lines::Shown;
use crate::list::{Chunk, Of};
use crate::paint::Paint;
use crate::window::CHUNK;

/// How many chunks of a list are drawn at a time.
const BATCH: usize = 4;

/// A piece of an element.
#[derive(Debug)]
pub enum Piece<'a> {
    /// What stands before or behind other pieces: the tag of an element that they are in.
    Tag(&'a str),
    /// An element with all that is in it.
    Whole(&'a Element),
}

/// A piece that is still to be gone through.
enum Planned {
    Tag(String),
    Whole(Element),
    List(Rc<Shown>),
}

/// Goes through all of an element in order, with every row of the lists in it. It is as it was when that began.
pub async fn each(paint: &Paint, element: &Element, mut visit: impl FnMut(Piece<'_>)) {
    let mut planned = Vec::new();
    plan(paint, element, &mut planned);
    for next in planned {
        match next {
            Planned::Tag(text) => visit(Piece::Tag(&text)),
            Planned::Whole(element) => {
                visit(Piece::Whole(&element));
                next_task().await;
            }
            Planned::List(shown) => all_rows(paint, &shown, &mut visit).await,
        }
    }
}

/// Ends the task, so that the browser comes to whatever else waits.
async fn next_task() {
    TimeoutFuture::new(0).await;
}

fn plan(paint: &Paint, element: &Element, planned: &mut Vec<Planned>) {
    let shown = paint.listing(element);
    let has_lists = matches!(element.query_selector(".rows"), Ok(Some(_)));
    let tags = (shown.is_some() || has_lists).then(|| tags(element));
    let Some((open, close)) = tags.flatten() else {
        planned.push(Planned::Whole(element.clone()));
        return;
    };
    planned.push(Planned::Tag(open));
    if let Some(shown) = shown {
        planned.push(Planned::List(shown));
    } else {
        let children = element.children();
        for child in (0..children.length()).filter_map(|n| children.item(n)) {
            plan(paint, &child, planned);
        }
    }
    planned.push(Planned::Tag(close));
}

/// An element's tags, without what is in it.
fn tags(element: &Element) -> Option<(String, String)> {
    let empty: Element = element.clone_node().ok()?.dyn_into().ok()?;
    let text = empty.outer_html();
    let (open, close) = text.split_at(text.rfind("</")?);
    Some((open.to_owned(), close.to_owned()))
}

async fn all_rows(paint: &Paint, shown: &Rc<Shown>, visit: &mut impl FnMut(Piece<'_>)) {
    let chunks = shown.len().div_ceil(CHUNK);
    for first in (0..chunks).step_by(BATCH) {
        let Some(host) = document().and_then(|document| document.create_element("div").ok()) else {
            return;
        };
        let props = Props {
            paint: paint.clone(),
            of: Of(Rc::clone(shown)),
            chunks: first..chunks.min(first + BATCH),
        };
        let drawn = yew::Renderer::<Apart>::with_root_and_props(host.clone(), props).render();
        next_task().await;
        let children = host.children();
        let chunks = (0..children.length()).filter_map(|n| children.item(n));
        chunks.for_each(|chunk| visit(Piece::Whole(&chunk)));
        drawn.destroy();
    }
}

#[derive(Clone, PartialEq, Properties)]
struct Props {
    paint: Paint,
    of: Of,
    chunks: Range<usize>,
}

/// Some chunks of a list, apart from the page.
#[component]
fn Apart(props: &Props) -> Html {
    let Props { paint, of, chunks } = props;
    html! {
        <ContextProvider<Paint> context={paint.clone()}>
            { for chunks.clone().map(|n| html! { <Chunk key={n} of={of.clone()} lines={of.0.chunk(n)} /> }) }
        </ContextProvider<Paint>>
    }
}
