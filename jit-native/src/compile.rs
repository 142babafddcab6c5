//! From a region to bytes: the whole pipeline, a line each. A [`Compiler`] holds all the scratch memory; one is enough for
//! a thread, and using it again costs nothing.

use crate::allocate::Allocator;
use crate::allocate::checker::{self, CheckError};
use crate::allocate::output::Allocation;
use crate::assemble::heads::HEAD_ALIGNMENT;
use crate::assemble::marks::{Counts, Mark};
use crate::assemble::{Assembler, Input};
use crate::compiled::Compiled;
use crate::context::SPILL_WORDS;
use crate::machine::Machine;
use crate::optimise::{self, Passes, Report, Task};
use crate::patch::PatchError;
use crate::region::{Region, RegionError};
use crate::select::tile::Selection;
use crate::select::{Alternative, Selector};
use std::sync::Arc;
use stencils::library::PatternId;
use stencils::table::UopKind;

/// Why a region does not compile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The region is malformed.
    #[error("the region is malformed: {0}")]
    Region(#[from] RegionError),
    /// The library has no stencil for a uop with such operands.
    #[error("the library has no stencil for uop kind {} with these operands", .0.0)]
    NoPattern(UopKind),
    /// The region is too large.
    #[error("the region has more than {limit} {what}")]
    Limit {
        /// In what.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
    /// A value does not fit where it must go.
    #[error(transparent)]
    Hole(#[from] PatchError),
    /// The allocation is wrong: a fault of the engine, found before it did harm.
    #[error("the register allocation is wrong: {0}")]
    Allocation(#[from] CheckError),
}

/// What a compiler is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What the optimiser may do with a region first; when nothing is said, regions are compiled as they stand.
    pub optimise: Option<optimise::Options>,
    /// The number that exit 0 gives back when it is taken; exit n gives this plus n. A front end that links regions
    /// gives each its own numbers.
    pub first_exit: u32,
    /// Whether super-stencils may be chosen.
    pub super_stencils: bool,
    /// Whether to note where every byte comes from, and what selection considered.
    pub record: bool,
    /// Whether every allocation is proved again by the symbolic checker.
    pub check: bool,
    /// How far a conditional branch may reach, if less than the architecture allows: for tests.
    pub reach: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            optimise: None,
            first_exit: 0,
            super_stencils: true,
            record: false,
            check: cfg!(debug_assertions),
            reach: None,
        }
    }
}

/// Compiles regions.
#[derive(Debug)]
pub struct Compiler {
    machine: Arc<Machine>,
    /// What it is asked to do.
    pub options: Options,
    /// Patterns that selection is to take wherever they match, whatever they cost: by place, as [`Alternative::place`]
    /// numbers them; no other stencil runs the uop there. For those who want to see what another choice would have given.
    pub forced: Vec<(u32, PatternId)>,
    passes: Passes,
    /// The region after optimising, and what became of it.
    optimised: Region,
    report: Report,
    selector: Selector,
    selection: Selection,
    allocator: Allocator,
    allocation: Allocation,
    assembler: Assembler,
}

impl Compiler {
    /// A compiler for a machine.
    pub fn new(machine: Arc<Machine>) -> Compiler {
        Compiler {
            machine,
            options: Options::default(),
            forced: Vec::new(),
            passes: Passes::default(),
            optimised: Region::default(),
            report: Report::default(),
            selector: Selector::default(),
            selection: Selection::default(),
            allocator: Allocator::default(),
            allocation: Allocation::default(),
            assembler: Assembler::default(),
        }
    }

    /// The machine that it compiles for.
    pub fn machine(&self) -> &Arc<Machine> {
        &self.machine
    }

    /// Compiles a region, optimised first if [`Options::optimise`] says so. Exits keep the numbers that they have in
    /// `region`.
    ///
    /// A region that is not known to be good (see [`Region::is_proven`]) is verified first.
    ///
    /// # Errors
    /// When the region is malformed, the library lacks a stencil, or the code grows too large. The compiler can be used on.
    pub fn compile(&mut self, region: &Region) -> Result<Compiled, CompileError> {
        // Moved out while the steps work on it, and put back for those who ask for it.
        let mut optimised = std::mem::take(&mut self.optimised);
        let compiled = self.steps(region, &mut optimised);
        self.optimised = optimised;
        compiled
    }

    /// The whole pipeline.
    fn steps(
        &mut self,
        original: &Region,
        optimised: &mut Region,
    ) -> Result<Compiled, CompileError> {
        original.check(self.machine.table())?;
        let region = self.optimise(original, optimised)?;
        self.select(region)?;
        self.allocate(region)?;
        self.assemble(region)?;
        Ok(self.finished(original))
    }

    /// The first step, if it is wanted: a region that does the same with less.
    fn optimise<'r>(
        &mut self,
        region: &'r Region,
        optimised: &'r mut Region,
    ) -> Result<&'r Region, CompileError> {
        self.report.clear();
        let Some(options) = self.options.optimise else {
            return Ok(region);
        };
        let task = Task {
            region,
            table: self.machine.table(),
            kinds: &self.machine.algebra,
            options,
            account: self.options.record,
        };
        self.passes.run(task, optimised, &mut self.report)?;
        Ok(optimised)
    }

    /// The second step: covers the region with tiles.
    fn select(&mut self, region: &Region) -> Result<(), CompileError> {
        self.selector.single_only = !self.options.super_stencils;
        self.selector.record = self.options.record || !self.forced.is_empty();
        self.selector.forced.clone_from(&self.forced);
        let (selector, out) = (&mut self.selector, &mut self.selection);
        if self.options.optimise.is_some() && selector.forced.is_empty() {
            selector.cover(&self.machine, region, self.passes.uses(), out)
        } else {
            selector.run(&self.machine, region, out)
        }
    }

    /// The third step: gives the tiles registers.
    fn allocate(&mut self, region: &Region) -> Result<(), CompileError> {
        self.allocator.run(
            &self.machine,
            region,
            &mut self.selection,
            &mut self.allocation,
        );
        if self.options.check {
            checker::check(&self.machine, region, &self.selection, &self.allocation)?;
        }
        if self.allocation.spill_words > SPILL_WORDS {
            return Err(CompileError::Limit {
                what: "spilled values at once",
                limit: SPILL_WORDS as usize,
            });
        }
        Ok(())
    }

    /// The last step: copies the stencils and fills their holes. After [`Compiler::compile`] it may be called again, for
    /// the same region (the optimised one, if it was), to measure it alone.
    ///
    /// # Errors
    /// When the code grows too large.
    ///
    /// # Panics
    /// May panic when it is another region.
    pub fn assemble(&mut self, region: &Region) -> Result<(), CompileError> {
        self.assembler.record = self.options.record;
        self.assembler.reach = self.options.reach;
        self.assembler.run(Input {
            machine: &self.machine,
            region,
            selection: &self.selection,
            allocation: &self.allocation,
            loops: self.allocator.loops(),
            first_exit: self.options.first_exit,
            exit_names: &self.report.exits,
        })
    }

    fn finished(&self, region: &Region) -> Compiled {
        Compiled {
            arch: self.machine.arch(),
            code: self.assembler.emitter.bytes().to_vec(),
            first_exit: self.options.first_exit,
            exits: region.exits.len() as u32,
            fixups: self.assembler.fixups.clone(),
            alignment: match self.allocator.loops() {
                [] => 1,
                [..] => HEAD_ALIGNMENT,
            },
            spill_words: self.allocation.spill_words,
        }
    }

    /// The region compiled last as it was after optimising, when [`Options::optimise`] was set. Its values are numbered as a
    /// reader meets them when [`Options::record`] was set too; else those that stayed have the numbers that they had, and
    /// what is gone has left unused constants.
    pub fn optimised(&self) -> &Region {
        &self.optimised
    }

    /// What the optimiser did with the region compiled last: everything when [`Options::record`] was set, else only
    /// which exit comes from which.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// How many stencils the region compiled last was made of.
    pub fn counts(&self) -> Counts {
        let tiles = self.selection.tiles.iter();
        let fused = tiles.filter(|tile| tile.stands && tile.is_fused());
        Counts {
            super_stencils: fused.count() as u32,
            ..self.assembler.counts
        }
    }

    /// Where every byte of the region compiled last comes from, when [`Options::record`] was set.
    pub fn marks(&self) -> &[Mark] {
        &self.assembler.marks
    }

    /// The tiles of the region compiled last.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The registers of the region compiled last.
    pub fn allocation(&self) -> &Allocation {
        &self.allocation
    }

    /// What selection considered for the region compiled last, when [`Options::record`] was set.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.selector.alternatives
    }
}
