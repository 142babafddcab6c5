//! Checks of code memory that run machine code of random regions: links, regions that are freed while they run, and many
//! that are alive together. Used by the tests, and by the search for planted faults.
//!
//! Never looks inside the arena: what is wrong must show in what the code does. Each check says what it found.
#![allow(
    unsafe_code,
    reason = "it runs machine code of regions that are safe in their world"
)]

use crate::judges::{Tools, random};
use jit_native::compile::Compiler;
use jit_native::context::Context;
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, Code};
use jit_native::region::text::parse;
use jit_native::region::{ExitId, Region};
use jit_native::testing::{World, link};
use std::cell::RefCell;
use std::sync::Arc;
use stencils::table::UopTable;

/// What a check found to be wrong.
pub type Check = Result<(), String>;

/// A compiler, an arena, and a context.
struct Bench {
    compiler: Compiler,
    arena: Arena,
    context: Context,
}

impl Bench {
    fn new() -> Result<Bench, String> {
        let library = Tools::stock().library;
        let machine = Machine::new(UopTable::stock(), &library).map_err(|e| e.to_string())?;
        let options = ArenaOptions {
            budget: 8 << 20,
            nudge_emulator: cfg!(target_arch = "aarch64"),
        };
        Ok(Bench {
            compiler: Compiler::new(Arc::new(machine)),
            arena: Arena::new(&library, options).map_err(|e| e.to_string())?,
            context: Context::new(std::ptr::null_mut()),
        })
    }

    fn publish(&mut self, region: &Region, first_exit: u32) -> Result<Code, String> {
        self.compiler.options.first_exit = first_exit;
        let compiled = self.compiler.compile(region).map_err(|e| e.to_string())?;
        self.arena.publish(&compiled).map_err(|e| e.to_string())
    }

    /// Runs the code of a generated region in a world.
    fn run(&mut self, code: &Code, world: &mut World) -> u64 {
        // SAFETY: word 16 of a world's context is its user pointer, and the engine's context has more words than that.
        unsafe { *self.context.words().add(16) = *world.context().add(16) };
        // SAFETY: generated regions are safe to run in a world.
        unsafe { code.run(world.frame(), &mut self.context) }
    }
}

fn region(text: &str) -> Result<Region, String> {
    parse(text, UopTable::stock()).map_err(|e| e.to_string())
}

/// The exit by which the interpreter leaves a generated region.
fn expected(region: &Region, world: &mut World) -> Result<ExitId, String> {
    let mut interpreter = Interpreter::new(UopTable::stock());
    // SAFETY: generated regions are safe to run in a world.
    let outcome = unsafe { interpreter.run(region, world.frame(), world.context(), 1 << 22) };
    match outcome {
        Outcome::Left(exit) => Ok(exit),
        Outcome::OutOfSteps => Err("a region does not end".to_string()),
    }
}

/// Every exit of a region is linked to a region of its own, which leaves by a number that tells which it is.
///
/// # Errors
/// When code leaves by another number than that of the exit that the interpreter takes.
pub fn links() -> Check {
    const FAR: u32 = 1_000_000;
    let mut bench = Bench::new()?;
    let leaves = region("region {\nb0:\n leave x0\nx0:\n}")?;
    for n in 0..200 {
        let region = link(&random::region(3, n));
        let mut world = World::new(n);
        let exit = expected(&region, &mut world)?;
        let code = bench.publish(&region, 0)?;
        for exit in 0..region.exits.len() as u32 {
            let target = bench.publish(&leaves, FAR + exit)?;
            code.link(ExitId(exit), &target)
                .map_err(|e| e.to_string())?;
        }
        world.reset(n);
        let left = bench.run(&code, &mut world);
        code.unlink_all();
        if left != u64::from(FAR + exit.0) {
            return Err(format!(
                "region {n} left by {left}, not by {exit} and its link"
            ));
        }
    }
    Ok(())
}

/// Many regions are published, and all run only then.
///
/// # Errors
/// When one does not leave as the interpreter does, or leaves something else behind.
pub fn many_alive() -> Check {
    let mut bench = Bench::new()?;
    let mut all = Vec::new();
    for n in 0..300 {
        let region = random::region(4, n);
        // Placeholders for helpers, so that all worlds may do; without calls nothing is called.
        if region
            .uops
            .iter()
            .any(|u| UopTable::stock()[u.kind].effects.calls)
        {
            continue;
        }
        all.push((n, bench.publish(&region, 0)?, region));
    }
    for (n, code, region) in &all {
        let mut world = World::new(*n);
        let exit = expected(region, &mut world)?;
        let before = world.observe();
        world.reset(*n);
        let left = bench.run(code, &mut world);
        if left != u64::from(exit.0) || world.observe() != before {
            return Err(format!("region {n} does something else after others came"));
        }
    }
    Ok(())
}

thread_local! {
    /// What the called function frees and publishes.
    static SCENE: RefCell<Option<Scene>> = const { RefCell::new(None) };
}

struct Scene {
    bench: Bench,
    first: Code,
    /// Stores 2 where the running one stores 1.
    other: Region,
    published: Option<Code>,
}

/// Frees the code that calls this, and publishes other code of the same size.
extern "C" fn free_the_caller(_context: *mut u64) {
    SCENE.with_borrow_mut(|scene| {
        if let Some(scene) = scene {
            scene.first.unlink_all();
            scene.published = scene.bench.publish(&scene.other, 0).ok();
        }
    });
}

/// A region is entered through a link, and calls a function that unlinks it, so that nobody holds it any more, and that
/// publishes another of the same size. It must go on as if nothing had been.
///
/// # Errors
/// When it does what the other one does.
pub fn freed_while_it_runs() -> Check {
    let mut bench = Bench::new()?;
    let target = free_the_caller as *const () as usize;
    let storing = |n: u64| {
        region(&format!(
            "region {{\nb0:\n call_void_0 {target}\n leave x0\nx0: [3] = {n}\n}}"
        ))
    };
    let first = region("region {\nb0:\n leave x0\nx0:\n}")?;
    let first = bench.publish(&first, 0)?;
    let second = bench.publish(&storing(1)?, 0)?;
    first.link(ExitId(0), &second).map_err(|e| e.to_string())?;
    drop(second);
    let mut context = Context::new(std::ptr::null_mut());
    let entry = first.clone();
    SCENE.set(Some(Scene {
        bench,
        first,
        other: storing(2)?,
        published: None,
    }));
    let mut frame = [0u64; 8];
    // SAFETY: the regions touch the frame's first words; the function that they call is sound to call.
    unsafe { entry.run(frame.as_mut_ptr(), &mut context) };
    let scene = SCENE.take();
    let published = scene.is_some_and(|scene| scene.published.is_some());
    match (published, frame[3]) {
        (true, 1) => Ok(()),
        (true, other) => Err(format!("code that was running stored {other}, not 1")),
        (false, _) => Err("nothing was published while code ran".to_string()),
    }
}
