//! The reference interpreter on the region that the optimiser makes of it: what is wrong here is the optimiser.
#![allow(
    unsafe_code,
    reason = "the caller of a judge vouches for the region; the interpreter asks for the same"
)]

use super::panel::{Judge, STEPS};
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::optimise::{Optimiser, Options, Report};
use jit_native::region::{Region, verify};
use jit_native::testing::World;
use stencils::table::UopTable;

/// A region after the optimiser, and how its exits were numbered before.
pub(super) struct Optimised {
    optimiser: Optimiser<'static>,
    pub region: Region,
    report: Report,
}

impl Optimised {
    pub fn new() -> Self {
        Optimised {
            optimiser: Optimiser::new(UopTable::stock()),
            region: Region::default(),
            report: Report::default(),
        }
    }

    /// Optimises a region into `self.region`.
    ///
    /// # Errors
    /// When the optimiser fails, or what it makes is no valid region.
    pub fn take(&mut self, region: &Region) -> Result<(), String> {
        let (out, report) = (&mut self.region, &mut self.report);
        self.optimiser
            .optimise(region, Options::default(), out, report)
            .map_err(|error| format!("the optimiser failed: {error}"))?;
        verify(out, UopTable::stock()).map_err(|error| format!("optimised to nonsense: {error}"))
    }

    /// The number that an exit of the optimised region had before.
    ///
    /// # Errors
    /// When the optimised region has no such exit.
    pub fn exit_before(&self, exit: u64) -> Result<u32, String> {
        let exits = &self.report.exits;
        let before = usize::try_from(exit).ok().and_then(|n| exits.get(n));
        before
            .map(|exit| exit.0)
            .ok_or_else(|| format!("left by x{exit}, which is no exit"))
    }
}

/// The reference interpreter on optimised regions.
pub(super) struct OptimisedReference {
    optimised: Optimised,
    interpreter: Interpreter<'static>,
}

impl OptimisedReference {
    pub fn new() -> Self {
        OptimisedReference {
            optimised: Optimised::new(),
            interpreter: Interpreter::new(UopTable::stock()),
        }
    }
}

impl Judge for OptimisedReference {
    fn name(&self) -> &'static str {
        "optimiser"
    }

    fn take(&mut self, region: &Region) -> Result<(), String> {
        self.optimised.take(region)
    }

    unsafe fn run(&mut self, world: &mut World) -> Result<u32, String> {
        let (frame, context) = (world.frame(), world.context());
        let region = &self.optimised.region;
        // SAFETY: the caller promises that the region is safe to run in this world, and so is what does the same.
        match unsafe { self.interpreter.run(region, frame, context, STEPS) } {
            Outcome::Left(exit) => self.optimised.exit_before(u64::from(exit.0)),
            Outcome::OutOfSteps => Err("it did not end".to_string()),
        }
    }
}
