//! Which panes are shown: side by side on a wide screen, one at a time on a narrow one; and what may lie over them.

use serde::{Deserialize, Serialize};

/// A pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    /// The program and what it printed.
    Source,
    /// The bytecode.
    Bytecode,
    /// The recording.
    Trace,
    /// The optimised region, with what was removed.
    Optimised,
    /// The stencils.
    Stencils,
    /// The machine code.
    Machine,
    /// The exits.
    Exits,
    /// What variables, registers and the frame hold.
    State,
}

impl Pane {
    /// All, in the order of the way from source to machine code.
    pub const ALL: [Pane; 8] = [
        Pane::Source,
        Pane::Bytecode,
        Pane::Trace,
        Pane::Optimised,
        Pane::Stencils,
        Pane::Machine,
        Pane::Exits,
        Pane::State,
    ];

    /// Its name for people.
    pub fn title(self) -> &'static str {
        match self {
            Pane::Source => "Source",
            Pane::Bytecode => "Bytecode",
            Pane::Trace => "Trace",
            Pane::Optimised => "Optimised trace",
            Pane::Stencils => "Stencils",
            Pane::Machine => "Machine code",
            Pane::Exits => "Exits",
            Pane::State => "Registers and frame",
        }
    }

    /// Its name in the document.
    pub fn id(self) -> &'static str {
        match self {
            Pane::Source => "pane-source",
            Pane::Bytecode => "pane-bytecode",
            Pane::Trace => "pane-trace",
            Pane::Optimised => "pane-optimised",
            Pane::Stencils => "pane-stencils",
            Pane::Machine => "pane-machine",
            Pane::Exits => "pane-exits",
            Pane::State => "pane-state",
        }
    }
}

/// A sheet over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The shortcuts.
    Help,
    /// The pictures as tables.
    Tables,
}

impl Overlay {
    /// The button that opens it, and the one that closes it, as the document names them.
    pub fn buttons(self) -> (&'static str, &'static str) {
        match self {
            Overlay::Help => ("#help", "#help-close"),
            Overlay::Tables => ("#tables", "#tables-close"),
        }
    }
}

/// Which panes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// On a wide screen: bit n is for pane n of [`Pane::ALL`].
    pub shown: u8,
    /// On a narrow screen: the one.
    pub current: Pane,
}

impl Default for Layout {
    fn default() -> Layout {
        Layout {
            shown: 0xff,
            current: Pane::Source,
        }
    }
}

impl Layout {
    /// Whether a wide screen shows a pane.
    pub fn shows(self, pane: Pane) -> bool {
        self.shown & (1 << pane as u8) != 0
    }

    /// The layout after a pane's button was pressed. The last pane stays.
    pub fn press(self, pane: Pane, is_narrow: bool) -> Layout {
        let shown = self.shown ^ (1 << pane as u8);
        match (is_narrow, shown) {
            (true, _) => Layout {
                current: pane,
                ..self
            },
            (false, 0) => self,
            (false, shown) => Layout { shown, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pane_cannot_be_hidden() {
        let mut layout = Layout::default();
        for pane in Pane::ALL {
            layout = layout.press(pane, false);
        }
        assert!(layout.shows(Pane::State));
        assert!(!layout.shows(Pane::Source));
    }

    #[test]
    fn a_narrow_screen_shows_the_pane_that_was_pressed() {
        let layout = Layout::default().press(Pane::Machine, true);
        assert_eq!((layout.current, layout.shown), (Pane::Machine, 0xff));
    }
}
