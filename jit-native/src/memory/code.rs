//! Published code: running it, and linking its exits.

use super::arena::Arena;
use crate::context::Context;
use crate::region::ExitId;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A region in executable memory. Cheap to clone; the code goes when the last clone and the last link to it are gone.
///
/// Links own their targets, so a ring of links keeps itself alive: whoever drops a group of regions that are linked to each other
/// calls [`Code::unlink_all`] on them first.
#[derive(Clone, Debug)]
pub struct Code(Arc<CodeInner>);

#[derive(Debug)]
pub(super) struct CodeInner {
    arena: Arena,
    start: u32,
    length: u32,
    /// What each exit jumps to: the glue that returns, or another region.
    slots: Box<[AtomicPtr<u8>]>,
    /// What keeps the targets of links alive, by exit.
    links: Mutex<Vec<(ExitId, Code)>>,
}

/// Why an exit cannot be linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// The region has no such exit.
    #[error("the region has no exit {0}: it has {1}")]
    NoExit(ExitId, usize),
    /// The target is in another arena.
    #[error("an exit can only be linked to code in the same arena")]
    OtherArena,
}

type Enter = unsafe extern "C" fn(frame: *mut u64, context: *mut u64, code: *const u8) -> u64;

impl CodeInner {
    pub(super) fn new(
        arena: Arena,
        start: u32,
        length: u32,
        slots: Box<[AtomicPtr<u8>]>,
    ) -> CodeInner {
        CodeInner {
            arena,
            start,
            length,
            slots,
            links: Mutex::new(Vec::new()),
        }
    }

    fn links(&self) -> MutexGuard<'_, Vec<(ExitId, Code)>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self) -> *mut u8 {
        self.arena.shared.address(self.start) as *mut u8
    }
}

fn take_link(links: &mut Vec<(ExitId, Code)>, exit: ExitId) -> Option<(ExitId, Code)> {
    let at = links.iter().position(|(linked, _)| *linked == exit)?;
    Some(links.swap_remove(at))
}

impl Drop for CodeInner {
    fn drop(&mut self) {
        let slots = std::mem::take(&mut self.slots);
        self.arena.shared.retire(self.start, self.length, slots);
    }
}

impl Code {
    pub(super) fn new(inner: CodeInner) -> Code {
        Code(Arc::new(inner))
    }

    /// Runs the code on a frame; gives the number of the exit through which it left: the exit's index plus the first
    /// exit number that its region was compiled with ([`Compiled::first_exit`](crate::compiled::Compiled::first_exit)),
    /// which may be another region than this one where exits are linked.
    ///
    /// # Safety
    /// - `frame` is valid for reads and writes of every word that the region, and every region it is linked to, loads
    ///   or has in a snapshot; every address its uops compute is valid for the access; every function it calls is
    ///   sound to call with what it is given and does not unwind.
    /// - The region was compiled from one that the verifier accepts, with the library of this arena.
    pub unsafe fn run(&self, frame: *mut u64, context: &mut Context) -> u64 {
        let shared = &self.0.arena.shared;
        let _in_code = shared.run_guard();
        let _gate = shared.mapping.running();
        // SAFETY: the arena wrote the library's `enter` at this address, executable and finished before the arena was
        // handed out; its type is the one the library's format fixes.
        let enter = unsafe { std::mem::transmute::<*const u8, Enter>(shared.enter() as *const u8) };
        // SAFETY: the code was written before this handle existed and stays as it is while the handle lives; so do the
        // regions it is linked to (links own them, and freed blocks wait for the guard). Every context has room for what
        // any published region spills. The rest is the caller's promise.
        unsafe { enter(frame, context.words(), self.0.entry()) }
    }

    /// Makes an exit go on in another region instead of leaving: with its snapshot written to the frame, execution enters `target` as
    /// if it had been run on that frame. One atomic store; threads that are in the code see it at their next exit.
    ///
    /// # Errors
    /// When there is no such exit, or `target` lives in another arena.
    pub fn link(&self, exit: ExitId, target: &Code) -> Result<(), LinkError> {
        let slot = self.slot(exit)?;
        if !Arc::ptr_eq(&self.0.arena.shared, &target.0.arena.shared) {
            return Err(LinkError::OtherArena);
        }
        let mut links = self.0.links();
        let gone = take_link(&mut links, exit);
        if !Arc::ptr_eq(&self.0, &target.0) {
            links.push((exit, target.clone()));
        }
        slot.store(target.0.entry(), Ordering::Release);
        // Dropped only now: its own links may lead back here and take the lock.
        drop(links);
        drop(gone);
        Ok(())
    }

    /// Makes an exit leave again.
    ///
    /// # Errors
    /// When there is no such exit.
    pub fn unlink(&self, exit: ExitId) -> Result<(), LinkError> {
        self.slot(exit)?
            .store(self.0.arena.shared.leave() as *mut u8, Ordering::Release);
        let mut links = self.0.links();
        let gone = take_link(&mut links, exit);
        drop(links);
        drop(gone);
        Ok(())
    }

    /// Makes all exits leave again.
    pub fn unlink_all(&self) {
        for slot in &self.0.slots {
            slot.store(self.0.arena.shared.leave() as *mut u8, Ordering::Release);
        }
        let gone = std::mem::take(&mut *self.0.links());
        drop(gone);
    }

    /// How many exits the region has.
    pub fn exit_count(&self) -> usize {
        self.0.slots.len()
    }

    /// Where the code stands in memory, for profilers and debuggers: address and length in bytes.
    pub fn extent(&self) -> (usize, usize) {
        (self.0.entry() as usize, self.0.length as usize)
    }

    fn slot(&self, exit: ExitId) -> Result<&AtomicPtr<u8>, LinkError> {
        self.0
            .slots
            .get(exit.index())
            .ok_or(LinkError::NoExit(exit, self.0.slots.len()))
    }
}
