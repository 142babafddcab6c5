//! Lights what belongs together, straight in the document: rows are drawn once, and only their classes change.
//!
//! Start at [`Painter::paint`].

use std::collections::BTreeSet;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlElement};

use crate::provenance::Key;
use crate::spot::Spot;

/// Of more rows than this it is not asked one by one whether they are drawn.
pub const MANY: usize = 200;

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
    /// Lights the rows of `keys` that are drawn, and nothing else; `main` are the ones that the others belong to.
    pub fn paint(&mut self, keys: BTreeSet<Key>, main: &[Key]) {
        for element in self.lit.drain(..) {
            // An element that has gone is no loss.
            let _ = element.class_list().remove_2("lit", "main");
            let _ = element.remove_attribute("aria-selected");
        }
        (self.keys, self.main) = (keys, main.to_vec());
        let Some(document) = document() else { return };
        let spots: Vec<Spot> = self.keys.iter().flat_map(|&key| Spot::of(key)).collect();
        if spots.len() > MANY {
            each_row(|spot, row| self.show(spot, row));
            return;
        }
        for spot in spots {
            if let Some(row) = document.get_element_by_id(&spot.to_string()) {
                self.light(spot, &row);
            }
        }
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

/// Goes through all rows that are drawn.
pub fn each_row(mut act: impl FnMut(Spot, &Element)) {
    let body = document().and_then(|document| document.document_element());
    for row in body.iter().flat_map(rows_in) {
        if let Ok(spot) = row.id().parse() {
            act(spot, &row);
        }
    }
}

/// How many rows are drawn.
pub fn drawn_rows() -> usize {
    document().map_or(0, |document| {
        document.get_elements_by_class_name("row").length() as usize
    })
}

/// The rows within an element.
pub fn rows_in(element: &Element) -> impl Iterator<Item = Element> + use<> {
    let found = element.get_elements_by_class_name("row");
    let rows: Vec<Element> = (0..found.length()).filter_map(|n| found.item(n)).collect();
    rows.into_iter()
}

/// The page's document.
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The key of the row that an event happened in.
pub fn key_of(event: &Event) -> Option<Key> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let row: HtmlElement = target.closest("[data-key]").ok()??.dyn_into().ok()?;
    row.get_attribute("data-key")?.parse().ok()
}

/// The list of rows that an event happened in.
pub fn list_of(event: &Event) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[role=listbox]").ok()?
}
