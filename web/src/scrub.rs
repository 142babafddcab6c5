//! Moves rows along the timeline, straight in the document: only the rows that change between two places are touched.
//!
//! Never knows what a step is about: the changes come from `timeline::rows`. Start at [`Scrubber::go`].

use web_sys::{Document, Element};

use crate::highlight::{MANY, document, each_row};
use crate::spot::Spot;
use crate::timeline::rows::{Change, Progress};

/// Holds the changes of the timeline that is shown, and how far the document is.
#[derive(Debug, Default)]
pub struct Scrubber {
    changes: Vec<Change>,
    /// Each row with the places of its changes among them, in order.
    rows: Vec<(Spot, usize)>,
    /// How many of the changes are done in the document.
    done: usize,
}

impl Scrubber {
    /// Another timeline: every row is as it is in the end, whatever it was before.
    pub fn reset(&mut self, changes: Vec<Change>) {
        if !self.is_at_end() {
            each_row(|_, row| show(row, Progress::Done));
        }
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
        let Some(document) = document() else { return };
        let wanted = self.changes.partition_point(|change| change.step < place);
        if wanted.abs_diff(self.done) > MANY {
            self.done = wanted;
            each_row(|spot, row| self.show(spot, row));
            return;
        }
        for change in self.changes.get(self.done..wanted).unwrap_or_default() {
            apply(&document, change.row, change.to);
        }
        let back = self.changes.get(wanted..self.done).unwrap_or_default();
        for change in back.iter().rev() {
            apply(&document, change.row, change.from);
        }
        self.done = wanted;
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
    for class in ["rows", "tables"] {
        let lists = document.get_elements_by_class_name(class);
        for list in (0..lists.length()).filter_map(|n| lists.item(n)) {
            // A list that cannot be told so is slower, and right.
            let _ = list.class_list().toggle_with_force("hurried", is_fast);
        }
    }
}

fn apply(document: &Document, row: Spot, progress: Progress) {
    if let Some(row) = document.get_element_by_id(&row.to_string()) {
        show(&row, progress);
    }
}

fn show(row: &Element, progress: Progress) {
    let classes = row.class_list();
    // A class that cannot be set is no loss.
    let _ = classes.toggle_with_force("future", progress == Progress::Future);
    let _ = classes.toggle_with_force("pending", progress == Progress::Pending);
}
