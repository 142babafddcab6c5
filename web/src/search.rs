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

    /// Hides the rows that do not fit; gives how many do, if anything is searched for.
    pub fn apply(&self) -> Option<usize> {
        let document = web_sys::window()?.document()?;
        if !self.is_on() {
            for row in elements(&document, ".row.missed") {
                let _ = row.class_list().remove_1("missed");
            }
            return None;
        }
        let rows = elements(&document, ".row");
        Some(rows.iter().filter(|row| self.show(row)).count())
    }

    /// Hides a row if it does not fit; says whether it does.
    pub fn show(&self, row: &Element) -> bool {
        let is_same = self.changed_only && row.class_list().contains("same");
        let shows = !is_same && self.finds(&row.text_content().unwrap_or_default());
        // A class that cannot be set is no loss.
        let _ = row.class_list().toggle_with_force("missed", !shows);
        shows
    }
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
