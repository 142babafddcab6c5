//! The arena: the library's constants and glue at its start, then the regions' code.

use super::blocks::{Blocks, GRANULE};
use super::code::{Code, CodeInner};
use super::mapping::Mapping;
use super::{HOST, MemoryError, processor_suffices};
use crate::compiled::{Compiled, FixupTarget};
use crate::context::SPILL_WORDS;
use crate::faults::{Fault, planted};
use crate::patch::patch_hole;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use stencils::library::{Arch, Library};

/// The largest budget: every branch and every reference to constants reaches everything in it, on both architectures.
const MAX_BUDGET: usize = 1 << 27;

/// The largest alignment that code may ask for, in bytes: a line of the cache.
pub const MAX_ALIGNMENT: u32 = 64;

/// How an arena is made.
#[derive(Clone, Debug)]
pub struct ArenaOptions {
    /// Bytes of address space to reserve for code, at most 128 MiB; pages are only used as code fills them.
    pub budget: usize,
    /// Change the protection of reused code memory back and forth, because qemu's user mode does not notice rewritten
    /// code otherwise. Only for tests under an emulator, and only while no other thread runs code.
    pub nudge_emulator: bool,
}

impl Default for ArenaOptions {
    fn default() -> Self {
        ArenaOptions {
            budget: 64 << 20,
            nudge_emulator: false,
        }
    }
}

/// Executable memory for many regions of one library. Cheap to clone; all clones are the same arena.
#[derive(Clone, Debug)]
pub struct Arena {
    pub(super) shared: Arc<Shared>,
}

/// What an arena's code handles share.
#[derive(Debug)]
pub(super) struct Shared {
    arch: Arch,
    pub(super) mapping: Mapping,
    options: ArenaOptions,
    constants: u32,
    enter: u32,
    leave: u32,
    /// How many threads are in the arena's code.
    running: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    blocks: Blocks,
    /// Blocks that nobody holds any more, but that running code may still be in.
    retired: Vec<Retired>,
    /// Where code has never been written yet.
    highest: u32,
}

/// A block with the slots that its code leaves through: code that is still in it will read them.
#[derive(Debug)]
struct Retired {
    start: u32,
    length: u32,
    _slots: Box<[AtomicPtr<u8>]>,
}

impl Arena {
    /// An arena for code of this library.
    ///
    /// # Errors
    /// When this host cannot run the library's architecture, its processor is too old, or the system gives no memory.
    pub fn new(library: &Library, options: ArenaOptions) -> Result<Arena, MemoryError> {
        if HOST != Some(library.arch) {
            return Err(MemoryError::WrongHost(library.arch));
        }
        if !processor_suffices() {
            return Err(MemoryError::OldProcessor);
        }
        let budget = options.budget.min(MAX_BUDGET);
        let mut start = Vec::new();
        let mut place = |bytes: &[u8]| {
            start.resize(start.len().next_multiple_of(GRANULE as usize), 0);
            start.extend_from_slice(bytes);
            start.len() - bytes.len()
        };
        let (constants, enter, leave) = (
            place(&library.constants),
            place(&library.glue.enter),
            place(&library.glue.leave),
        );
        if start.len() > budget {
            return Err(MemoryError::Full {
                wanted: start.len(),
                budget,
            });
        }
        let mapping = Mapping::new(budget)?;
        mapping.write(0, &start)?;
        let shared = Shared {
            arch: library.arch,
            mapping,
            constants: constants as u32,
            enter: enter as u32,
            leave: leave as u32,
            running: AtomicUsize::new(0),
            state: Mutex::new(State {
                blocks: Blocks::new(start.len() as u32, budget as u32),
                retired: Vec::new(),
                highest: start.len() as u32,
            }),
            options: ArenaOptions { budget, ..options },
        };
        Ok(Arena {
            shared: Arc::new(shared),
        })
    }

    /// Puts a compiled region into executable memory. Its exits are not linked.
    ///
    /// # Errors
    /// When the arena is full, the code is for another architecture or not as the compiler leaves it, or a hole cannot take
    /// its address.
    pub fn publish(&self, compiled: &Compiled) -> Result<Code, MemoryError> {
        let shared = &self.shared;
        if compiled.arch != shared.arch {
            return Err(MemoryError::WrongArch {
                code: compiled.arch,
                arena: shared.arch,
            });
        }
        if compiled.spill_words > SPILL_WORDS {
            return Err(MemoryError::Spills(compiled.spill_words));
        }
        let alignment = compiled.alignment;
        if !alignment.is_power_of_two() || alignment > MAX_ALIGNMENT {
            return Err(MemoryError::Alignment(alignment));
        }
        let full = MemoryError::Full {
            wanted: compiled.code.len(),
            budget: shared.options.budget,
        };
        let Ok(length) = u32::try_from(compiled.code.len()) else {
            return Err(full);
        };
        let leave = shared.address(shared.leave) as *mut u8;
        let slots: Box<[AtomicPtr<u8>]> =
            (0..compiled.exits).map(|_| AtomicPtr::new(leave)).collect();
        let mut state = shared.state();
        shared.reclaim(&mut state);
        let start = state.blocks.take(length, compiled.alignment).ok_or(full)?;
        match shared.place(compiled, start, &slots, &mut state) {
            Ok(()) => Ok(Code::new(CodeInner::new(
                self.clone(),
                start,
                length,
                slots,
            ))),
            Err(error) => {
                state.blocks.give(start, length);
                Err(error)
            }
        }
    }

    /// Bytes of the budget that no code has.
    pub fn free_bytes(&self) -> usize {
        let mut state = self.shared.state();
        self.shared.reclaim(&mut state);
        state.blocks.free_bytes() as usize
    }
}

impl Shared {
    /// The address at which an offset runs.
    pub(super) fn address(&self, offset: u32) -> usize {
        self.mapping.base() + offset as usize
    }

    pub(super) fn enter(&self) -> usize {
        self.address(self.enter)
    }

    pub(super) fn leave(&self) -> usize {
        self.address(self.leave)
    }

    /// Counts this thread among those that run code until the guard goes. Whoever frees code asks this count with a
    /// read-modify-write (see [`Shared::reclaim`]), so a thread that starts later sees every earlier change to slots.
    pub(super) fn run_guard(&self) -> RunGuard<'_> {
        self.running.fetch_add(1, Ordering::AcqRel);
        RunGuard(&self.running)
    }

    /// Gives a block back that nobody holds any more, and the slots of its exits.
    pub(super) fn retire(&self, start: u32, length: u32, slots: Box<[AtomicPtr<u8>]>) {
        let mut state = self.state();
        state.retired.push(Retired {
            start,
            length,
            _slots: slots,
        });
        self.reclaim(&mut state);
    }

    /// Makes retired blocks free if nothing runs: no code can be in them, and none can get there, since no handle and
    /// no link leads to them.
    fn reclaim(&self, state: &mut State) {
        let nothing_runs = || {
            self.running.fetch_add(0, Ordering::AcqRel) == 0 || planted(Fault::RunningCodeIsReused)
        };
        if !state.retired.is_empty() && nothing_runs() {
            for retired in state.retired.drain(..) {
                state.blocks.give(retired.start, retired.length);
            }
        }
    }

    fn place(
        &self,
        compiled: &Compiled,
        start: u32,
        slots: &[AtomicPtr<u8>],
        state: &mut State,
    ) -> Result<(), MemoryError> {
        let base = self.address(start);
        if compiled.fixups.is_empty() {
            self.mapping.write(start, &compiled.code)?;
        } else {
            let mut code = compiled.code.clone();
            for fixup in &compiled.fixups {
                let address = match fixup.target {
                    FixupTarget::Constant(offset) => self.address(self.constants) + offset as usize,
                    FixupTarget::ExitSlot(exit) => {
                        let slot = slots.get(exit as usize);
                        let slot = slot.ok_or(MemoryError::NoSlot(exit, compiled.exits))?;
                        std::ptr::from_ref(slot) as usize
                    }
                };
                let offset = fixup.offset as usize;
                let value = (address as i64).wrapping_add(i64::from(fixup.addend));
                patch_hole(&mut code, offset, fixup.kind, value, (base + offset) as u64)?;
            }
            self.mapping.write(start, &code)?;
        }
        let end = start + compiled.code.len() as u32;
        if self.options.nudge_emulator && start < state.highest {
            self.mapping.nudge_emulator()?;
        }
        state.highest = state.highest.max(end);
        Ok(())
    }

    /// A panic while the lock was held leaves nothing half done: every change under it is a single insertion or removal.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thread in an arena's code.
pub(super) struct RunGuard<'a>(&'a AtomicUsize);

impl Drop for RunGuard<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}
