//! A published region: running it, linking its exits, and the end of it.
//!
//! **Who keeps what alive.** A handle keeps its region; a link keeps its target. A target that is unlinked may still have
//! threads in it which came through the link, so it is retired, and dropped when no thread is in the arena's code. Regions
//! that are linked in a circle keep each other: unlink one of them to let them go ([`Code::unlink_all`]).
//!
//! **Why linking is safe while code runs.** An exit jumps through its slot, an aligned word. A link is one atomic store of
//! it; a thread sees the old target or the new one, and both stay. Regions agree on all registers at their entries:
//! frame and context are where they were, everything else is free.

use super::context::{Context, LINKABLE_SPILL_WORDS};
use super::{Arena, Inner, MemoryError, lock};
use crate::assemble::output::Compiled;
use crate::region::ExitId;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex};

/// What an exit gives back: the region's first number plus the exit's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExitNumber(pub u32);

/// A handle on a published region. Clones are handles on the same region, which lives as long as any of them.
#[derive(Clone, Debug)]
pub struct Code(Arc<Region>);

#[derive(Debug)]
struct Region {
    arena: Arena,
    offset: usize,
    len: usize,
    slots: Box<[AtomicPtr<u8>]>,
    /// By exit: what it is linked to. Empty until something is linked.
    links: Mutex<Vec<Option<Code>>>,
    first_exit: u32,
    spill_words: u32,
}

/// The glue that enters a region. The convention is the one that the glue was compiled for, on every system.
#[cfg(target_arch = "x86_64")]
type Enter = unsafe extern "sysv64" fn(*mut u64, *mut u64, *const u8) -> u64;
#[cfg(not(target_arch = "x86_64"))]
type Enter = unsafe extern "C" fn(*mut u64, *mut u64, *const u8) -> u64;

impl Code {
    pub(super) fn new(
        arena: Arena,
        offset: usize,
        compiled: &Compiled,
        slots: Box<[AtomicPtr<u8>]>,
    ) -> Code {
        Code(Arc::new(Region {
            arena,
            offset,
            len: compiled.bytes.len(),
            slots,
            links: Mutex::default(),
            first_exit: compiled.first_exit,
            spill_words: compiled.spill_words,
        }))
    }

    /// Runs the region, and whatever its exits are linked to, until an exit that is linked to nothing.
    ///
    /// # Safety
    /// `frame` must be valid for every word that the regions read or write, through the frame or in snapshots; every
    /// address that they load from, store to or call must be valid for that; called functions must not unwind.
    #[inline]
    pub unsafe fn run(&self, frame: *mut u64, context: &mut Context) -> ExitNumber {
        let inner = self.inner();
        let words = context.words_for(self.0.spill_words);
        // Who unlinks a region reads `running` after it has changed the slot; the code reads the slot after this.
        inner.running.fetch_add(1, Ordering::SeqCst);
        #[cfg(not(target_arch = "x86_64"))]
        std::sync::atomic::fence(Ordering::SeqCst);
        // SAFETY: the glue is a function of this type, placed at this offset by the arena, and executable memory
        // lives as long as the arena, which `self` keeps.
        let enter: Enter = unsafe { std::mem::transmute(inner.exec(inner.enter)) };
        // SAFETY: the region is published code of this architecture. It spills to words that exist: its own were made just
        // now, and linked regions need no more than every context has. The rest is the caller's promise.
        let number = unsafe { enter(frame, words, self.entry()) };
        inner.running.fetch_sub(1, Ordering::SeqCst);
        ExitNumber(number as u32)
    }

    /// Makes an exit go on in another region instead of leaving. Threads that run see it now or a little later.
    ///
    /// # Errors
    /// When there is no such exit, the target is in another arena, or it spills more than [`LINKABLE_SPILL_WORDS`].
    pub fn link(&self, exit: ExitId, target: &Code) -> Result<(), MemoryError> {
        if !Arc::ptr_eq(&self.0.arena.0, &target.0.arena.0) {
            return Err(MemoryError::OtherArena);
        }
        if target.0.spill_words > LINKABLE_SPILL_WORDS {
            return Err(MemoryError::TooManySpills(target.0.spill_words));
        }
        self.set_link(exit, Some(target.clone()))
    }

    /// Makes an exit leave again.
    ///
    /// # Errors
    /// When there is no such exit.
    pub fn unlink(&self, exit: ExitId) -> Result<(), MemoryError> {
        self.set_link(exit, None)
    }

    /// Makes all exits leave again.
    pub fn unlink_all(&self) {
        for exit in 0..self.0.slots.len() as u32 {
            // Every exit below the number of slots exists.
            let _ = self.unlink(ExitId(exit));
        }
    }

    fn set_link(&self, exit: ExitId, target: Option<Code>) -> Result<(), MemoryError> {
        let slot = self.0.slots.get(exit.index()).ok_or(MemoryError::NoExit(exit.0))?;
        let inner = self.inner();
        let mut links = lock(&self.0.links);
        if links.is_empty() {
            if target.is_none() {
                return Ok(());
            }
            links.resize(self.0.slots.len(), None);
        }
        let address = target.as_ref().map_or(inner.exec(inner.leave), Code::entry);
        slot.store(address.cast_mut(), Ordering::SeqCst);
        let before = std::mem::replace(&mut links[exit.index()], target);
        drop(links);
        if let Some(before) = before {
            lock(&inner.retired).push(before);
        }
        self.0.arena.collect();
        Ok(())
    }

    /// What an exit is linked to.
    pub fn linked(&self, exit: ExitId) -> Option<Code> {
        lock(&self.0.links).get(exit.index()).cloned().flatten()
    }

    /// The address of its first byte.
    pub fn entry(&self) -> *const u8 {
        self.inner().exec(self.0.offset)
    }

    /// Its bytes as they are, for disassembly.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: the executable mapping is readable, this range of it was written when the region was published, and
        // nobody writes to it before the last handle is gone.
        unsafe { std::slice::from_raw_parts(self.entry(), self.0.len) }
    }

    /// The number that its exit 0 gives back.
    pub fn first_exit(&self) -> u32 {
        self.0.first_exit
    }

    /// How many exits it has.
    pub fn exit_count(&self) -> u32 {
        self.0.slots.len() as u32
    }

    /// Whether both are handles on one region.
    pub fn same(&self, other: &Code) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn inner(&self) -> &Inner {
        &self.0.arena.0
    }
}

impl Drop for Region {
    /// Frees the bytes. Chains of links come apart one by one, not by recursion.
    fn drop(&mut self) {
        let mut chain: Vec<Code> = lock(&self.links).drain(..).flatten().collect();
        while let Some(code) = chain.pop() {
            if let Some(region) = Arc::into_inner(code.0) {
                chain.extend(lock(&region.links).drain(..).flatten());
            }
        }
        lock(&self.arena.0.free).give(self.offset, self.len);
    }
}
