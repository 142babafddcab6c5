//! What is shown of a run at a time: one trace with its machine code for both architectures, or one recording that was
//! given up.
//!
//! It is put together once, with all that panes look up in it again and again. Start at [`Sheet`].

use std::rc::Rc;

use jit_playground::explain::model::{Aborted, Code, Recorded, Region, Trace, Uop};

use crate::align::{self, Row};
use crate::provenance::{Links, Side};

/// What of the results is shown besides the bytecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// A trace.
    Trace(usize),
    /// A recording that was given up.
    Aborted(usize),
}

/// What a sheet is about, without machine code.
#[derive(Clone, Debug)]
pub enum Body {
    /// A trace.
    Trace(Rc<Trace>),
    /// A recording that was given up.
    Aborted(Rc<Aborted>),
}

/// A trace with its machine code, or a recording that was given up.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Which.
    pub of: Selected,
    body: Body,
    codes: [Option<Rc<Code>>; 2],
    links: Rc<Links>,
    rows: Rc<[Row]>,
}

/// The same messages, not equal ones: comparing long listings row by row would cost more than it saves.
impl PartialEq for Sheet {
    fn eq(&self, other: &Sheet) -> bool {
        Rc::ptr_eq(&self.links, &other.links)
    }
}

impl Sheet {
    /// Puts one together; `codes` by column.
    pub fn new(of: Selected, body: Body, codes: [Option<Rc<Code>>; 2]) -> Sheet {
        let both = [&codes[0], &codes[1]].map(|code| code.as_deref());
        let rows = align::rows(both).into();
        let trace = match &body {
            Body::Trace(trace) => Some(&**trace),
            Body::Aborted(_) => None,
        };
        let links = Rc::new(Links::of(recorded(&body), trace, both));
        Sheet {
            of,
            body,
            codes,
            links,
            rows,
        }
    }

    /// The trace, but for its machine code.
    pub fn trace(&self) -> Option<&Trace> {
        match &self.body {
            Body::Trace(trace) => Some(trace),
            Body::Aborted(_) => None,
        }
    }

    /// The recording that was given up.
    pub fn aborted(&self) -> Option<&Aborted> {
        match &self.body {
            Body::Trace(_) => None,
            Body::Aborted(aborted) => Some(aborted),
        }
    }

    /// What was recorded.
    pub fn recorded(&self) -> &[Recorded] {
        recorded(&self.body)
    }

    /// The machine code of a column.
    pub fn code(&self, side: Side) -> Option<&Code> {
        self.codes[side as usize].as_deref()
    }

    /// The machine code of both columns.
    pub fn codes(&self) -> [Option<&Code>; 2] {
        Side::BOTH.map(|side| self.code(side))
    }

    /// Which pieces of machine code stand beside each other.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What belongs to what.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// The uop of the region as it was translated.
    pub fn lowered(&self, id: u32) -> Option<&Uop> {
        find(&self.trace()?.lowered, id)
    }

    /// The uop of the optimised region.
    pub fn uop(&self, id: u32) -> Option<&Uop> {
        find(&self.trace()?.optimised, id)
    }
}

fn recorded(body: &Body) -> &[Recorded] {
    match body {
        Body::Trace(trace) => &trace.recorded,
        Body::Aborted(aborted) => &aborted.recorded,
    }
}

fn find(region: &Region, id: u32) -> Option<&Uop> {
    let mut uops = region.blocks.iter().flat_map(|block| &block.uops);
    uops.find(|uop| uop.id == id)
}
