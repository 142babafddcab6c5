//! Addresses as traces hold them: words of 64 bits on every target.
//!
//! Where pointers take 32 bits (in a browser), the upper half of the word is a mark. Addresses there begin near zero, and
//! the "address" of a function is an index into a table; without the mark, a listing that names addresses would take small
//! numbers of the program for them. Whoever follows an address takes its lower half.

/// The upper half of an address word where pointers take 32 bits.
#[cfg(target_pointer_width = "32")]
pub const HIGH_WORD: u32 = 0x6d69_6d65;

/// The word for what is at `pointer`.
#[inline]
pub fn word<T: ?Sized>(pointer: *const T) -> u64 {
    let address = pointer.cast::<()>().expose_provenance() as u64;
    #[cfg(target_pointer_width = "32")]
    let address = address | u64::from(HIGH_WORD) << 32;
    address
}

/// Whether a word may be an address: on a machine of 64 bits, programs lie far above the numbers that they count with.
pub fn looks_like(word: u64) -> bool {
    #[cfg(target_pointer_width = "32")]
    return word >> 32 == u64::from(HIGH_WORD);
    #[cfg(not(target_pointer_width = "32"))]
    (1 << 38..1 << 48).contains(&word)
}

#[cfg(test)]
mod tests {
    use super::{looks_like, word};

    #[test]
    fn the_lower_part_of_a_word_is_the_address() {
        let value = 7_u64;
        let pointer = &raw const value;
        assert_eq!(word(pointer) as usize, pointer.addr());
        // Miri's own addresses are low.
        assert!(looks_like(word(pointer)) || cfg!(miri));
        assert!(!looks_like(7));
    }
}
