//! Lights what belongs together, straight in the document: rows are drawn once, and only their classes change.
//!
//! Start at [`Painter::paint`].

use std::collections::BTreeSet;

use wasm_bindgen::JsCast;
use web_sys::{Document, DomRect, Element, Event, HtmlElement};

use crate::provenance::Key;
use crate::spot::Spot;

/// Remembers what is lit.
#[derive(Debug, Default)]
pub struct Painter {
    /// What is to be lit, drawn or not.
    keys: BTreeSet<Key>,
    /// What the others belong to.
    main: Vec<Key>,
    lit: Vec<Element>,
}

impl Painter {
    /// Lights the rows of `keys` and nothing else; `main` are the ones that the others belong to. With `scroll`, the first lit
    /// row of each list is brought into view.
    pub fn paint(&mut self, keys: BTreeSet<Key>, main: &[Key], scroll: bool) {
        for element in self.lit.drain(..) {
            // An element that has gone is no loss.
            let _ = element.class_list().remove_2("lit", "main");
            let _ = element.remove_attribute("aria-selected");
        }
        (self.keys, self.main) = (keys, main.to_vec());
        let Some(document) = document() else { return };
        let spots: Vec<Spot> = self.keys.iter().flat_map(|&key| Spot::of(key)).collect();
        let mut firsts: Vec<(Element, Element)> = Vec::new();
        for spot in spots {
            let Some(row) = document.get_element_by_id(&spot.to_string()) else {
                continue;
            };
            self.light(spot, &row);
            if scroll
                && let Some(list) = list_of(&row)
                && !firsts.iter().any(|(known, _)| *known == list)
            {
                firsts.push((list, row));
            }
        }
        bring_into_view(&firsts);
    }

    /// Lights a row that was drawn just now, if it is to be lit.
    pub fn show(&mut self, spot: Spot, row: &Element) {
        if self.keys.contains(&spot.1) {
            self.light(spot, row);
        }
    }

    fn light(&mut self, spot: Spot, row: &Element) {
        let _ = row.class_list().add_1("lit");
        if self.main.contains(&spot.1) {
            let _ = row.class_list().add_1("main");
            let _ = row.set_attribute("aria-selected", "true");
        }
        self.lit.push(row.clone());
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn list_of(row: &Element) -> Option<Element> {
    row.closest("[role=listbox]").ok().flatten()
}

/// Scrolls lists, and nothing around them, just as far as it takes to show a row of each. All is measured before anything
/// is scrolled, so that the browser lays the page out once.
fn bring_into_view(rows: &[(Element, Element)]) {
    let measure = |(list, row): &(Element, Element)| {
        distance(
            &row.get_bounding_client_rect(),
            &list.get_bounding_client_rect(),
        )
    };
    let distances: Vec<i32> = rows.iter().map(measure).collect();
    for ((list, _), by) in rows.iter().zip(distances) {
        if by != 0 {
            list.set_scroll_top(list.scroll_top() + by);
        }
    }
}

fn distance(row: &DomRect, view: &DomRect) -> i32 {
    let above = row.top() - view.top();
    let below = row.bottom() - view.bottom();
    let by = if above < 0.0 { above } else { below.max(0.0) };
    by.round() as i32
}

/// The key of the row that an event happened in.
pub fn key_of(event: &Event) -> Option<Key> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row: HtmlElement = target.closest("[data-key]").ok()??.dyn_into().ok()?;
    row.get_attribute("data-key")?.parse().ok()
}

/// Moves along the list that has the keyboard, to the next row or the one before, the first or the last; gives its key.
/// Rows that a search has hidden are passed over.
pub fn walk(event: &web_sys::KeyboardEvent) -> Option<Key> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let list = list_of(&target)?;
    let rows = list.query_selector_all("[role=option]:not(.missed)").ok()?;
    let count = rows.length();
    let active = list.get_attribute("aria-activedescendant");
    let active = active.and_then(|id| document()?.get_element_by_id(&id));
    // The place of -1 means that it is no longer there.
    let at = active.map(|active| js_sys::Array::from(&rows).index_of(&active, 0));
    let at = at.and_then(|at| u32::try_from(at).ok());
    let to = match (event.key().as_str(), at) {
        ("ArrowDown", Some(at)) => (at + 1).min(count.checked_sub(1)?),
        ("ArrowUp", Some(at)) => at.saturating_sub(1),
        ("ArrowDown" | "ArrowUp" | "Home", _) => 0,
        ("End", _) => count.checked_sub(1)?,
        _ => return None,
    };
    event.prevent_default();
    let row: HtmlElement = rows.get(to)?.dyn_into().ok()?;
    // A list that takes no attribute only loses its voice.
    let _ = list.set_attribute("aria-activedescendant", &row.id());
    let key = row.get_attribute("data-key")?.parse().ok();
    bring_into_view(&[(list, row.into())]);
    key
}

/// Whether an event happened in a list of rows.
pub fn is_in_list(event: &Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest("[role=listbox]"), Ok(Some(_))))
}
