//! The judge that every other is measured by: the engine's reference interpreter on the region as it was built.
#![allow(
    unsafe_code,
    reason = "the caller of a judge vouches for the region; the interpreter asks for the same"
)]

use super::panel::{Judge, STEPS};
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::region::Region;
use jit_native::testing::World;
use stencils::table::UopTable;

/// The reference interpreter.
pub(super) struct Reference {
    interpreter: Interpreter<'static>,
    region: Region,
}

impl Reference {
    pub fn new() -> Self {
        Reference {
            interpreter: Interpreter::new(UopTable::stock()),
            region: Region::default(),
        }
    }
}

impl Judge for Reference {
    fn name(&self) -> &'static str {
        "reference interpreter"
    }

    fn take(&mut self, region: &Region) -> Result<(), String> {
        self.region.clone_from(region);
        Ok(())
    }

    unsafe fn run(&mut self, world: &mut World) -> Result<u32, String> {
        let (frame, context) = (world.frame(), world.context());
        // SAFETY: the caller promises that the region is safe to run in this world.
        match unsafe { self.interpreter.run(&self.region, frame, context, STEPS) } {
            Outcome::Left(exit) => Ok(exit.0),
            Outcome::OutOfSteps => Err("it did not end".to_string()),
        }
    }
}
