//! Code memory: the only place of the workspace that maps or protects executable memory, and where compiled regions
//! become callable.
//!
//! - [`Arena`] is one range of address space for many regions. On Linux it is one memory file mapped twice, writable here
//!   and executable there, never both; publishing a region makes no system call. [`mapping`] has the other systems.
//! - [`Code`] is a handle on a published region: to run it, and to link its exits to other regions.
//! - [`Context`] is the array of words that machine code spills to and calls with.
//!
//! Start with [`Arena::publish`]. Freed regions' bytes are used again. Running code is never rewritten: linking changes
//! a word of data that the exit jumps through.

mod cache;
mod code;
mod context;
mod free_list;
mod mapping;

pub use code::{Code, ExitNumber};
pub use context::{Context, LINKABLE_SPILL_WORDS};

use crate::assemble::holes::{self, HoleError};
use crate::assemble::output::{Address, Compiled};
use crate::machine::Machine;
use free_list::FreeList;
use mapping::Mapping;
use std::io;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use stencils::library::Arch;

/// Code begins at a multiple of this.
const ALIGN: usize = 16;

/// What can go wrong with code memory. Nothing is lost: the arena can be used on.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The code is for another architecture than this machine's or this arena's.
    #[error("code for {code:?} cannot run here")]
    ForeignArchitecture {
        /// What the code is for.
        code: Arch,
    },
    /// The system refused memory.
    #[error("the system refuses code memory: {0}")]
    System(#[from] io::Error),
    /// The arena has no room of this size left within its budget.
    #[error("no {needed} bytes are left of the code memory's budget of {budget}")]
    Budget {
        /// Bytes asked for.
        needed: usize,
        /// Bytes that the arena may hold.
        budget: usize,
    },
    /// An address does not fit in its hole.
    #[error(transparent)]
    Hole(#[from] HoleError),
    /// Regions of two arenas cannot be linked.
    #[error("the regions are in different arenas")]
    OtherArena,
    /// The region has no exit of this number.
    #[error("the region has no exit {0}")]
    NoExit(u32),
    /// The target spills more than every context is sure to have room for.
    #[error("the target needs {0} spill words, more than a linked region may")]
    TooManySpills(u32),
}

/// How an arena is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArenaOptions {
    /// The most bytes that it may hold, glue and constants included. Address space is taken at once, memory as it is used.
    pub budget: usize,
    /// Protect pages anew (as they were) when freed bytes are used again. Real processors do not need it; user-mode emulators
    /// may not notice otherwise that code they have translated has been replaced.
    pub nudge_emulator: bool,
}

impl Default for ArenaOptions {
    /// 64 MiB, for real processors.
    fn default() -> Self {
        ArenaOptions { budget: 64 << 20, nudge_emulator: false }
    }
}

/// One range of code memory for many regions. Clones are handles on the same arena.
#[derive(Clone, Debug)]
pub struct Arena(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    mapping: Mapping,
    arch: Arch,
    free: Mutex<FreeList>,
    /// Offsets of the glue and constants.
    enter: usize,
    leave: usize,
    constants: usize,
    /// How many threads are in machine code of this arena.
    running: AtomicUsize,
    /// Regions that were unlinked while somebody might still have been in them.
    retired: Mutex<Vec<Code>>,
    nudge: bool,
}

/// The architecture that this program runs on, if Mimeo knows it.
pub fn host_arch() -> Option<Arch> {
    if cfg!(target_arch = "x86_64") {
        Some(Arch::X86_64)
    } else if cfg!(all(target_arch = "aarch64", target_endian = "little")) {
        Some(Arch::Aarch64)
    } else {
        None
    }
}

impl Arena {
    /// An arena for code of a machine.
    ///
    /// # Errors
    /// When the machine is not this one's, the system refuses the memory, or the budget does not even hold the glue.
    pub fn new(machine: &Machine, options: ArenaOptions) -> Result<Arena, MemoryError> {
        if host_arch() != Some(machine.arch()) {
            return Err(MemoryError::ForeignArchitecture { code: machine.arch() });
        }
        let budget = options.budget.min(i32::MAX as usize / 2);
        let mapping = Mapping::new(budget)?;
        let mut inner = Inner {
            free: Mutex::new(FreeList::new(mapping.len(), mapping.granularity().max(ALIGN))),
            mapping,
            arch: machine.arch(),
            enter: 0,
            leave: 0,
            constants: 0,
            running: AtomicUsize::new(0),
            retired: Mutex::new(Vec::new()),
            nudge: options.nudge_emulator,
        };
        let library = machine.library();
        inner.enter = inner.place(&library.glue.enter)?;
        inner.leave = inner.place(&library.glue.leave)?;
        inner.constants = inner.place(&library.constants)?;
        Ok(Arena(Arc::new(inner)))
    }

    /// Gives a compiled region its address and makes it callable.
    ///
    /// # Errors
    /// When the code is for another architecture, or the budget is used up. The arena stays as it was.
    pub fn publish(&self, compiled: &Compiled) -> Result<Code, MemoryError> {
        if compiled.arch != self.0.arch {
            return Err(MemoryError::ForeignArchitecture { code: compiled.arch });
        }
        self.collect();
        let leave = self.0.exec(self.0.leave).cast_mut();
        let slots: Box<[AtomicPtr<u8>]> =
            (0..compiled.exit_count).map(|_| AtomicPtr::new(leave)).collect();
        let offset = self.0.place_with(&compiled.bytes, |inner, offset, bytes| {
            inner.fix(compiled, &slots, offset, bytes)
        })?;
        Ok(Code::new(self.clone(), offset, compiled, slots))
    }

    /// Bytes in use, glue and constants included, rounded up as they are given out.
    pub fn used(&self) -> usize {
        lock(&self.0.free).used()
    }

    /// Drops unlinked regions that nobody can be in any more.
    fn collect(&self) {
        let mut retired = lock(&self.0.retired);
        if retired.is_empty() || self.0.running.load(Ordering::SeqCst) != 0 {
            return;
        }
        let gone = std::mem::take(&mut *retired);
        drop(retired);
        drop(gone);
    }
}

/// A lock, whoever panicked before: what it guards is changed in single steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    /// The address at which the byte at an offset runs.
    fn exec(&self, offset: usize) -> *const u8 {
        self.mapping.exec().wrapping_add(offset)
    }

    fn place(&self, bytes: &[u8]) -> Result<usize, MemoryError> {
        self.place_with(bytes, |_, _, _| Ok(()))
    }

    /// Puts bytes somewhere, lets `finish` change them there, and makes them visible to the processor.
    fn place_with(
        &self,
        bytes: &[u8],
        finish: impl FnOnce(&Inner, usize, &mut [u8]) -> Result<(), MemoryError>,
    ) -> Result<usize, MemoryError> {
        let taken = lock(&self.free).take(bytes.len());
        let Some(taken) = taken else {
            return Err(MemoryError::Budget { needed: bytes.len(), budget: self.mapping.len() });
        };
        let result = self.mapping.write(taken.offset, bytes.len(), |to| {
            to.copy_from_slice(bytes);
            finish(self, taken.offset, to)
        });
        if let Err(error) = result.map_err(MemoryError::from).flatten() {
            lock(&self.free).give(taken.offset, bytes.len());
            return Err(error);
        }
        self.mapping.flush(taken.offset, bytes.len());
        if taken.used_before {
            cache::synchronise_other_threads();
            if self.nudge {
                self.mapping.nudge(taken.offset, bytes.len());
            }
        }
        Ok(taken.offset)
    }

    /// Fills the holes that depend on addresses.
    fn fix(
        &self,
        compiled: &Compiled,
        slots: &[AtomicPtr<u8>],
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), MemoryError> {
        for fixup in &compiled.fixups {
            let address = match fixup.address {
                Address::Constant(at) => self.exec(self.constants + at as usize) as i64,
                Address::Slot(exit) => std::ptr::from_ref(&slots[exit.index()]) as i64,
            };
            let value = address.wrapping_add(i64::from(fixup.addend));
            let at = fixup.at as usize;
            let place = self.exec(offset + at) as i64;
            holes::fill(&mut bytes[at..], fixup.kind, value, place)?;
        }
        Ok(())
    }
}
