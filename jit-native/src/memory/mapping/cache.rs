//! Making instruction fetch see what was written as data. x86-64 does it by itself; AArch64 wants to be told.

/// Makes the bytes at these addresses visible to instruction fetch: cleans the data cache to the point of
/// unification and invalidates the instruction cache, line by line (Arm ARM B2.4.4; data caches are physically
/// tagged, so the executable alias serves for both).
#[cfg(target_arch = "aarch64")]
pub(super) fn flush(start: usize, len: usize) {
    use std::arch::asm;
    let lines: u64;
    // SAFETY: reads a register that user space may read on every system that runs this (Linux, macOS).
    unsafe { asm!("mrs {}, ctr_el0", out(reg) lines, options(nomem, nostack, preserves_flags)) };
    let data_line = 4usize << (lines >> 16 & 15);
    let code_line = 4usize << (lines & 15);
    let end = start + len;
    let mut address = start & !(data_line - 1);
    while address < end {
        // SAFETY: cleaning a line changes no memory; the address is mapped and readable.
        unsafe { asm!("dc cvau, {}", in(reg) address, options(nostack, preserves_flags)) };
        address += data_line;
    }
    // SAFETY: a barrier.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
    let mut address = start & !(code_line - 1);
    while address < end {
        // SAFETY: invalidating a line of the instruction cache changes no memory; the address is mapped.
        unsafe { asm!("ic ivau, {}", in(reg) address, options(nostack, preserves_flags)) };
        address += code_line;
    }
    // SAFETY: barriers.
    unsafe { asm!("dsb ish", "isb", options(nostack, preserves_flags)) };
}

/// Nothing to do: instruction fetch is coherent with stores.
#[cfg(not(target_arch = "aarch64"))]
pub(super) fn flush(_start: usize, _len: usize) {}

/// What makes other threads' cores drop instructions they fetched before the bytes changed.
#[derive(Debug)]
pub(super) struct Barrier {
    #[cfg(all(target_arch = "aarch64", target_os = "linux"))]
    registered: bool,
}

#[cfg(all(target_arch = "aarch64", target_os = "linux"))]
impl Barrier {
    /// Registers the process for core-serialising barriers. A kernel older than 4.16 refuses; then a thread other
    /// than the publishing one sees new code only after its own next context switch or exception.
    pub(super) fn new() -> Barrier {
        use rustix::thread::{MembarrierCommand, membarrier};
        let registered = membarrier(MembarrierCommand::RegisterPrivateExpeditedSyncCore).is_ok();
        Barrier { registered }
    }

    /// Serialises the pipelines of all threads of the process.
    pub(super) fn synchronise(&self) {
        use rustix::thread::{MembarrierCommand, membarrier};
        if self.registered {
            let serialised = membarrier(MembarrierCommand::PrivateExpeditedSyncCore);
            debug_assert!(serialised.is_ok(), "a registered barrier cannot fail");
        }
    }
}

#[cfg(not(all(target_arch = "aarch64", target_os = "linux")))]
impl Barrier {
    pub(super) fn new() -> Barrier {
        Barrier {}
    }

    pub(super) fn synchronise(&self) {}
}
