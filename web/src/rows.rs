//! Rows: one thing of a listing, that can be pointed at, pinned and lit; and the frame of a pane around its list.
//!
//! A row is drawn once; what changes on it later is painted over it. Never knows what is lit: see `paint.rs`. Start at
//! [`Frame`].

use yew::prelude::*;

use crate::layout::Pane;
use crate::lines::Lines;
use crate::list::List;
use crate::provenance::Key;
use crate::spot::{Listing, Spot};

/// A row that can be lit, with a tooltip if there is anything to say.
pub fn row(
    listing: Listing,
    key: Key,
    class: Classes,
    title: Option<String>,
    content: Html,
) -> Html {
    let (id, text) = (Spot(listing, key).to_string(), key.to_string());
    html! {
        <div {id} {title} data-key={text} class={classes!("row", class)} role="option">{ content }</div>
    }
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
