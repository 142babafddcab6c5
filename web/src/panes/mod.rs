//! The panes: what the engine said, as rows. Each draws an explanation once and never works anything out.

pub mod bytecode;
pub mod exits;
pub mod machine;
pub mod moment;
pub mod optimised;
pub mod stencils;
pub mod trace;

use jit_playground::explain::model::Trace;
use yew::prelude::*;

use crate::provenance::Side;
use crate::state::{Selected, Shown};

/// What panes are given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The explanations, by column.
    pub sides: [Option<Shown>; 2],
    /// What of them is shown.
    pub selected: Selected,
}

impl Props {
    /// The explanation, for all that does not differ between the columns.
    pub fn shown(&self) -> Option<&Shown> {
        self.sides[0].as_ref().or(self.sides[1].as_ref())
    }

    /// The trace that is shown, as a column has it.
    pub fn trace(&self, side: Side) -> Option<&Trace> {
        let Selected::Trace(n) = self.selected else {
            return None;
        };
        self.sides[side as usize]
            .as_ref()?
            .explanation
            .traces
            .get(n)
    }

    /// The trace but for its machine code.
    pub fn any_trace(&self) -> Option<&Trace> {
        self.trace(Side::Left).or(self.trace(Side::Right))
    }

    /// Why there is no trace to show.
    pub fn why_empty(&self) -> AttrValue {
        match (self.shown(), self.selected) {
            (None, _) => "Run the program to see this.".into(),
            (Some(_), Selected::Aborted(_)) => {
                "This recording was given up, so nothing was made of it.".into()
            }
            (Some(_), Selected::Trace(_)) => {
                "No loop became hot: nothing was recorded. Let one run more than 56 times.".into()
            }
        }
    }
}

/// A count with its noun, in the plural if it is not one.
pub fn count(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{s}")
}
