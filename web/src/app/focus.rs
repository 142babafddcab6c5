//! What is looked at: pointed at, pinned, or at the caret.
//!
//! Pointing comes before a pin, and a pin before the caret. Start at [`Focus::keys`].

use crate::provenance::Key;

/// What is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    hover: Option<Key>,
    pin: Option<Key>,
    caret: Vec<Key>,
    /// Whether the other lists follow: not while a mouse runs over the page.
    scrolls: bool,
    /// How often it was to be lit again, though it is the same.
    again: u32,
}

impl Focus {
    /// Something is pinned from the start.
    pub fn pinned(pin: Option<Key>) -> Focus {
        Focus {
            pin,
            scrolls: true,
            ..Focus::default()
        }
    }

    /// What is looked at, if anything is.
    pub fn keys(&self) -> Vec<Key> {
        match self.hover.or(self.pin) {
            Some(key) => vec![key],
            None => self.caret.clone(),
        }
    }

    /// What is pinned.
    pub fn pin(&self) -> Option<Key> {
        self.pin
    }

    /// What is pointed at.
    pub fn hovered(&self) -> Option<Key> {
        self.hover
    }

    /// Whether what is looked at is what is pinned.
    pub fn is_pinned(&self) -> bool {
        self.pin.is_some() && self.hover.or(self.pin) == self.pin
    }

    /// Whether a row is pointed at, by mouse or keyboard.
    pub fn is_on_row(&self) -> bool {
        self.hover.is_some()
    }

    /// Whether the lists are to show what is looked at.
    pub fn scrolls(&self) -> bool {
        self.scrolls
    }

    /// The mouse points at something, or at nothing.
    pub fn hovering(&self, key: Option<Key>) -> Focus {
        Focus {
            hover: key,
            scrolls: false,
            ..self.clone()
        }
    }

    /// The keyboard has come to a row.
    pub fn walked(&self, key: Key) -> Focus {
        Focus {
            hover: Some(key),
            scrolls: true,
            ..self.again()
        }
    }

    /// The same, to be lit again.
    pub fn again(&self) -> Focus {
        Focus {
            again: self.again.wrapping_add(1),
            ..self.clone()
        }
    }

    /// What is pointed at becomes pinned, or no longer is.
    pub fn toggled(&self) -> Focus {
        let pin = if self.pin == self.hover {
            None
        } else {
            self.hover
        };
        Focus {
            pin,
            scrolls: true,
            ..self.clone()
        }
    }

    /// The caret stands in the source text of instructions; that ends a pin.
    pub fn with_caret(&self, caret: Vec<Key>) -> Focus {
        Focus {
            hover: None,
            pin: None,
            caret,
            scrolls: true,
            ..self.again()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointing_comes_before_a_pin_and_a_pin_before_the_caret() {
        let focus = Focus::default().with_caret(vec![Key::Recorded(1)]);
        assert_eq!(focus.keys(), [Key::Recorded(1)]);
        let focus = focus.hovering(Some(Key::Uop(2))).toggled().hovering(None);
        assert_eq!((focus.keys(), focus.is_pinned()), (vec![Key::Uop(2)], true));
        let focus = focus.hovering(Some(Key::Exit(3)));
        assert_eq!(
            (focus.keys(), focus.is_pinned()),
            (vec![Key::Exit(3)], false)
        );
    }

    #[test]
    fn walking_to_the_same_row_lights_it_again() {
        let once = Focus::default().walked(Key::Uop(2));
        let twice = once.walked(Key::Uop(2));
        assert_ne!(once, twice);
        assert_eq!(once.keys(), twice.keys());
    }

    #[test]
    fn a_second_click_takes_a_pin_away() {
        let once = Focus::default().hovering(Some(Key::Uop(2))).toggled();
        assert_eq!(once.toggled().pin(), None);
    }
}
