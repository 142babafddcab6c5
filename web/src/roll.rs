//! A listing in the document: what of it is in view, what is drawn, and how to come to a row, drawn or not.
//!
//! The browser keeps what is in view where it is while gaps above it become rows (scroll anchoring). Never decides what is to
//! be drawn: that is `window.rs`. Start at [`Roll::look`]; `list.rs` draws.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::highlight::document;
use crate::lines::Shown;
use crate::provenance::Key;
use crate::spot::Spot;
use crate::window::{CHUNK, Heights, Window, chunk_of};

/// How long nothing else may have come into view before what is near it is drawn, in milliseconds.
const REST: u32 = 60;

/// A listing, held by what draws it and by what looks for rows in it.
#[derive(Clone, Debug, Default)]
pub struct Roll(Rc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    /// The list's element.
    list: NodeRef,
    shown: RefCell<Rc<Shown>>,
    heights: RefCell<Heights>,
    window: RefCell<Window>,
    /// The chunks that are in the document: what is to be there follows a little later.
    placed: RefCell<Range<usize>>,
    /// How high the gap above them was made, in pixels; what was measured since may say otherwise.
    gap: Cell<f64>,
    /// The chunks that were in view when that was last known.
    view: RefCell<Range<usize>>,
    /// How high the list was then, in pixels.
    high: Cell<f64>,
    /// How far the list was scrolled down when that was last known, in pixels.
    top: Cell<i32>,
    /// The row that is to come into view when it is drawn.
    awaited: Cell<Option<Spot>>,
    /// Has the list drawn anew.
    redraw: RefCell<Callback<()>>,
}

impl PartialEq for Roll {
    fn eq(&self, other: &Roll) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Roll {
    /// The list is drawn: it shows this, and `redraw` has it drawn anew. Gives what is to be in the document.
    pub fn show(&self, shown: &Rc<Shown>, redraw: Callback<()>) -> Window {
        self.0.redraw.replace(redraw);
        let before = self.0.shown.replace(Rc::clone(shown));
        if before.id != shown.id {
            let mut heights = self.0.heights.borrow_mut();
            heights.reset(shown.len());
            let first = heights.in_view(f64::from(self.0.top.get()), 1.0).start;
            self.0.window.replace(Window::new(first, heights.chunks()));
            self.0.placed.replace(0..0);
            self.0.awaited.set(None);
        }
        self.0.window.borrow().clone()
    }

    /// What its list element is known by.
    pub fn node(&self) -> NodeRef {
        self.0.list.clone()
    }

    /// How high some chunks are together, in pixels.
    pub fn height(&self, chunks: Range<usize>) -> f64 {
        self.0.heights.borrow().of(chunks)
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.0.shown.borrow().rows()
    }

    /// Which row something has, if it has one here.
    pub fn find(&self, spot: Spot) -> Option<usize> {
        self.0.shown.borrow().find(spot)
    }

    /// The rows in view; or those that may be when a row is brought there. Nothing is measured for that, so it is rather more.
    pub fn near(&self, row: Option<Spot>) -> Vec<Spot> {
        let shown = self.shown();
        let row = row.and_then(|spot| shown.row(shown.find(spot)?));
        let lines = match row {
            Some((_, line)) => {
                let reach = self.reach(chunk_of(line));
                line.saturating_sub(reach)..line + reach + 1
            }
            None => {
                let view = self.0.view.borrow();
                view.start * CHUNK..view.end * CHUNK
            }
        };
        let rows = shown.before(lines.start)..shown.before(lines.end);
        rows.filter_map(|n| Some(shown.row(n)?.0)).collect()
    }

    /// How many lines about a chunk may be in view along with one of its own: twice as many as there would be if all were as high.
    fn reach(&self, chunk: usize) -> usize {
        let chunks = chunk.saturating_sub(1)..(chunk + 2).min(self.chunks());
        let lowest = chunks
            .map(|n| self.height(n..n + 1))
            .fold(f64::INFINITY, f64::min);
        let lines = self.0.high.get() / lowest.max(1.0) * CHUNK as f64;
        2 + (2.0 * lines) as usize
    }

    /// What the list shows.
    pub fn shown(&self) -> Rc<Shown> {
        Rc::clone(&self.0.shown.borrow())
    }

    /// Whether all is drawn that is to be.
    fn is_done(&self) -> bool {
        self.0.window.borrow().is_done()
    }

    /// Rows were drawn: what is in view is found out anew, since they may be higher or lower than was thought.
    pub fn settle(&self) {
        self.look();
        if let Some(row) = self.0.awaited.get().and_then(|spot| self.find(spot)) {
            // It is not where it was thought to be; more is known by now.
            bring(&[(self.clone(), row)]);
        }
    }

    /// Draws a few more chunks, if that is not all.
    pub fn step(&self) {
        if !self.is_done() {
            self.change(Window::step);
        }
    }

    /// How long drawing more may wait, in milliseconds: what is only near what is in view is not needed while somebody moves.
    pub fn rest(&self) -> u32 {
        let is_part = self.0.window.borrow().is_part(self.chunks());
        if is_part { REST } else { 0 }
    }

    /// How much farther down things are by what is known now than they are in the document.
    fn shift(&self) -> f64 {
        self.height(0..self.0.placed.borrow().start) - self.0.gap.get()
    }

    /// Has all of it drawn at once.
    pub fn draw_all(&self) {
        let chunks = self.chunks();
        self.change(|window| window.draw_all(chunks));
    }

    /// No longer has all of it drawn.
    pub fn release(&self) {
        self.0.window.borrow_mut().is_all = false;
        self.look();
    }

    /// Something else may be in view.
    pub fn look(&self) {
        let Some(list) = self.element().filter(|_| !self.0.window.borrow().is_all) else {
            return;
        };
        self.measure(&list);
        let (top, height) = (list.scroll_top(), list.client_height());
        self.0.top.set(top);
        self.0.high.set(f64::from(height));
        let top = f64::from(top) + self.shift();
        let heights = self.0.heights.borrow();
        let view = heights.in_view(top, f64::from(height));
        self.0.view.replace(view.clone());
        self.change(|window| window.look(view, heights.chunks()));
    }

    /// The first row is in view again.
    pub fn rewind(&self) {
        if let Some(list) = self.element().filter(|_| self.0.top.replace(0) != 0) {
            list.set_scroll_top(0);
        }
    }

    /// What was to be drawn is in the document: the row that was waited for comes into view.
    pub fn drawn(&self) {
        let drawn = self.0.window.borrow().drawn.clone();
        self.0.gap.set(self.height(0..drawn.start));
        self.0.placed.replace(drawn);
        let awaited = self.0.awaited.get().and_then(|spot| self.find(spot));
        if let Some(row) = awaited.filter(|&row| self.is_drawn(row)) {
            self.0.awaited.set(None);
            bring(&[(self.clone(), row)]);
        }
    }

    /// Goes to the next row or the one before, the first or the last, by the name of the key that was pressed; gives what the
    /// row is of.
    pub fn walk(&self, key: &str) -> Option<Key> {
        let list = self.element()?;
        let active = list.get_attribute("aria-activedescendant");
        let active = active.and_then(|id| self.find(id.parse().ok()?));
        let last = self.rows().checked_sub(1)?;
        let to = match (key, active) {
            ("ArrowDown", Some(at)) => (at + 1).min(last),
            ("ArrowUp", Some(at)) => at.saturating_sub(1),
            ("ArrowDown" | "ArrowUp" | "Home", _) => 0,
            ("End", _) => last,
            _ => return None,
        };
        let (spot, _) = self.0.shown.borrow().row(to)?;
        // A list that takes no attribute only loses its voice.
        let _ = list.set_attribute("aria-activedescendant", &spot.to_string());
        bring(&[(self.clone(), to)]);
        Some(spot.1)
    }

    fn element(&self) -> Option<Element> {
        self.0.list.cast()
    }

    fn chunks(&self) -> usize {
        self.0.heights.borrow().chunks()
    }

    fn change(&self, change: impl FnOnce(&mut Window)) {
        let before = self.0.window.borrow().clone();
        change(&mut self.0.window.borrow_mut());
        if before != *self.0.window.borrow() {
            self.0.redraw.borrow().emit(());
        }
    }

    /// Measures the chunks that are in the document; the list's first child is the gap above them.
    fn measure(&self, list: &Element) {
        let (placed, children) = (self.0.placed.borrow().clone(), list.children());
        let mut heights = self.0.heights.borrow_mut();
        for (n, chunk) in placed.enumerate() {
            let element = children.item(n as u32 + 1);
            if let Some(element) =
                element.and_then(|element| element.dyn_into::<HtmlElement>().ok())
            {
                heights.measure(chunk, f64::from(element.offset_height()));
            }
        }
    }

    fn is_drawn(&self, row: usize) -> bool {
        let line = self.0.shown.borrow().row(row).map(|(_, line)| line);
        line.is_some_and(|line| self.0.placed.borrow().contains(&chunk_of(line)))
    }

    /// How far the list has to be scrolled so that a row is in view; about so far if it is not drawn.
    fn distance(&self, list: &Element, row: usize) -> Option<i32> {
        let (spot, line) = self.0.shown.borrow().row(row)?;
        let element = document().and_then(|document| document.get_element_by_id(&spot.to_string()));
        let by = match element.filter(|_| self.is_drawn(row)) {
            Some(row) => {
                let (row, view) = (
                    row.get_bounding_client_rect(),
                    list.get_bounding_client_rect(),
                );
                let (above, below) = (row.top() - view.top(), row.bottom() - view.bottom());
                if above < 0.0 { above } else { below.max(0.0) }
            }
            None => {
                self.0.awaited.set(Some(spot));
                self.measure(list);
                let before = self.height(0..chunk_of(line)) - self.shift();
                before - f64::from(list.scroll_top()) - f64::from(list.client_height()) / 3.0
            }
        };
        Some(by.round() as i32)
    }
}

/// Scrolls lists, and nothing around them, just as far as it takes to show a row of each. All is measured before anything
/// is scrolled, so that the browser lays the page out once.
pub fn bring(rows: &[(Roll, usize)]) {
    let measure = |(roll, row): &(Roll, usize)| {
        let list = roll.element()?;
        let by = roll.distance(&list, *row)?;
        Some((list, by))
    };
    let distances: Vec<(Element, i32)> = rows.iter().filter_map(measure).collect();
    for (list, by) in distances {
        if by != 0 {
            list.set_scroll_top(list.scroll_top() + by);
        }
    }
}
