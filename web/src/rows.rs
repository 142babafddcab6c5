//! Rows: one thing of a listing, that can be pointed at, pinned and lit; and the frame of a pane around them.
//!
//! Never knows what is lit: see `highlight.rs`. Start at [`Frame`].

use yew::prelude::*;

use crate::highlight::row_id;
use crate::layout::Pane;
use crate::provenance::Key;

/// A row that can be lit.
pub fn row(pane: &str, key: Key, class: Classes, content: Html) -> Html {
    let text = key.to_string();
    html! {
        <div id={row_id(pane, key)} data-key={text} class={classes!("row", class)} role="option">{ content }</div>
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
    pub children: Html,
}

/// A pane with a title and a list of rows that the arrow keys walk along.
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
            } else {
                <div class="rows" role="listbox" tabindex="0" aria-labelledby={heading}>{ props.children.clone() }</div>
            }
        </>
    }
}
