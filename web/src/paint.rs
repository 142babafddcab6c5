//! What changes on rows that are drawn once: what is lit, what is not there yet at a place of the timeline, what a search
//! leaves out. It is done by classes, straight in the document; rows that are drawn later get theirs when they come.
//!
//! Never draws a row. Start at [`Paint`].

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::Callback;

use crate::highlight::Painter;
use crate::provenance::Key;
use crate::scrub::Scrubber;
use crate::search::Search;
use crate::timeline::rows::Change;

/// The one painter of the page, held by all that needs it.
#[derive(Clone, Debug, Default)]
pub struct Paint(Rc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    painter: RefCell<Painter>,
    scrubber: RefCell<Scrubber>,
    search: RefCell<Search>,
    /// How many rows the search has left.
    found: Cell<usize>,
    /// Told whenever that changes.
    tell: RefCell<Callback<Option<usize>>>,
}

impl PartialEq for Paint {
    fn eq(&self, other: &Paint) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Paint {
    /// Rows were drawn.
    pub fn drawn(&self, chunk: &Element) {
        let search = self.0.search.borrow();
        let mut found = 0;
        for row in rows_in(chunk) {
            let Ok(spot) = row.id().parse() else { continue };
            self.0.scrubber.borrow().show(spot, &row);
            self.0.painter.borrow_mut().show(spot, &row);
            if search.is_on() {
                found += usize::from(search.show(&row));
            }
        }
        if found > 0 {
            self.0.found.set(self.0.found.get() + found);
            self.0.tell.borrow().emit(Some(self.0.found.get()));
        }
    }

    /// Lights the rows of `keys`, see [`Painter::paint`].
    pub fn light(&self, keys: BTreeSet<Key>, main: &[Key], scroll: bool) {
        self.0.painter.borrow_mut().paint(keys, main, scroll);
    }

    /// Another timeline, and a place on it.
    pub fn reset(&self, changes: Vec<Change>, place: usize) {
        let mut scrubber = self.0.scrubber.borrow_mut();
        scrubber.reset(changes);
        scrubber.go(place);
    }

    /// Goes to a place of the timeline.
    pub fn go(&self, place: usize) {
        self.0.scrubber.borrow_mut().go(place);
    }

    /// Hides the rows that are not searched for. `tell` hears how many are left, if anything is searched for.
    pub fn search(&self, search: &Search, tell: Callback<Option<usize>>) {
        self.0.search.replace(search.clone());
        let found = search.apply();
        self.0.found.set(found.unwrap_or_default());
        tell.emit(found);
        self.0.tell.replace(tell);
    }
}

fn rows_in(chunk: &Element) -> impl Iterator<Item = Element> {
    let found = chunk.query_selector_all("[data-key]").ok();
    let count = found.as_ref().map_or(0, |found| found.length());
    (0..count).filter_map(move |n| found.as_ref()?.get(n)?.dyn_into().ok())
}
