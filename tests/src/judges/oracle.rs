//! The independent judge: Cranelift.
#![allow(
    unsafe_code,
    reason = "the caller of a judge vouches for the region; the machine code asks for the same"
)]

use super::panel::Judge;
use crate::cranelift::{Code, Oracle, OracleError};
use jit_native::region::Region;
use jit_native::testing::World;

/// Cranelift's machine code.
pub(super) struct Cranelift {
    oracle: Oracle,
    code: Option<Code>,
}

impl Cranelift {
    pub fn new() -> Result<Self, OracleError> {
        Ok(Cranelift {
            oracle: Oracle::new()?,
            code: None,
        })
    }
}

impl Judge for Cranelift {
    fn name(&self) -> &'static str {
        "Cranelift"
    }

    fn take(&mut self, region: &Region) -> Result<(), String> {
        self.code = None;
        let code = self
            .oracle
            .compile(region)
            .map_err(|error| error.to_string())?;
        self.code = Some(code);
        Ok(())
    }

    unsafe fn run(&mut self, world: &mut World) -> Result<u32, String> {
        let code = self.code.as_ref().ok_or("it has no region")?;
        let (frame, context) = (world.frame(), world.context());
        // SAFETY: the caller promises that the region is safe to run in this world and ends.
        Ok(unsafe { code.run(frame, context) })
    }
}
