//! Making the processor see new code. x86-64 sees it by itself; AArch64 wants its caches cleaned and invalidated, and
//! every other thread's pipeline emptied before it may run bytes that held other code before.

/// `MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE`.
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
const REGISTER: libc::c_int = 1 << 6;
/// `MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE`.
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
const SYNC_CORE: libc::c_int = 1 << 5;

/// Registers this process for [`synchronise_other_threads`]. Once is enough; a system that does not know of it has no need
/// of it, or no way to do it.
pub(super) fn register() {
    #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
    membarrier(REGISTER);
}

/// Makes every thread of this process fetch its next instructions anew. Needed when freed code memory is used again;
/// bytes that have never held code cannot have been fetched as such.
pub(super) fn synchronise_other_threads() {
    #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
    membarrier(SYNC_CORE);
}

#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
fn membarrier(command: libc::c_int) {
    // SAFETY: the system call touches no memory of ours.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) };
}

/// Makes bytes that were written at `write` and will run at `exec` visible to instruction fetches of this thread.
///
/// # Safety
/// Both ranges of `len` bytes are mapped.
#[cfg(target_arch = "aarch64")]
pub(super) unsafe fn flush(write: *const u8, exec: *const u8, len: usize) {
    use std::arch::asm;
    let ctr: u64;
    // SAFETY: reads the cache type register, which user code may do on every system we know.
    unsafe { asm!("mrs {}, ctr_el0", out(reg) ctr, options(nomem, nostack, preserves_flags)) };
    let data_line = 4usize << (ctr >> 16 & 15);
    let code_line = 4usize << (ctr & 15);
    for line in (write as usize & !(data_line - 1)..write as usize + len).step_by(data_line) {
        // SAFETY: cleans a line that belongs to mapped memory.
        unsafe { asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    for line in (exec as usize & !(code_line - 1)..exec as usize + len).step_by(code_line) {
        // SAFETY: invalidates a line that belongs to mapped memory.
        unsafe { asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags)) };
    }
    // SAFETY: barriers.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
}
