//! Other Unix systems: one mapping whose protection changes from read-execute to read-write and back. That must not
//! happen while code runs, so running holds a gate open, and publishing while it is open is refused.

use super::{cache, fail_point};
use crate::memory::MemoryError;
use memmap2::MmapRaw;
use rustix::mm::{MprotectFlags, mprotect};
use std::sync::{RwLock, RwLockReadGuard};

/// The mapping. It is never looked at as a slice: only raw pointers go in and out.
#[derive(Debug)]
pub(in crate::memory) struct Mapping {
    memory: MmapRaw,
    gate: RwLock<()>,
    barrier: cache::Barrier,
}

impl Mapping {
    /// Reserves that many bytes.
    pub(in crate::memory) fn new(bytes: usize) -> Result<Mapping, MemoryError> {
        fail_point()?;
        let memory = MmapRaw::from(memmap2::MmapOptions::new().len(bytes).map_anon()?);
        let mapping = Mapping {
            memory,
            gate: RwLock::new(()),
            barrier: cache::Barrier::new(),
        };
        fail_point()?;
        mapping.protect(MprotectFlags::READ | MprotectFlags::EXEC)?;
        Ok(mapping)
    }

    /// The address at which byte 0 runs.
    pub(in crate::memory) fn base(&self) -> usize {
        self.memory.as_mut_ptr() as usize
    }

    /// Writes code. The caller has these bytes for itself, and nothing runs them.
    pub(in crate::memory) fn write(&self, offset: u32, bytes: &[u8]) -> Result<(), MemoryError> {
        let offset = offset as usize;
        assert!(
            offset
                .checked_add(bytes.len())
                .is_some_and(|end| end <= self.memory.len())
        );
        let _closed = self.gate.try_write().map_err(|_| MemoryError::Busy)?;
        self.protect(MprotectFlags::READ | MprotectFlags::WRITE)?;
        // SAFETY: the assertion keeps the target within the map, which is writable now; `bytes` lives elsewhere; and
        // the caller alone has the range.
        unsafe {
            let target = self.memory.as_mut_ptr().add(offset);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len());
        }
        self.protect(MprotectFlags::READ | MprotectFlags::EXEC)?;
        cache::flush(self.base() + offset, bytes.len());
        self.barrier.synchronise();
        Ok(())
    }

    /// Nothing to do: every write changes the protection.
    pub(in crate::memory) fn nudge_emulator(&self) -> Result<(), MemoryError> {
        Ok(())
    }

    /// Holds back changes of protection as long as the guard lives.
    pub(in crate::memory) fn running(&self) -> RwLockReadGuard<'_, ()> {
        self.gate
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn protect(&self, flags: MprotectFlags) -> Result<(), MemoryError> {
        let start = self.memory.as_mut_ptr().cast();
        // SAFETY: the range is the whole of a map that this value owns, no reference into it exists, and the gate (or
        // being new) says that nothing runs in it.
        unsafe { mprotect(start, self.memory.len(), flags) }.map_err(std::io::Error::from)?;
        Ok(())
    }
}
