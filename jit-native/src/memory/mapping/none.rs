//! Systems without executable memory of ours (the browser's page): regions compile, but are not run.

use crate::memory::MemoryError;

/// Never made.
#[derive(Debug)]
pub(in crate::memory) struct Mapping(std::convert::Infallible);

impl Mapping {
    /// # Errors
    /// Always.
    pub(in crate::memory) fn new(_bytes: usize) -> Result<Mapping, MemoryError> {
        Err(MemoryError::Mapping(std::io::ErrorKind::Unsupported.into()))
    }

    pub(in crate::memory) fn base(&self) -> usize {
        match self.0 {}
    }

    pub(in crate::memory) fn write(&self, _offset: u32, _bytes: &[u8]) -> Result<(), MemoryError> {
        match self.0 {}
    }

    pub(in crate::memory) fn nudge_emulator(&self) -> Result<(), MemoryError> {
        match self.0 {}
    }

    pub(in crate::memory) fn running(&self) -> Option<std::convert::Infallible> {
        match self.0 {}
    }
}
