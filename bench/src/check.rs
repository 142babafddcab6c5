//! The reference interpreter's word on what a kernel does, asked before anything is timed.
//!
//! Never lets a competitor be timed that does something else. Start at [`Reference::new`].
#![allow(
    unsafe_code,
    reason = "kernels are interpreted and run; they touch nothing outside their world, and end"
)]

use anyhow::{Context as _, Result, bail, ensure};
use jit_native::context::Context;
use jit_native::interpret::{Interpreter, Outcome, Step};
use jit_native::region::Region;
use stencils::table::UopTable;

use crate::engines::Callable;
use crate::kernels::Kernel;
use crate::world::World;

/// Steps that a kernel may take in the interpreter.
const STEPS: u64 = 100_000_000;

/// What a kernel leaves behind.
pub struct Reference {
    exit: u64,
    seen: (Vec<u64>, Vec<u64>),
    /// How many uops it ran, with the guards that decide branches.
    pub uops: u64,
}

impl Reference {
    /// Interprets a kernel in a world as it is at first.
    ///
    /// # Errors
    /// When the kernel does not end, or leaves by another exit than its first, the one at the end of its loop.
    pub fn new(kernel: &Kernel, region: &Region, world: &mut World) -> Result<Self> {
        world.reset();
        let (frame, context) = (world.frame(), world.context().words());
        let mut uops = 0;
        let count = |step: Step<'_>| {
            uops += u64::from(matches!(step, Step::Uop { .. } | Step::Branch { .. }));
        };
        let mut interpreter = Interpreter::new(UopTable::stock());
        // SAFETY: a kernel touches its world alone, whose frame and context are large enough.
        let outcome = unsafe { interpreter.watch(region, frame, context, STEPS, count) };
        match outcome {
            Outcome::Left(exit) if exit.0 == 0 => Ok(Reference {
                exit: u64::from(exit.0),
                seen: world.observe(),
                uops,
            }),
            Outcome::Left(exit) => bail!("{} leaves early, by {exit}", kernel.name),
            Outcome::OutOfSteps => bail!("{} does not end", kernel.name),
        }
    }

    /// Runs a competitor's code in the same world and compares all that it leaves behind, to the bit.
    ///
    /// # Errors
    /// When it does something else.
    pub fn agrees(&self, code: &dyn Callable, world: &mut World) -> Result<()> {
        world.reset();
        let frame = world.frame();
        // SAFETY: as above.
        let exit = unsafe { code.run(frame, world.context()) };
        ensure!(exit == self.exit, "it leaves by x{exit}");
        let (frame, memory) = world.observe();
        same("frame", &frame, &self.seen.0)?;
        same("memory", &memory, &self.seen.1)
    }
}

fn same(what: &str, ours: &[u64], theirs: &[u64]) -> Result<()> {
    match (0..ours.len()).find(|&n| ours[n] != theirs[n]) {
        None => Ok(()),
        Some(n) => bail!("{what} word {n} is {:#x}, not {:#x}", ours[n], theirs[n]),
    }
}

/// Runs code once in its world, for timing: frame as at first, memory as the last run left it.
pub fn rerun(code: &dyn Callable, world: &mut World) -> u64 {
    world.rewind();
    let frame = world.frame();
    // SAFETY: as above; what an earlier run left in memory makes no kernel leave its world.
    unsafe { code.run(frame, world.context()) }
}

/// Interprets straight-line code on a frame; gives the exit and the frame afterwards.
///
/// # Errors
/// When it does not end.
pub fn interpret(
    region: &Region,
    mut frame: Vec<u64>,
    context: &mut Context,
) -> Result<(u64, Vec<u64>)> {
    let mut interpreter = Interpreter::new(UopTable::stock());
    let (words, context) = (frame.as_mut_ptr(), context.words());
    // SAFETY: straight-line programs touch nothing but their frame, which is as long as they say.
    match unsafe { interpreter.run(region, words, context, STEPS) } {
        Outcome::Left(exit) => Ok((u64::from(exit.0), frame)),
        Outcome::OutOfSteps => bail!("straight-line code does not end"),
    }
}

/// Runs straight-line code on a frame; gives the exit and the frame afterwards.
pub fn run_on(code: &dyn Callable, mut frame: Vec<u64>, context: &mut Context) -> (u64, Vec<u64>) {
    // SAFETY: as above.
    let exit = unsafe { code.run(frame.as_mut_ptr(), context) };
    (exit, frame)
}

/// Everything that a competitor does before it is timed: compile, then agree.
///
/// # Errors
/// When it does not agree; the error names competitor and kernel.
pub fn admit(
    who: &str,
    kernel: &Kernel,
    reference: &Reference,
    code: &dyn Callable,
    world: &mut World,
) -> Result<()> {
    let agreed = reference.agrees(code, world);
    agreed.with_context(|| format!("{who} gets the kernel {} wrong", kernel.name))
}
