//! Lights what belongs together, straight in the document: rows are drawn once, and only their classes change.
//!
//! A row's place in a list is `data-key`; the same key may stand in two panes, so ids begin with the pane. Start at
//! [`Painter::paint`].

use std::collections::BTreeSet;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use crate::provenance::Key;

/// The panes that hold rows, as ids begin.
const PANES: [&str; 3] = ["k-", "s-", "m-"];

/// The id of a row; the stencils' and the machine code's panes show the same keys.
pub fn row_id(pane: &str, key: Key) -> String {
    format!("{pane}{key}")
}

/// Remembers what is lit.
#[derive(Debug, Default)]
pub struct Painter {
    lit: Vec<Element>,
    main: Vec<Element>,
}

impl Painter {
    /// Lights the rows of `keys` and nothing else; `main` are the ones that the others belong to. With `scroll`, the first lit
    /// row of each list is brought into view.
    pub fn paint(&mut self, keys: &BTreeSet<Key>, main: &[Key], scroll: bool) {
        for element in self.lit.drain(..) {
            // An element that has gone is no loss.
            let _ = element.class_list().remove_1("lit");
        }
        for element in self.main.drain(..) {
            let _ = element.class_list().remove_1("main");
            let _ = element.remove_attribute("aria-selected");
        }
        let mut lists: Vec<Element> = Vec::new();
        for &key in keys {
            for element in PANES.iter().filter_map(|pane| find(pane, key)) {
                let _ = element.class_list().add_1("lit");
                if main.contains(&key) {
                    let _ = element.class_list().add_1("main");
                    let _ = element.set_attribute("aria-selected", "true");
                    self.main.push(element.clone());
                }
                if scroll
                    && let Ok(Some(list)) = element.closest("[role=listbox]")
                    && !lists.contains(&list)
                {
                    bring_into_view(&element);
                    lists.push(list);
                }
                self.lit.push(element);
            }
        }
    }
}

fn find(pane: &str, key: Key) -> Option<Element> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(&row_id(pane, key))
}

/// Scrolls a row's list, and nothing around it, just as far as it takes to show the row.
fn bring_into_view(element: &Element) {
    let Ok(Some(list)) = element.closest("[role=listbox]") else {
        return;
    };
    let (row, view) = (
        element.get_bounding_client_rect(),
        list.get_bounding_client_rect(),
    );
    let above = row.top() - view.top();
    let below = row.bottom() - view.bottom();
    let by = if above < 0.0 { above } else { below.max(0.0) };
    list.set_scroll_top(list.scroll_top() + by.round() as i32);
}

/// The key of the row that an event happened in.
pub fn key_of(event: &Event) -> Option<Key> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row: HtmlElement = target.closest("[data-key]").ok()??.dyn_into().ok()?;
    row.get_attribute("data-key")?.parse().ok()
}

/// Moves along the list that has the keyboard, to the next row or the one before, the first or the last; gives its key.
pub fn walk(event: &web_sys::KeyboardEvent) -> Option<Key> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let list = target.closest("[role=listbox]").ok()??;
    let options = list.query_selector_all("[role=option]").ok()?;
    let count = options.length();
    let active = list.get_attribute("aria-activedescendant");
    let at = (0..count).find(|&n| {
        let id = options
            .get(n)
            .and_then(|node| node.dyn_into::<Element>().ok());
        id.is_some_and(|element| Some(element.id()) == active)
    });
    let to = match (event.key().as_str(), at) {
        ("ArrowDown", Some(at)) => (at + 1).min(count.checked_sub(1)?),
        ("ArrowUp", Some(at)) => at.saturating_sub(1),
        ("ArrowDown" | "ArrowUp" | "Home", _) => 0,
        ("End", _) => count.checked_sub(1)?,
        _ => return None,
    };
    event.prevent_default();
    let row: HtmlElement = options.get(to)?.dyn_into().ok()?;
    // A list that takes no attribute only loses its voice.
    let _ = list.set_attribute("aria-activedescendant", &row.id());
    bring_into_view(&row);
    row.get_attribute("data-key")?.parse().ok()
}

/// Whether an event happened in a list of rows.
pub fn is_in_list(event: &Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest("[role=listbox]"), Ok(Some(_))))
}
