//! The pages behind an arena, by system. Each file gives one type with the same methods:
//!
//! - `dual`: Linux. One memory file, mapped twice: writable, and executable. Nothing ever changes its protection.
//! - `apple`: macOS on its own processors. One mapping that each thread sees writable or executable, by a switch.
//! - `flip`: everything else. Pages are writable while they are written and executable otherwise, so that two regions
//!   never share a page.
//!
//! No page is ever writable and executable for anybody at once.

#[cfg(target_os = "linux")]
mod dual;
#[cfg(target_os = "linux")]
pub(super) use dual::Mapping;

#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
mod apple;
#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
pub(super) use apple::Mapping;

#[cfg(not(any(target_os = "linux", all(target_os = "macos", target_arch = "aarch64"))))]
mod flip;
#[cfg(not(any(target_os = "linux", all(target_os = "macos", target_arch = "aarch64"))))]
pub(super) use flip::Mapping;

#[cfg(test)]
pub(super) mod faults {
    //! Makes system calls fail on demand, in this thread.

    use std::cell::Cell;
    use std::io;

    thread_local! {
        /// How many more system calls succeed.
        static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
    }

    /// Lets this many system calls succeed and the next one fail.
    pub(in crate::memory) fn after(calls: u32) {
        LEFT.set(calls);
    }

    /// Called before every system call.
    pub(super) fn attempt() -> io::Result<()> {
        match LEFT.get() {
            u32::MAX => Ok(()),
            0 => {
                LEFT.set(u32::MAX);
                Err(io::Error::from(io::ErrorKind::OutOfMemory))
            }
            left => {
                LEFT.set(left - 1);
                Ok(())
            }
        }
    }
}

/// Called before every system call that may fail.
#[cfg(not(test))]
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "not every system has a use for it"))]
mod faults {
    pub(super) fn attempt() -> std::io::Result<()> {
        Ok(())
    }
}
