//! Memory for the code under test: written first, executable then, never both.

use memmap2::{Mmap, MmapMut};

/// Memory that is being written.
pub struct Code(MmapMut);

impl Code {
    /// As many bytes as asked for.
    pub fn new(size: usize) -> Self {
        Code(MmapMut::map_anon(size).expect("memory for the test"))
    }
    /// Where it is, and will be.
    pub fn address(&self) -> u64 {
        self.0.as_ptr() as u64
    }
    /// Its bytes.
    pub fn bytes(&mut self) -> &mut [u8] {
        &mut self.0
    }
    /// Makes it executable.
    pub fn publish(self) -> Mmap {
        let map = self.0.make_exec().expect("executable memory for the test");
        synchronise(&map);
        map
    }
}

#[cfg(target_arch = "x86_64")]
fn synchronise(_: &[u8]) {}

/// Makes the instruction cache see what was written. Lines are at least 16 bytes long.
#[cfg(target_arch = "aarch64")]
fn synchronise(code: &[u8]) {
    for line in (0..code.len()).step_by(16) {
        // SAFETY: cache maintenance of an address that is mapped.
        unsafe {
            std::arch::asm!("dc cvau, {0}", "dsb ish", "ic ivau, {0}", in(reg) code.as_ptr().add(line))
        };
    }
    // SAFETY: barriers.
    unsafe { std::arch::asm!("dsb ish", "isb") };
}
