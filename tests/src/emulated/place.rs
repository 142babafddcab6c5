//! A world at an address that is the same in every process, so that regions compute the same with it wherever they run.
//!
//! Never maps code: the memory is for data. Start at [`world`].
#![allow(
    unsafe_code,
    reason = "memory is asked for at a fixed address, which only the system's own call does"
)]

use anyhow::{Context, Result, ensure};
use jit_native::testing::World;
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};

/// Where it is: where neither the loader nor the allocator puts anything, on either architecture.
const ADDRESS: usize = 0x10_0000_0000;

/// The world of this process at the common address. There is one at most.
///
/// # Errors
/// When something else is there already.
pub fn world() -> Result<World> {
    let wanted = std::ptr::without_provenance_mut(ADDRESS);
    let (protection, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE);
    // SAFETY: without `MAP_FIXED` the address is a wish, and nothing that is mapped already changes.
    let place = unsafe { mmap_anonymous(wanted, World::PLACE, protection, flags) };
    let place = place.context("no memory for a world")?;
    if place != wanted {
        // SAFETY: it has just been mapped, and nobody knows it.
        unsafe { munmap(place, World::PLACE) }.context("cannot give memory back")?;
    }
    ensure!(place == wanted, "the place for a world is taken");
    // SAFETY: fresh pages are zero, aligned, and nobody else's; they stay mapped as long as the process lives.
    Ok(unsafe { World::placed(place.cast(), 0) })
}
