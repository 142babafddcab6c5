//! The engine's machine code, made in several ways, for the machine it runs on.
#![allow(
    unsafe_code,
    reason = "the caller of a judge vouches for the region; the machine code asks for the same"
)]

use super::panel::Judge;
use jit_native::compile::Compiler;
use jit_native::context::Context;
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, Code};
use jit_native::optimise;
use jit_native::region::Region;
use jit_native::testing::World;
use std::sync::Arc;
use stencils::library::{Arch, Library};

/// How code is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Every uop by a stencil of its own.
    Plain,
    /// With super-stencils.
    SuperStencils,
    /// With super-stencils, and branches that reach little, so that they need islands.
    Islands,
    /// The optimiser first: as a front end does it.
    Optimised,
}

impl Way {
    /// All ways.
    pub const ALL: [Way; 4] = [Way::Plain, Way::SuperStencils, Way::Islands, Way::Optimised];

    /// What code made like this is called in reports.
    pub fn name(self) -> &'static str {
        match self {
            Way::Plain => "machine code",
            Way::SuperStencils => "machine code with super-stencils",
            Way::Islands => "machine code with islands",
            Way::Optimised => "machine code of the optimised region",
        }
    }

    /// A compiler that makes code like this; `check` says whether allocations are proved.
    pub fn compiler(self, machine: &Arc<Machine>, check: bool) -> Compiler {
        let mut compiler = Compiler::new(Arc::clone(machine));
        let options = &mut compiler.options;
        options.super_stencils = self != Way::Plain;
        options.reach = (self == Way::Islands).then_some(512);
        options.optimise = (self == Way::Optimised).then(optimise::Options::default);
        // With islands the allocation is the one with super-stencils, which is proved there.
        options.check = check && self != Way::Islands;
        compiler
    }
}

/// Machine code made in one way.
pub(super) struct MachineCode {
    way: Way,
    compiler: Compiler,
    arena: Arena,
    code: Option<Code>,
    context: Context,
}

/// The architecture of this machine.
pub fn host() -> Arch {
    if cfg!(target_arch = "aarch64") {
        Arch::Aarch64
    } else {
        Arch::X86_64
    }
}

/// What machine code is made with.
#[derive(Clone, Debug)]
pub struct Tools {
    /// The stencils, of this machine's architecture.
    pub library: Arc<Library>,
    /// Whether the symbolic checker proves every allocation.
    pub check: bool,
}

impl Tools {
    /// The stock library for this machine, and every allocation proved.
    pub fn stock() -> Self {
        Tools {
            library: Arc::clone(stencils::stock(host())),
            check: true,
        }
    }
}

impl MachineCode {
    /// Machine code for this machine.
    ///
    /// # Errors
    /// When the engine refuses the library, or gets no memory for its code.
    pub fn new(way: Way, machine: &Arc<Machine>, tools: &Tools) -> Result<Self, String> {
        let options = ArenaOptions {
            budget: 4 << 20,
            // AArch64 is mostly emulated here; on a real machine the nudge does no harm.
            nudge_emulator: cfg!(target_arch = "aarch64"),
        };
        Ok(MachineCode {
            way,
            compiler: way.compiler(machine, tools.check),
            arena: Arena::new(&tools.library, options).map_err(|e| e.to_string())?,
            code: None,
            context: Context::new(std::ptr::null_mut()),
        })
    }
}

impl Judge for MachineCode {
    fn name(&self) -> &'static str {
        self.way.name()
    }

    fn take(&mut self, region: &Region) -> Result<(), String> {
        self.code = None;
        let compiled = self.compiler.compile(region).map_err(|e| e.to_string())?;
        self.code = Some(self.arena.publish(&compiled).map_err(|e| e.to_string())?);
        Ok(())
    }

    unsafe fn run(&mut self, world: &mut World) -> Result<u32, String> {
        let code = self.code.as_ref().ok_or("it has no region")?;
        let frame = world.frame();
        // SAFETY: a world's context has 17 words, and the last is the user's pointer.
        let user = unsafe { *world.context().add(16) };
        // SAFETY: the engine's context has more words than that.
        unsafe { *self.context.words().add(16) = user };
        // SAFETY: the caller promises that the region is safe to run in this world and ends.
        let exit = unsafe { code.run(frame, &mut self.context) };
        u32::try_from(exit).map_err(|_| format!("left by x{exit}, which is no exit"))
    }
}
