//! Code memory: one arena for many regions, never writable and executable at once. The only module of the workspace
//! that maps or protects memory.
//!
//! Start with [`Arena`] and [`Code`]. Why it is sound:
//!
//! - **No page is ever writable and executable.** On Linux one memory file is mapped twice, read-write and
//!   read-execute (`mapping/dual.rs`); elsewhere one mapping changes its protection, and only while nothing runs
//!   (`mapping/flip.rs`).
//! - **Running code is never rewritten.** A block is written before anybody has its address; linking an exit stores
//!   to that exit's slot, a word in ordinary memory.
//! - **A block is reused only when nothing can run it.** A [`Code`] lives as long as a handle or a link to it. When the last one goes,
//!   code that was already running may still be inside (an exit was unlinked after it was taken), so the block, and the slots
//!   that its code leaves through, wait until a moment at which nothing in the arena runs.

mod arena;
mod blocks;
mod code;
mod mapping;
// Miri knows no memory that is mapped twice.
#[cfg(all(test, target_os = "linux", not(miri)))]
mod tests;

pub use arena::{Arena, ArenaOptions, MAX_ALIGNMENT};
pub use code::{Code, LinkError};

/// Why code cannot be published. Nothing is lost by any of these: what was published before still runs, and the
/// next, smaller region may be published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MemoryError {
    /// The arena's budget is used up.
    #[error(
        "the code arena is full: {wanted} bytes of code do not fit in what is left of its {budget} bytes"
    )]
    Full {
        /// Size of the region's code.
        wanted: usize,
        /// The arena's budget.
        budget: usize,
    },
    /// The system gives no memory for code.
    #[error("the system gave no memory for code: {0}")]
    Mapping(#[from] std::io::Error),
    /// The code is for another architecture than the arena's.
    #[error("code for {code:?} cannot run here: this arena runs {arena:?}")]
    WrongArch {
        /// The code's architecture.
        code: stencils::library::Arch,
        /// The arena's.
        arena: stencils::library::Arch,
    },
    /// This process cannot run the library's code.
    #[error("this host cannot run code for {0:?}: compile for it and look at the bytes instead")]
    WrongHost(stencils::library::Arch),
    /// The processor lacks instructions that the stencils use: those of x86-64-v2, which processors have had since 2009.
    #[error("this processor is too old: the stencils need SSE4.2 and POPCNT")]
    OldProcessor,
    /// On systems without two mappings code cannot be published while code runs.
    #[error("code cannot be published while code of the same arena runs: not on this system")]
    Busy,
    /// The code spills more words than a context has.
    #[error("the region spills {0} words, more than the {limit} of a context", limit = crate::context::SPILL_WORDS)]
    Spills(u32),
    /// The code asks to begin at a multiple of something that is no power of two, or too large.
    #[error("code begins at a multiple of a power of two up to {limit}, not of {0}", limit = MAX_ALIGNMENT)]
    Alignment(u32),
    /// The code refers to the slot of an exit that it has not.
    #[error("the code refers to exit {0}, and has {1}")]
    NoSlot(u32, u32),
    /// A hole cannot take its address.
    #[error("the code cannot be placed in the arena: {0}")]
    Patch(#[from] crate::patch::PatchError),
}

/// The architecture that this process can run, if it is one of Mimeo's.
pub const HOST: Option<stencils::library::Arch> = if cfg!(all(target_arch = "x86_64", unix)) {
    Some(stencils::library::Arch::X86_64)
} else if cfg!(all(target_arch = "aarch64", target_endian = "little", unix)) {
    Some(stencils::library::Arch::Aarch64)
} else {
    None
};

/// Whether this processor has all instructions that the stencils of its architecture may use: on x86-64 those of
/// x86-64-v2, on AArch64 the base.
fn processor_suffices() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        has!("ssse3") && has!("sse4.1") && has!("sse4.2") && has!("popcnt")
    }
    #[cfg(not(target_arch = "x86_64"))]
    true
}
