//! Mimeo, as an interpreter uses it: optimise, compile, publish; one compiler and one arena for everything.
#![allow(
    unsafe_code,
    reason = "machine code is run; the caller vouches for the region"
)]

use std::sync::Arc;

use anyhow::Result;
use jit_native::compile::Compiler;
use jit_native::compiled::Compiled;
use jit_native::context::Context;
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, Code};
use jit_native::optimise::{Optimiser, Options, Report};
use jit_native::region::Region;
use stencils::library::Arch;
use stencils::table::UopTable;

use super::Callable;

/// Bytes of a line of the cache.
const LINE: usize = 64;

/// What an arena aligns code to, in bytes.
const GRANULE: usize = 16;

/// The engine for one architecture.
pub struct Mimeo {
    optimiser: Optimiser<'static>,
    /// The second half of the pipeline.
    pub compiler: Compiler,
    /// The region compiled last, as the optimiser left it.
    pub optimised: Region,
    report: Report,
}

/// A region in an arena.
pub struct Published {
    code: Code,
    exits: Vec<u64>,
}

impl Mimeo {
    /// The engine for `arch`, with its default options but for super-stencils, and without its self-checks.
    ///
    /// # Errors
    /// When the library is not usable.
    pub fn new(arch: Arch, super_stencils: bool) -> Result<Self> {
        let table = UopTable::stock();
        let machine = Machine::new(table, stencils::stock(arch))?;
        let mut compiler = Compiler::new(Arc::new(machine));
        compiler.options.super_stencils = super_stencils;
        compiler.options.check = false;
        Ok(Mimeo {
            optimiser: Optimiser::new(table),
            compiler,
            optimised: Region::default(),
            report: Report::default(),
        })
    }

    /// An arena for its code.
    ///
    /// # Errors
    /// When this machine cannot run its code, or gives no memory.
    pub fn arena(&self) -> Result<Arena> {
        let library = self.compiler.machine().library();
        Ok(Arena::new(library, ArenaOptions::default())?)
    }

    /// Optimises a region into [`Mimeo::optimised`].
    ///
    /// # Errors
    /// When the engine refuses it.
    pub fn optimise(&mut self, region: &Region, options: Options) -> Result<()> {
        let (out, report) = (&mut self.optimised, &mut self.report);
        Ok(self.optimiser.optimise(region, options, out, report)?)
    }

    /// Optimises and compiles a region, up to finished bytes.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub fn compile(&mut self, region: &Region) -> Result<Compiled> {
        self.optimise(region, Options::default())?;
        Ok(self.compiler.compile(&self.optimised)?)
    }

    /// Compiles a region and puts it into an arena, ready to be run.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub fn publish(&mut self, region: &Region, arena: &Arena) -> Result<Published> {
        let compiled = self.compile(region)?;
        let exits = self.report.exits.iter();
        Ok(Published {
            code: arena.publish(&compiled)?,
            exits: exits.map(|exit| u64::from(exit.0)).collect(),
        })
    }

    /// Publishes a region several times, so that its code begins at different places within a line of the cache: an arena
    /// packs code closely, so where a region begins is chance, and can decide how fast a short loop is.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub fn publish_around(&mut self, region: &Region, arena: &Arena) -> Result<Vec<Published>> {
        let mut all: Vec<Published> = Vec::new();
        // Kept to the end, so that the next gets another place.
        let mut others = Vec::new();
        for _ in 0..2 * LINE / GRANULE {
            let next = self.publish(region, arena)?;
            let place = |code: &Published| code.code.extent().0 % LINE;
            if all.iter().any(|code| place(code) == place(&next)) {
                others.push(next);
            } else {
                all.push(next);
            }
        }
        Ok(all)
    }
}

impl Callable for Published {
    unsafe fn run(&self, frame: *mut u64, context: &mut Context) -> u64 {
        // SAFETY: the caller's promise; the region came from the parser or the builder, which verify.
        let exit = unsafe { self.code.run(frame, context) };
        self.exits[exit as usize]
    }

    fn bytes(&self) -> usize {
        self.code.extent().1
    }
}
