//! Compares outputs, byte by byte.
//!
//! Never forgives white space. Start at [`same`].

use anyhow::{Result, bail};

/// Succeeds when both are the same.
///
/// # Errors
/// When they are not; the error shows the first line that differs.
pub fn same(expected: &[u8], found: &[u8]) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    let expected = String::from_utf8_lossy(expected);
    let found = String::from_utf8_lossy(found);
    let mut pairs = expected.split('\n').zip(found.split('\n')).enumerate();
    match pairs.find(|(_, (a, b))| a != b) {
        Some((index, (a, b))) => bail!("line {}: expected {a:?}, found {b:?}", index + 1),
        None => bail!("{} bytes expected, {} found", expected.len(), found.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown() {
        assert!(same(b"a\nb\n", b"a\nb\n").is_ok());
        let error = same(b"a\nb\nc\n", b"a\nx\ny\n").unwrap_err();
        assert_eq!(error.to_string(), "line 2: expected \"b\", found \"x\"");
        assert!(same(b"a", b"a\n").is_err());
        assert!(same(b"\xff", b"\xfe").is_err());
    }
}
