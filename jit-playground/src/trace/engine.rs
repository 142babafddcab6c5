//! How regions run: by the reference interpreter of uops, or as machine code.
//!
//! Both give back the number of the exit that was taken, counted over all fragments. This is the one file of the
//! tracer that enters a region, and so the one where the promise that a region touches nothing it should not is made.
//! Why it holds: frame words are those of slots below [`MAX_SLOTS`](super::limits::MAX_SLOTS), for which there is room
//! in the value stack whenever a region is entered; addresses are those of globals, of objects whose type was guarded
//! (objects do not move, and nothing is collected while a region runs), of items below a guarded length, and of the
//! helpers' area; and the one function that is called is [`helpers::entry`](super::helpers::entry).

#![allow(
    unsafe_code,
    reason = "entering a region is a promise about everything that it touches"
)]

use std::fmt;
use std::sync::Arc;

use jit_native::compile::Compiler;
use jit_native::context::Context;
use jit_native::interpret::{Interpreter, Outcome, Step};
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, Code};
use jit_native::region::{ExitId, Region};
use stencils::library::Arch;
use stencils::table::UopTable;

use super::fragment::{ExitNumber, Fragment, FragmentId};
use super::helpers::Area;
use super::watch::{Memory, Watched, Watcher};
use crate::interpreter::Vm;

/// Why there is no machine code on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMachine(String);

impl fmt::Display for NoMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "machine code cannot run here: {}", self.0)
    }
}

impl std::error::Error for NoMachine {}

/// Runs fragments.
pub(super) struct Engine {
    area: Box<Area>,
    context: Context,
    kind: Kind,
}

enum Kind {
    Reference {
        interpreter: Interpreter<'static>,
        /// How often each block of each fragment was entered.
        entered: Vec<Vec<u64>>,
        /// What each fragment did, if that is kept.
        watched: Option<Vec<Watched>>,
    },
    Machine(Box<Native>),
}

struct Native {
    compiler: Compiler,
    arena: Arena,
    /// The code of each fragment, in their order.
    codes: Vec<Code>,
}

/// What came of installing a region.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Installed {
    pub stencils: u64,
    pub super_stencils: u64,
    pub bytes: u64,
}

impl Engine {
    fn new(kind: Kind) -> Engine {
        let area = Area::new();
        let context = Context::new(std::ptr::with_exposed_provenance_mut(
            area.address() as usize
        ));
        Engine {
            area,
            context,
            kind,
        }
    }

    /// The reference interpreter; `watches` says whether what fragments do is kept.
    pub fn reference(watches: bool) -> Engine {
        Engine::new(Kind::Reference {
            interpreter: Interpreter::new(UopTable::stock()),
            entered: Vec::new(),
            watched: watches.then(Vec::new),
        })
    }

    /// The processor that this program runs on.
    ///
    /// # Errors
    /// When there is no library for it, or the system gives no memory for code.
    pub fn machine() -> Result<Engine, NoMachine> {
        let arch = if cfg!(target_arch = "x86_64") {
            Arch::X86_64
        } else if cfg!(target_arch = "aarch64") {
            Arch::Aarch64
        } else {
            return Err(NoMachine(
                "there are stencils for x86-64 and AArch64 alone".to_owned(),
            ));
        };
        let library = stencils::stock(arch);
        let fault = |error: &dyn fmt::Display| NoMachine(error.to_string());
        let arena = Arena::new(library, ArenaOptions::default()).map_err(|e| fault(&e))?;
        let machine = Machine::new(UopTable::stock(), library).map_err(|e| fault(&e))?;
        Ok(Engine::new(Kind::Machine(Box::new(Native {
            compiler: Compiler::new(Arc::new(machine)),
            arena,
            codes: Vec::new(),
        }))))
    }

    /// The address of the area of helpers.
    pub fn area(&self) -> u64 {
        self.area.address()
    }

    /// How often each block of each fragment was entered; nothing when fragments are machine code, which counts nothing.
    pub fn entered(&self) -> &[Vec<u64>] {
        match &self.kind {
            Kind::Reference { entered, .. } => entered,
            Kind::Machine(_) => &[],
        }
    }

    /// What a fragment did, if that was kept.
    pub fn watched(&self, id: FragmentId) -> Option<&Watched> {
        match &self.kind {
            Kind::Reference { watched, .. } => watched.as_ref()?.get(id.0 as usize),
            Kind::Machine(_) => None,
        }
    }

    /// Makes a region ready to run as the next fragment. `None` when the engine refuses it or has no room.
    pub fn install(&mut self, region: &Region, first_exit: u32) -> Option<Installed> {
        let native = match &mut self.kind {
            Kind::Machine(native) => native,
            Kind::Reference {
                entered, watched, ..
            } => {
                entered.push(vec![0; region.blocks.len()]);
                if let Some(watched) = watched {
                    watched.push(Watched::new(region));
                }
                return Some(Installed::default());
            }
        };
        native.compiler.options.first_exit = first_exit;
        let compiled = native.compiler.compile(region).ok()?;
        let code = native.arena.publish(&compiled).ok()?;
        native.codes.push(code);
        let counts = native.compiler.counts();
        Some(Installed {
            stencils: u64::from(counts.stencils),
            super_stencils: u64::from(counts.super_stencils),
            bytes: compiled.code.len() as u64,
        })
    }

    /// Lets an exit go on in another fragment by itself; whether it does now.
    pub fn link(&self, from: FragmentId, exit: ExitId, to: FragmentId) -> bool {
        let Kind::Machine(native) = &self.kind else {
            return false;
        };
        match (
            native.codes.get(from.0 as usize),
            native.codes.get(to.0 as usize),
        ) {
            (Some(from), Some(to)) => from.link(exit, to).is_ok(),
            _ => false,
        }
    }

    /// Runs a fragment on the frame that begins at slot `base`, which has room for every slot of a trace, and those that
    /// it is linked to.
    pub fn run(
        &mut self,
        vm: &mut Vm,
        fragments: &[Fragment],
        id: FragmentId,
        base: u32,
    ) -> ExitNumber {
        let frame = vm.stack.address().wrapping_add(base as usize).cast();
        self.area.set_vm(vm);
        match &mut self.kind {
            Kind::Machine(native) => {
                // SAFETY: see the text of this module; the region came from the builder.
                let number = unsafe { native.codes[id.0 as usize].run(frame, &mut self.context) };
                ExitNumber(number as u32)
            }
            Kind::Reference {
                interpreter,
                entered,
                watched,
            } => {
                let fragment = &fragments[id.0 as usize];
                let entered = &mut entered[id.0 as usize];
                // SAFETY: only words of slots that a trace may use are asked for.
                let read = |word: u32| unsafe { *frame.add(word as usize) };
                let watched = watched.as_mut().map(|all| &mut all[id.0 as usize]);
                let mut watcher = watched
                    .map(|watched| Watcher::new(&fragment.region, watched, fragment.slots(), read));
                let mut count = |step: Step<'_>| {
                    if let Step::Enter { block, .. } = step {
                        entered[block.index()] += 1;
                    }
                    if let Some(watcher) = &mut watcher {
                        watcher.see(step, read, &Objects);
                    }
                };
                let context = self.context.words();
                loop {
                    // SAFETY: see the text of this module; the context has more words than uops use.
                    let outcome = unsafe {
                        interpreter.watch(&fragment.region, frame, context, u64::MAX, &mut count)
                    };
                    match outcome {
                        Outcome::Left(exit) => return fragment.exit_number(exit),
                        // So many steps take centuries.
                        Outcome::OutOfSteps => {}
                    }
                }
            }
        }
    }
}

/// The memory of the objects and globals that traces load from.
struct Objects;

impl Memory for Objects {
    fn word(&self, address: u64) -> u64 {
        let word = std::ptr::with_exposed_provenance::<u64>(address as usize);
        // SAFETY: it is asked for the tag of a value whose payload was just loaded: the word before that.
        unsafe { word.read_unaligned() }
    }
}

impl Drop for Engine {
    /// Fragments that are linked in a ring would keep each other.
    fn drop(&mut self) {
        if let Kind::Machine(native) = &self.kind {
            native.codes.iter().for_each(Code::unlink_all);
        }
    }
}
