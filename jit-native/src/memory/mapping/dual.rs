//! Linux: one memory file, mapped read-write and read-execute. Writing never changes a protection, so code may run in
//! other threads meanwhile, and publishing makes no system call (on AArch64 one, for the other cores' pipelines).

use super::{cache, fail_point};
use crate::memory::MemoryError;
use memmap2::{Mmap, MmapOptions, MmapRaw};
use rustix::fs::{MemfdFlags, memfd_create};
use std::fs::File;

/// The two views. Neither is ever looked at as a slice: only raw pointers go in and out.
#[derive(Debug)]
pub(in crate::memory) struct Mapping {
    writable: MmapRaw,
    executable: Mmap,
    barrier: cache::Barrier,
}

/// Nothing to hold.
pub(in crate::memory) struct Gate;

impl Mapping {
    /// Reserves that many bytes; the system supplies pages when they are first written.
    pub(in crate::memory) fn new(bytes: usize) -> Result<Mapping, MemoryError> {
        fail_point()?;
        let file = File::from(
            memfd_create("mimeo-code", MemfdFlags::CLOEXEC).map_err(std::io::Error::from)?,
        );
        fail_point()?;
        file.set_len(bytes as u64)?;
        fail_point()?;
        let writable = MmapOptions::new().len(bytes).map_raw(&file)?;
        fail_point()?;
        // SAFETY: a file that changes under a map is only a hazard to references into it, and none is ever made: the
        // map is used for its address.
        let executable = unsafe { MmapOptions::new().len(bytes).map_exec(&file)? };
        Ok(Mapping {
            writable,
            executable,
            barrier: cache::Barrier::new(),
        })
    }

    /// The address at which byte 0 runs.
    pub(in crate::memory) fn base(&self) -> usize {
        self.executable.as_ptr() as usize
    }

    /// Writes code. The caller has these bytes for itself, and nothing runs them.
    pub(in crate::memory) fn write(&self, offset: u32, bytes: &[u8]) -> Result<(), MemoryError> {
        let offset = offset as usize;
        assert!(
            offset
                .checked_add(bytes.len())
                .is_some_and(|end| end <= self.writable.len())
        );
        // SAFETY: the assertion keeps the target within the map; the two mappings are distinct from `bytes`, which
        // lives in ordinary memory; and the caller alone has the range.
        unsafe {
            let target = self.writable.as_mut_ptr().add(offset);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len());
        }
        cache::flush(self.base() + offset, bytes.len());
        self.barrier.synchronise();
        Ok(())
    }

    /// Makes an emulator look at bytes again that it has already translated: qemu's user mode does not notice that
    /// they were rewritten through the other mapping, but does notice a change of protection. Nothing may run meanwhile.
    pub(in crate::memory) fn nudge_emulator(&self) -> Result<(), MemoryError> {
        use rustix::mm::{MprotectFlags, mprotect};
        let start = self.executable.as_ptr().cast_mut().cast();
        for flags in [
            MprotectFlags::READ,
            MprotectFlags::READ | MprotectFlags::EXEC,
        ] {
            // SAFETY: the range is the whole of a map that this value owns; no reference into it exists, and the caller
            // sees to it that nothing runs in it.
            unsafe { mprotect(start, self.executable.len(), flags) }
                .map_err(std::io::Error::from)?;
        }
        Ok(())
    }

    /// Holds back whatever must not happen while code runs: nothing here.
    pub(in crate::memory) fn running(&self) -> Gate {
        Gate
    }
}
