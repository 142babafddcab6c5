//! The constants that stencils load: collected from the compiler's read-only sections, each stored once.

use std::collections::HashMap;

/// The constants placed so far.
#[derive(Default)]
pub struct Pool {
    bytes: Vec<u8>,
    known: HashMap<Vec<u8>, usize>,
}

impl Pool {
    /// Makes sure that the byte at offset `at` of a section, with what surrounds it, is in the pool; gives its place there.
    ///
    /// # Errors
    /// When the section has no such byte.
    pub fn place(&mut self, section: &str, data: &[u8], at: i64) -> Result<u32, String> {
        let outside = || format!("offset {at} is outside of {section}");
        let at = usize::try_from(at)
            .ok()
            .filter(|at| *at < data.len())
            .ok_or_else(outside)?;
        // A section of mergeable constants is named after their size; any other is taken as a whole.
        let size = section
            .strip_prefix(".rodata.cst")
            .and_then(|size| size.parse::<usize>().ok());
        let (blob, within) = match size {
            Some(size) if size > 0 => {
                let start = at / size * size;
                (
                    data.get(start..start + size).ok_or_else(outside)?,
                    at - start,
                )
            }
            _ => (data, at),
        };
        let align = blob.len().next_power_of_two().min(16);
        let start = match self.known.get(blob) {
            Some(start) => *start,
            None => {
                self.bytes
                    .resize(self.bytes.len().next_multiple_of(align), 0);
                self.known.insert(blob.to_vec(), self.bytes.len());
                self.bytes.extend(blob);
                self.bytes.len() - blob.len()
            }
        };
        u32::try_from(start + within).map_err(|_| "more than 4 GiB of constants".to_string())
    }

    /// All constants.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_constants_are_stored_once_and_aligned() {
        let mut pool = Pool::default();
        let eights: Vec<u8> = (0..16).collect();
        assert_eq!(pool.place(".rodata.cst8", &eights, 8), Ok(0));
        assert_eq!(pool.place(".rodata.cst16", &[7; 16], 0), Ok(16));
        assert_eq!(pool.place(".rodata.cst8", &eights, 12), Ok(4));
        assert_eq!(pool.place(".rodata.cst8", &eights, 3), Ok(35));
        assert!(pool.place(".rodata.cst8", &eights, 16).is_err());
        assert!(pool.place(".rodata.cst8", &eights, -1).is_err());
    }
}
