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
use jit_native::optimise;
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
    /// The whole pipeline up to finished bytes.
    pub compiler: Compiler,
}

/// A region in an arena.
pub struct Published(Code);

impl Mimeo {
    /// The engine for `arch`, optimising, with its default options but for super-stencils, and without its self-checks.
    ///
    /// # Errors
    /// When the library is not usable.
    pub fn new(arch: Arch, super_stencils: bool) -> Result<Self> {
        let machine = Machine::new(UopTable::stock(), stencils::stock(arch))?;
        let mut compiler = Compiler::new(Arc::new(machine));
        compiler.options.optimise = Some(optimise::Options::default());
        compiler.options.super_stencils = super_stencils;
        compiler.options.check = false;
        Ok(Mimeo { compiler })
    }

    /// An arena for its code.
    ///
    /// # Errors
    /// When this machine cannot run its code, or gives no memory.
    pub fn arena(&self) -> Result<Arena> {
        let library = self.compiler.machine().library();
        Ok(Arena::new(library, ArenaOptions::default())?)
    }

    /// Compiles a region, up to finished bytes.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub fn compile(&mut self, region: &Region) -> Result<Compiled> {
        Ok(self.compiler.compile(region)?)
    }

    /// Compiles a region and puts it into an arena, ready to be run.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub fn publish(&mut self, region: &Region, arena: &Arena) -> Result<Published> {
        Ok(Published(arena.publish(&self.compile(region)?)?))
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
            let place = |code: &Published| code.0.extent().0 % LINE;
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
        unsafe { self.0.run(frame, context) }
    }

    fn bytes(&self) -> usize {
        self.0.extent().1
    }
}
