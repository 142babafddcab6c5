//! Why a library cannot be used.

use std::fmt;

/// Why a library cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryError {
    /// The bytes do not begin as a library does.
    NotALibrary,
    /// The library has this version of the format, another than this crate's.
    Version(u32),
    /// The library is for an architecture with this unknown number.
    Arch(u8),
    /// The bytes end too early, or go on too long.
    Length,
    /// The bytes are damaged.
    Checksum,
    /// The library uses a uop that the table does not have.
    UnknownUop(String),
    /// The library was made for a uop with another signature than the table's.
    Signature {
        /// The uop.
        uop: String,
        /// Its signature in the library.
        library: String,
        /// Its signature in the table.
        table: String,
    },
    /// Two libraries have different registers or architectures, and cannot be one.
    Mismatch,
    /// Something in it contradicts the rest: what, and where.
    Malformed {
        /// The kind of thing.
        what: &'static str,
        /// Which one of them.
        index: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LibraryError::NotALibrary => write!(f, "this is no stencil library"),
            LibraryError::Version(version) => write!(
                f,
                "the stencil library has version {version}, not {}",
                super::VERSION
            ),
            LibraryError::Arch(arch) => write!(
                f,
                "the stencil library is for the unknown architecture {arch}"
            ),
            LibraryError::Length => write!(f, "the stencil library is cut off or too long"),
            LibraryError::Checksum => {
                write!(f, "the stencil library is damaged: its checksum is wrong")
            }
            LibraryError::UnknownUop(name) => {
                write!(f, "the stencil library uses the unknown uop `{name}`")
            }
            LibraryError::Signature {
                uop,
                library,
                table,
            } => {
                write!(
                    f,
                    "the stencil library was made for `{uop}: {library}`, but the uop is `{uop}: {table}`"
                )
            }
            LibraryError::Mismatch => write!(
                f,
                "the stencil libraries are for different registers or architectures"
            ),
            LibraryError::Malformed { what, index, why } => {
                write!(f, "the stencil library is malformed: {what} {index}: {why}")
            }
        }
    }
}

impl std::error::Error for LibraryError {}
