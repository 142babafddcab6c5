//! Executable memory, as the system gives it: one implementation per way of keeping it from being writable too.
//!
//! Each has the same five functions. [`Mapping::write`] makes the bytes visible to instruction fetch before it returns.

#[cfg(target_os = "linux")]
mod dual;
#[cfg(target_os = "linux")]
pub(super) use dual::Mapping;

#[cfg(all(unix, not(target_os = "linux")))]
mod flip;
#[cfg(all(unix, not(target_os = "linux")))]
pub(super) use flip::Mapping;

#[cfg(not(unix))]
mod none;
#[cfg(not(unix))]
pub(super) use none::Mapping;

#[cfg(unix)]
mod cache;

/// Makes the nth next call of [`fail_point`] on this thread fail (0: the next one). For tests of what a refused
/// mapping does.
#[cfg(all(test, target_os = "linux"))]
pub(super) mod fault {
    use std::cell::Cell;

    thread_local! {
        static COUNTDOWN: Cell<Option<u32>> = const { Cell::new(None) };
    }

    pub(in crate::memory) fn arm(after: Option<u32>) {
        COUNTDOWN.set(after);
    }

    /// Whether the call that is to fail has not come yet.
    #[cfg(not(target_arch = "aarch64"))]
    pub(in crate::memory) fn is_armed() -> bool {
        COUNTDOWN.get().is_some()
    }

    pub(super) fn point() -> std::io::Result<()> {
        match COUNTDOWN.get() {
            Some(0) => {
                COUNTDOWN.set(None);
                Err(std::io::Error::other("injected"))
            }
            other => {
                COUNTDOWN.set(other.map(|n| n - 1));
                Ok(())
            }
        }
    }
}

/// A step that the system may refuse.
#[cfg(unix)]
fn fail_point() -> std::io::Result<()> {
    #[cfg(all(test, target_os = "linux"))]
    fault::point()?;
    Ok(())
}
