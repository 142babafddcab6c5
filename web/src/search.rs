//! Search in the listings, and showing only what the optimiser changed: what does not fit is left out.
//!
//! Never touches the document. Start at [`Search::finds`]; `lines.rs` applies it.

/// What is searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// A text, in whatever case; lines without it are left out.
    pub text: String,
    /// Whether what the optimiser left as it was is left out.
    pub changed_only: bool,
}

impl Search {
    /// Whether anything is left out at all.
    pub fn is_on(&self) -> bool {
        self.changed_only || self.has_text()
    }

    /// Whether a text is searched for.
    pub fn has_text(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Whether a row with this text, in small letters, is shown.
    pub fn finds(&self, text: &str) -> bool {
        text.contains(&self.text.trim().to_lowercase())
    }
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
        assert!(search("").finds("") && !search(" ").is_on() && search("x").is_on());
    }
}
