//! The file format of a library: [`Library::read`](crate::library::Library::read) and, with the feature `build`, its writer.
//!
//! A file is a header (magic, version, architecture, length, checksum) and a payload of variable-length integers. A
//! uop is named, with its signature, so a library that was made from other uops is refused. Nothing that is read is
//! trusted: `read` checks shapes and lengths, `validate` everything that the engine relies on. This module never
//! panics on input and never allocates more than a small multiple of the input's size.

mod bytes;
mod error;
mod read;
mod signature;
mod validate;
#[cfg(feature = "build")]
pub(crate) mod write;

pub use error::LibraryError;
pub use signature::signature;

/// The first bytes of every library.
const MAGIC: [u8; 8] = *b"mimeolib";

/// The version of the format: raised by every change, since a library is always rebuilt with the crate.
const VERSION: u32 = 2;

/// Length of the header: magic, version, architecture and three zeros, payload length, checksum.
const HEADER: usize = 8 + 4 + 4 + 4 + 8;

/// The checksum of a payload: 64-bit FNV-1a. It catches damage, not malice; that is what validation is for.
fn checksum(payload: &[u8]) -> u64 {
    payload.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}
