//! Search in the listings, and showing only what the optimiser changed: rows that do not fit are hidden, straight in the
//! document. Start at [`Search::apply`].

use wasm_bindgen::JsCast;
use web_sys::{Document, Element};

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// A text, in whatever case; rows without it are hidden.
    pub text: String,
    /// Whether rows that the optimiser left as they were are hidden.
    pub changed_only: bool,
}

impl Search {
    /// Whether anything is hidden at all.
    pub fn is_on(&self) -> bool {
        self.changed_only || !self.text.trim().is_empty()
    }

    /// Whether a row with this text is shown.
    pub fn finds(&self, text: &str) -> bool {
        let wanted = self.text.trim().to_lowercase();
        wanted.is_empty() || text.to_lowercase().contains(&wanted)
    }

    /// Hides the rows that do not fit.
    pub fn apply(&self) {
        let Some(document) = document() else { return };
        if self.is_on() {
            elements(&document, ".row")
                .iter()
                .for_each(|row| self.show(row));
        } else {
            for row in elements(&document, ".row.missed") {
                let _ = row.class_list().remove_1("missed");
            }
        }
    }

    /// Hides a row if it does not fit.
    pub fn show(&self, row: &Element) {
        let is_same = self.changed_only && row.class_list().contains("same");
        let shows = !is_same && self.finds(&row.text_content().unwrap_or_default());
        // A class that cannot be set is no loss.
        let _ = row.class_list().toggle_with_force("missed", !shows);
    }
}

/// How many rows are left. A list all of whose rows are hidden is none for the time being, and says so.
pub fn count() -> Option<usize> {
    let mut all = 0;
    for list in elements(&document()?, ".rows") {
        let rows = list.query_selector_all(".row:not(.missed)").ok()?.length();
        let _ = list.class_list().toggle_with_force("none", rows == 0);
        let _ = list.set_attribute("role", if rows == 0 { "group" } else { "listbox" });
        all += rows as usize;
    }
    Some(all)
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn elements(document: &Document, selector: &str) -> Vec<Element> {
    let Ok(found) = document.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|n| found.get(n)?.dyn_into().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Search {
        Search {
            text: text.to_owned(),
            changed_only: false,
        }
    }

    #[test]
    fn whatever_the_case_a_text_is_found() {
        assert!(search(" GUARD ").finds("_guard_eq v1"));
        assert!(!search("guard").finds("add_i64"));
        assert!(search("").finds("") && !search("").is_on() && search("x").is_on());
    }
}
