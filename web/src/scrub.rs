//! Moves rows along the timeline, straight in the document: only the rows that change between two places are touched.
//!
//! Who goes fast passes rows that nobody sees: they stay as they were until they come into view, or until the end of the way.
//!
//! Never knows what a step is about: the changes come from `timeline::rows`. Start at [`Scrubber::go`].

use std::collections::HashSet;

use wasm_bindgen::JsCast;
use web_sys::{Document, Element};

use crate::highlight::{MANY, document, drawn_rows, each_row};
use crate::spot::Spot;
use crate::timeline::rows::{Change, Progress};

/// Holds the changes of the timeline that is shown, and how far the document is.
#[derive(Debug, Default)]
pub struct Scrubber {
    changes: Vec<Change>,
    /// Each row with the places of its changes among them, in order.
    rows: Vec<(Spot, usize)>,
    /// How many of the changes are done.
    done: usize,
    /// Rows that changed, and stand in the document as they were.
    stale: HashSet<Spot>,
}

impl Scrubber {
    /// Another timeline: every row is as it is in the end, whatever it was before.
    pub fn reset(&mut self, changes: Vec<Change>) {
        if !self.is_at_end() || !self.stale.is_empty() {
            each_row(|_, row| show(row, Progress::Done));
        }
        self.stale.clear();
        self.done = changes.len();
        let rows = changes
            .iter()
            .enumerate()
            .map(|(n, change)| (change.row, n));
        self.rows = rows.collect();
        self.rows.sort_unstable();
        self.changes = changes;
    }

    /// Goes to a place.
    pub fn go(&mut self, place: usize) {
        self.pass(place);
        self.settle();
    }

    /// Goes to a place, and leaves the document behind.
    pub fn pass(&mut self, place: usize) {
        let wanted = self.changes.partition_point(|change| change.step < place);
        let passed = wanted.min(self.done)..wanted.max(self.done);
        let passed = self.changes.get(passed).unwrap_or_default();
        self.stale.extend(passed.iter().map(|change| change.row));
        self.done = wanted;
    }

    /// Shows some rows as they are.
    pub fn refresh(&mut self, rows: impl Iterator<Item = Spot>) {
        let Some(document) = document() else { return };
        for spot in rows {
            if self.stale.remove(&spot) {
                self.find(&document, spot);
            }
        }
    }

    /// Shows all rows as they are.
    pub fn settle(&mut self) {
        let Some(document) = document() else { return };
        let stale = std::mem::take(&mut self.stale);
        // Asking for a row by its name takes longer than coming to it while going through all.
        if stale.len() > MANY && stale.len() > drawn_rows() / 2 {
            each_row(|spot, row| self.show(spot, row));
        } else {
            stale.iter().for_each(|&spot| self.find(&document, spot));
        }
    }

    /// Shows a row as it is, if it is drawn.
    fn find(&self, document: &Document, spot: Spot) {
        if let Some(row) = document.get_element_by_id(&spot.to_string()) {
            self.show(spot, &row);
        }
    }

    /// Whether every row is as it is in the end.
    pub fn is_at_end(&self) -> bool {
        self.done == self.changes.len()
    }

    /// Shows a row as it is at this place, whatever it was before.
    pub fn show(&self, spot: Spot, row: &Element) {
        let from = self.rows.partition_point(|&(known, _)| known < spot);
        let own = self.rows[from..].iter();
        let own = own
            .take_while(|&&(known, _)| known == spot)
            .map(|&(_, n)| n);
        let mut progress = None;
        for n in own {
            let change = self.changes[n];
            progress = match (n < self.done, progress) {
                (true, _) => Some(change.to),
                (false, None) => Some(change.from),
                (false, known) => known,
            };
        }
        if let Some(progress) = progress {
            show(row, progress);
        }
    }
}

/// While somebody goes fast along the timeline no list is scrolled by hand, and the browser paints what is in view alone;
/// otherwise it paints thousands of pixels around that too, to have them ready, and after each jump anew.
pub fn hurry(is_fast: bool) {
    let Some(document) = document() else { return };
    let Ok(lists) = document.query_selector_all(".rows, .tables") else {
        return;
    };
    for list in (0..lists.length()).filter_map(|n| lists.item(n)?.dyn_into::<Element>().ok()) {
        // A list that cannot be told so is slower, and right.
        let _ = list.class_list().toggle_with_force("hurried", is_fast);
    }
}

/// Shows a row as it is, whatever it was.
fn show(row: &Element, progress: Progress) {
    let classes = row.class_list();
    // A class that cannot be set is no loss.
    let _ = classes.toggle_with_force("future", progress == Progress::Future);
    let _ = classes.toggle_with_force("pending", progress == Progress::Pending);
}
