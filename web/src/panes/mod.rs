//! The panes: what the engine said, as rows. Each draws an explanation once and never works anything out.

pub mod bytecode;
pub mod exits;
pub mod machine;
pub mod moment;
pub mod optimised;
pub mod stencils;
pub mod trace;

use std::rc::Rc;

use jit_playground::explain::model::{Code, Trace};
use jit_playground::explain::outline::Outline;
use yew::prelude::*;

use crate::provenance::Side;
use crate::sheet::Sheet;

/// What panes are given.
#[derive(Clone, Default, Properties)]
pub struct Props {
    /// What there is to see of the run.
    pub outline: Option<Rc<Outline>>,
    /// What of it is shown.
    pub sheet: Option<Rc<Sheet>>,
}

/// The same messages, not equal ones.
impl PartialEq for Props {
    fn eq(&self, other: &Props) -> bool {
        self.outline.as_ref().map(Rc::as_ptr) == other.outline.as_ref().map(Rc::as_ptr)
            && self.sheet == other.sheet
    }
}

impl Props {
    /// The trace that is shown, but for its machine code.
    pub fn trace(&self) -> Option<&Trace> {
        self.sheet.as_ref()?.trace()
    }

    /// The machine code that is shown.
    pub fn code(&self, side: Side) -> Option<&Code> {
        self.sheet.as_ref()?.code(side)
    }

    /// Whether all has come that there is to show.
    pub fn is_all(&self) -> bool {
        let is_empty = |outline: &Rc<Outline>| outline.traces.len() + outline.aborted.len() == 0;
        self.sheet.is_some() || self.outline.as_ref().is_some_and(is_empty)
    }

    /// Why there is no trace to show.
    pub fn why_empty(&self) -> AttrValue {
        let is_aborted = self
            .sheet
            .as_ref()
            .is_some_and(|sheet| sheet.aborted().is_some());
        match (&self.outline, is_aborted) {
            (None, _) => "Run the program to see this.".into(),
            (Some(_), true) => "This recording was given up, so nothing was made of it.".into(),
            (Some(_), false) if !self.is_all() => "Being read…".into(),
            (Some(_), false) => {
                "No loop became hot: nothing was recorded. Let one run more than 56 times.".into()
            }
        }
    }
}

impl Props {
    /// What the engine's documentation says of the uop or instruction that a text begins with, behind its result: a tooltip.
    pub fn doc(&self, text: &str) -> Option<String> {
        let uop = text.split_once(" = ").map_or(text, |(_, uop)| uop);
        let name = uop.split_whitespace().next()?;
        let mut words = self.outline.iter().flat_map(|outline| &outline.glossary);
        let word = words.find(|word| word.name == name)?;
        Some(format!("{name}: {}", word.text))
    }

    /// The same of all uops that a stencil runs.
    pub fn docs(&self, stencil: &str) -> Vec<String> {
        let uops = stencil.split(" + ");
        uops.filter_map(|uop| self.doc(uop)).collect()
    }
}

/// A count with its noun, in the plural if it is not one.
pub fn count(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{s}")
}
