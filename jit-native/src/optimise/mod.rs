//! The optimiser: a region in, a region out that does the same with less, and a report of what became of every uop.
//!
//! One pass forward, uop by uop: folding, identities, common subexpressions, redundant guards, ranges of integers,
//! loads after loads and stores; loops that are worth it get their first round peeled off, which takes what does not
//! change out of them. Then one backward: dead stores, dead uops, dead parameters. Both are linear; the memory is used
//! again for the next region.
//!
//! **The same** means: the same frame, the same memory, the same calls in the same order, and leaving by the same exit,
//! bit for bit, but for the sign and payload of NaNs that float arithmetic makes. Of a uop's meaning the optimiser knows
//! its effects (from its signature) and, for the stock uops, their algebra.
//!
//! - [`mod@forward`] walks; [`mod@glance`] and [`mod@uop`] treat a uop, [`mod@ranged`] and [`mod@settle`] simplify it and [`mod@access`]
//!   treats loads and stores; [`mod@translate`] has the values and exits that stand for the old ones; [`mod@peel`] decides
//!   on loops.
//! - [`mod@simplify`], with [`mod@int`], [`mod@division`], [`mod@float`] and [`mod@guard`], knows what is simpler.
//! - [`mod@marks`], [`mod@range`], [`mod@memory`] and [`mod@seen`] hold what is known.
//! - [`mod@work`] is the region in the making, [`mod@node`] a uop before it is in it; [`mod@finish`], [`mod@stores`],
//!   [`mod@halves`] and [`mod@compact`] make it final.
//!
//! Start with [`Optimiser::optimise`].

mod access;
mod compact;
mod division;
mod edges;
mod finish;
mod float;
mod forward;
mod glance;
mod guard;
mod halves;
mod int;
mod kinds;
mod marks;
mod memory;
mod node;
mod peel;
mod range;
mod ranged;
mod report;
mod seen;
mod sequence;
mod settle;
mod simplify;
mod stores;
mod translate;
mod uop;
mod work;

pub use report::{Fate, Report, Rule};

use crate::region::{BlockId, Region, RegionError, Uses};
use finish::Finish;
use forward::{Pass, Scratch};
pub(crate) use kinds::Kinds;
use stencils::table::UopTable;

/// What the optimiser may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Peel the first round off loops, so that what does not change leaves them.
    pub peel: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { peel: true }
    }
}

/// Optimises one region after another.
#[derive(Debug)]
pub struct Optimiser<'t> {
    table: &'t UopTable,
    kinds: Kinds,
    passes: Passes,
}

impl<'t> Optimiser<'t> {
    /// An optimiser of regions over these uops.
    pub fn new(table: &'t UopTable) -> Self {
        Optimiser {
            table,
            kinds: Kinds::new(table),
            passes: Passes::default(),
        }
    }

    /// The uops that its regions are built of.
    pub fn table(&self) -> &'t UopTable {
        self.table
    }

    /// Optimises a region into `out` and accounts for it in `report`; what these held before is replaced and
    /// their memory used again.
    ///
    /// # Errors
    /// When the region is not known to be good and the verifier refuses it; then `out` and `report` mean nothing.
    pub fn optimise(
        &mut self,
        region: &Region,
        options: Options,
        out: &mut Region,
        report: &mut Report,
    ) -> Result<(), RegionError> {
        let task = Task {
            region,
            table: self.table,
            kinds: &self.kinds,
            options,
            account: true,
        };
        self.passes.run(task, out, report)
    }
}

/// What is to be done.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) region: &'a Region,
    /// The uops that it is built of, and what is known of them.
    pub(crate) table: &'a UopTable,
    pub(crate) kinds: &'a Kinds,
    pub(crate) options: Options,
    /// Whether to account for everything; if not, the report has only [`Report::exits`].
    pub(crate) account: bool,
}

/// The passes, with the memory that they use again and again.
#[derive(Debug, Default)]
pub(crate) struct Passes {
    scratch: Scratch,
    finish: Finish,
}

impl Passes {
    /// Makes another region, as [`Optimiser::optimise`] does.
    pub(crate) fn run(
        &mut self,
        task: Task<'_>,
        out: &mut Region,
        report: &mut Report,
    ) -> Result<(), RegionError> {
        task.region.check(task.table)?;
        self.scratch.dominators.compute(&task.region.blocks)?;
        Pass::new(task, &mut self.scratch).run();
        report.clear();
        let (scratch, finish) = (&mut self.scratch, &mut self.finish);
        out.rewrite(task.table, |out| {
            finish.run(&mut scratch.work, &scratch.edges, task, out, report);
        });
        if task.account {
            report.peeled.extend_from_slice(&scratch.peeled);
            let fates = scratch.fates.iter().map(|fate| finish.fate(*fate));
            report.fates.extend(fates);
            report.blocks.resize(out.blocks.len(), BlockId(0));
            let old_blocks = task.region.blocks.len();
            scratch.edges.name_blocks(old_blocks, &mut report.blocks);
        }
        Ok(())
    }

    /// How often the values of the region made last are used.
    pub(crate) fn uses(&self) -> &Uses {
        self.finish.uses()
    }
}
