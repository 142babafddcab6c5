//! Linux: one memory file, mapped writable and, elsewhere, executable.

use super::faults::attempt;
use crate::memory::cache;
use memmap2::{Mmap, MmapMut, MmapOptions};
use std::fs::File;
use std::io;
use std::os::fd::FromRawFd;

/// Two views of the same pages.
#[derive(Debug)]
pub(in crate::memory) struct Mapping {
    /// Written through a raw pointer, since ranges of it belong to different threads.
    write: *mut u8,
    exec: Mmap,
    _write: MmapMut,
}

// SAFETY: the pages belong to this value, `write` points to them, and the arena's free list gives every range of
// them to one user at a time.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Pages for at least `len` bytes. They take memory when they are first used.
    pub(in crate::memory) fn new(len: usize) -> io::Result<Mapping> {
        attempt()?;
        // SAFETY: the name is a C string; the call touches nothing else of ours.
        let fd = unsafe { libc::memfd_create(c"mimeo-code".as_ptr(), libc::MFD_CLOEXEC) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor is new and nobody else's.
        let file = unsafe { File::from_raw_fd(fd) };
        let len = len.max(1).next_multiple_of(64 << 10);
        attempt()?;
        file.set_len(len as u64)?;
        attempt()?;
        // SAFETY: the file is ours alone: nobody else can shrink or change it.
        let mut write = unsafe { MmapOptions::new().len(len).map_mut(&file)? };
        attempt()?;
        // SAFETY: as above; what changes in it under readers' eyes are ranges that are not published.
        let exec = unsafe { MmapOptions::new().len(len).map_exec(&file)? };
        cache::register();
        Ok(Mapping { write: write.as_mut_ptr(), exec, _write: write })
    }

    /// How many bytes there are.
    pub(in crate::memory) fn len(&self) -> usize {
        self.exec.len()
    }

    /// Ranges for different users must be multiples of this.
    pub(in crate::memory) fn granularity(&self) -> usize {
        1
    }

    /// Where the bytes run.
    pub(in crate::memory) fn exec(&self) -> *const u8 {
        self.exec.as_ptr()
    }

    /// Lets `with` write a range that is the caller's.
    pub(in crate::memory) fn write<T>(
        &self,
        offset: usize,
        len: usize,
        with: impl FnOnce(&mut [u8]) -> T,
    ) -> io::Result<T> {
        assert!(offset <= self.len() && len <= self.len() - offset);
        // SAFETY: the range is inside the mapping, and the free list has given it to the caller alone.
        Ok(with(unsafe { std::slice::from_raw_parts_mut(self.write.add(offset), len) }))
    }

    /// Makes a range that has been written visible to instruction fetches.
    pub(in crate::memory) fn flush(&self, offset: usize, len: usize) {
        #[cfg(target_arch = "aarch64")]
        // SAFETY: the caller's range is inside both mappings.
        unsafe {
            cache::flush(self.write.add(offset), self.exec().add(offset), len);
        }
        #[cfg(not(target_arch = "aarch64"))]
        let _ = (offset, len);
    }

    /// Protects the executable pages of a range anew, as they were.
    pub(in crate::memory) fn nudge(&self, offset: usize, len: usize) {
        let page = 64 << 10;
        let start = offset / page * page;
        let end = (offset + len).next_multiple_of(page).min(self.len());
        let protection = libc::PROT_READ | libc::PROT_EXEC;
        let pages = self.exec().wrapping_add(start).cast_mut().cast();
        // SAFETY: the range is inside the mapping and keeps the protection that it has. That it may fail matters to
        // nobody: it is for emulators, and has no other effect.
        unsafe { libc::mprotect(pages, end - start, protection) };
    }
}
