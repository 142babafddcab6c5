//! Numbers as bytes: LEB128 variable-length integers, zigzag for signed ones.

use super::LibraryError;

/// Reads numbers off the front of a slice.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader of all of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// Whether everything has been read.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], LibraryError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(LibraryError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, LibraryError> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned number of any size.
    pub fn number(&mut self) -> Result<u64, LibraryError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                return Err(LibraryError::Length);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(LibraryError::Length)
    }

    /// An unsigned number that fits in `T`.
    pub fn small<T: TryFrom<u64>>(&mut self) -> Result<T, LibraryError> {
        T::try_from(self.number()?).map_err(|_| LibraryError::Length)
    }

    /// A signed number.
    pub fn signed(&mut self) -> Result<i64, LibraryError> {
        let zigzag = self.number()?;
        Ok((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64))
    }

    /// The number of things that follow; each takes at least a byte, so no more than there are bytes left.
    pub fn count(&mut self) -> Result<usize, LibraryError> {
        let count: usize = self.small()?;
        if count > self.rest.len() {
            Err(LibraryError::Length)
        } else {
            Ok(count)
        }
    }

    /// A list, its length first.
    pub fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, LibraryError>,
    ) -> Result<Vec<T>, LibraryError> {
        let count = self.count()?;
        let mut list = Vec::with_capacity(count);
        for _ in 0..count {
            list.push(item(self)?);
        }
        Ok(list)
    }

    /// Bytes, their number first.
    pub fn blob(&mut self) -> Result<&'a [u8], LibraryError> {
        let count = self.count()?;
        self.take(count)
    }

    /// Text, its length in bytes first.
    pub fn text(&mut self) -> Result<&'a str, LibraryError> {
        std::str::from_utf8(self.blob()?).map_err(|_| LibraryError::Length)
    }
}

/// Appends numbers to a vector.
#[cfg(feature = "build")]
#[derive(Default)]
pub struct Writer {
    /// What has been written.
    pub bytes: Vec<u8>,
}

#[cfg(feature = "build")]
impl Writer {
    /// One byte.
    pub fn byte(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// An unsigned number.
    pub fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A signed number.
    pub fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }

    /// A list, its length first.
    pub fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        for i in items {
            item(self, i);
        }
    }

    /// Bytes, their number first.
    pub fn blob(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }
}
