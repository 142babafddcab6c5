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
//! - [`mod@forward`] walks; [`mod@uop`] treats one uop; [`mod@peel`] decides on loops.
//! - [`mod@simplify`], with [`mod@int`], [`mod@division`], [`mod@float`] and [`mod@guard`], knows what is simpler.
//! - [`mod@range`], [`mod@memory`] and [`mod@table`] hold what is known.
//! - [`mod@work`] is the region in the making, [`mod@finish`] and [`mod@emit`] make it final.
//!
//! Start with [`Optimiser::optimise`].

mod division;
mod edges;
mod emit;
mod finish;
mod float;
mod forward;
mod guard;
mod int;
mod kinds;
mod memory;
mod peel;
mod range;
mod report;
mod sequence;
mod simplify;
mod table;
mod uop;
mod work;

pub use report::{Fate, Report, Rule};

use crate::region::{BlockId, Region, RegionError};
use finish::Finish;
use forward::{Pass, Scratch};
use kinds::Kinds;
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
    scratch: Scratch,
    finish: Finish,
}

impl<'t> Optimiser<'t> {
    /// An optimiser of regions over these uops.
    pub fn new(table: &'t UopTable) -> Self {
        Optimiser {
            table,
            kinds: Kinds::new(table),
            scratch: Scratch::default(),
            finish: Finish::default(),
        }
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
        region.check(self.table)?;
        self.scratch.dominators.compute(&region.blocks)?;
        Pass::new(region, self.table, &self.kinds, options, &mut self.scratch).run();
        report.fates.clear();
        report.sources.clear();
        report.exits.clear();
        report.blocks.clear();
        report.peeled.clone_from(&self.scratch.peeled);
        let (work, edges) = (&self.scratch.work, &self.scratch.edges);
        let (finish, kinds) = (&mut self.finish, &self.kinds);
        out.rewrite(self.table, |out| {
            finish.run(work, edges, kinds, out, report)
        });
        report.fates.extend(
            self.scratch
                .fates
                .iter()
                .map(|fate| self.finish.fate(*fate)),
        );
        report.blocks.resize(out.blocks.len(), BlockId(0));
        edges.name_blocks(region.blocks.len(), &mut report.blocks);
        Ok(())
    }
}
