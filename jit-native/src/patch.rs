//! Filling holes: one function, one rule per [`HoleKind`], every range checked, nothing ever wraps silently.
//!
//! A rule changes the bits of its hole and no others, so patching a hole twice leaves what patching it the second
//! time alone would have left. `jit-native/src/patch/tests.rs` holds each kind to its range limits.

use crate::faults::{Fault, planted};
use stencils::library::HoleKind;

#[cfg(test)]
mod tests;

/// Why a hole cannot be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The value does not fit the hole.
    #[error("{value:#x} at {place:#x} is out of range for a hole of kind {kind:?}")]
    OutOfRange {
        /// The hole's kind.
        kind: HoleKind,
        /// What should have gone into it.
        value: i64,
        /// The hole's address.
        place: u64,
    },
    /// The hole does not lie within the code.
    #[error("a hole of kind {kind:?} at byte {offset} is outside of the code")]
    OutsideCode {
        /// The hole's kind.
        kind: HoleKind,
        /// Its byte offset.
        offset: usize,
    },
}

/// Fills the hole of that kind at a byte offset of `code` with `value` (its addend already added); `place` is the
/// address that the hole's first byte will have when the code runs.
///
/// # Errors
/// When the value does not fit, or the hole is not within the code. The code is then unchanged.
pub fn patch_hole(
    code: &mut [u8],
    offset: usize,
    kind: HoleKind,
    value: i64,
    place: u64,
) -> Result<(), PatchError> {
    let outside = PatchError::OutsideCode { kind, offset };
    let end = offset.checked_add(kind.size()).ok_or(outside)?;
    let bytes = code.get_mut(offset..end).ok_or(outside)?;
    let fail = PatchError::OutOfRange { kind, value, place };
    match kind {
        HoleKind::X86Abs8 => bytes[0] = i8::try_from(value).map_err(|_| fail)? as u8,
        HoleKind::X86Abs32 | HoleKind::X86Rel32 if planted(Fault::WideValueWraps) => {
            let base = if kind == HoleKind::X86Rel32 { place } else { 0 };
            let wrapped = value.wrapping_sub(base as i64) as i32;
            bytes.copy_from_slice(&wrapped.to_le_bytes());
        }
        HoleKind::X86Abs32 => {
            bytes.copy_from_slice(&i32::try_from(value).map_err(|_| fail)?.to_le_bytes());
        }
        HoleKind::X86AbsU32 => {
            bytes.copy_from_slice(&u32::try_from(value).map_err(|_| fail)?.to_le_bytes());
        }
        HoleKind::X86Abs64 => bytes.copy_from_slice(&value.to_le_bytes()),
        HoleKind::X86Rel32 => {
            let distance = i32::try_from(value.wrapping_sub(place as i64)).map_err(|_| fail)?;
            bytes.copy_from_slice(&distance.to_le_bytes());
        }
        _ => {
            let old = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let new = patch_word(old, kind, value, place).ok_or(fail)?;
            bytes.copy_from_slice(&new.to_le_bytes());
        }
    }
    Ok(())
}

/// The instruction word with its hole filled, or nothing when the value does not fit.
fn patch_word(word: u32, kind: HoleKind, value: i64, place: u64) -> Option<u32> {
    /// `movz x0, #0` and `movn x0, #0`: 64 bits wide, no shift.
    const MOVZ: u32 = 0xd280_0000;
    const MOVN: u32 = 0x9280_0000;
    /// `movk x0, #0, lsl #16`.
    const MOVK_16: u32 = 0xf2a0_0000;
    let half = |shift: u32| ((value as u64 >> shift) & 0xffff) as u32;
    let register = word & 31;
    Some(match kind {
        HoleKind::A64MovLow => {
            let value = i32::try_from(value).ok()?;
            let (opcode, bits) = if value < 0 {
                (MOVN, !value)
            } else {
                (MOVZ, value)
            };
            opcode | ((bits as u32 & 0xffff) << 5) | register
        }
        HoleKind::A64MovHigh => {
            i32::try_from(value).ok()?;
            MOVK_16 | (half(16) << 5) | register
        }
        HoleKind::A64Mov0 => insert(word, half(0), 5, 16),
        HoleKind::A64Mov1 => insert(word, half(16), 5, 16),
        HoleKind::A64Mov2 => insert(word, half(32), 5, 16),
        HoleKind::A64Mov3 => insert(word, half(48), 5, 16),
        HoleKind::A64Add12 => insert(word, below(value, 1 << 12)?, 10, 12),
        HoleKind::A64Sub12 => insert(word, below(value.checked_neg()?, 1 << 12)?, 10, 12),
        HoleKind::A64PageAdd12 => insert(word, (value & 0xfff) as u32, 10, 12),
        HoleKind::A64Ldst12 => insert(word, scaled(word, value)?, 10, 12),
        HoleKind::A64PageLdst12 => insert(word, scaled(word, value & 0xfff)?, 10, 12),
        HoleKind::A64Branch26 => insert(word, words_away(value, place, 26)?, 0, 26),
        HoleKind::A64Branch19 if planted(Fault::BranchIsForward) => {
            insert(word, words_away(value, place, 19)? & 0x3_ffff, 5, 19)
        }
        HoleKind::A64Branch19 => insert(word, words_away(value, place, 19)?, 5, 19),
        HoleKind::A64Page21 => {
            let pages = (value >> 12).wrapping_sub(place as i64 >> 12);
            let pages = signed(pages, 21)?;
            insert(insert(word, pages & 3, 29, 2), pages >> 2, 5, 19)
        }
        HoleKind::A64Lsl => {
            let count = below(value, 64)?;
            insert(insert(word, (64 - count) % 64, 16, 6), 63 - count, 10, 6)
        }
        HoleKind::A64Shr => insert(word, below(value, 64)?, 16, 6),
        HoleKind::X86Abs8
        | HoleKind::X86Abs32
        | HoleKind::X86AbsU32
        | HoleKind::X86Abs64
        | HoleKind::X86Rel32 => return None,
    })
}

/// `word` with `bits` in the field of that width.
fn insert(word: u32, bits: u32, shift: u32, width: u32) -> u32 {
    let mask = ((1 << width) - 1) << shift;
    (word & !mask) | ((bits << shift) & mask)
}

fn below(value: i64, limit: i64) -> Option<u32> {
    (0..limit).contains(&value).then_some(value as u32)
}

/// The low `width` bits of a value that fits in them, signed.
fn signed(value: i64, width: u32) -> Option<u32> {
    let limit = 1i64 << (width - 1);
    (-limit..limit)
        .contains(&value)
        .then_some(value as u32 & ((1 << width) - 1))
}

/// A branch's distance in instructions.
fn words_away(value: i64, place: u64, width: u32) -> Option<u32> {
    let distance = value.wrapping_sub(place as i64);
    if distance % 4 != 0 {
        None
    } else {
        signed(distance / 4, width)
    }
}

/// The bytes, as a power of two, that an AArch64 load or store moves: the size stands in bits 30 and 31, and 16-byte
/// accesses are those of vector registers (bit 26) with size 0 and bit 23 set.
pub(crate) fn access_log2(word: u32) -> u32 {
    let size = word >> 30;
    if size == 0 && word & (1 << 26) != 0 && word & (1 << 23) != 0 {
        4
    } else {
        size
    }
}

/// A load's or store's offset in units of what it moves.
fn scaled(word: u32, value: i64) -> Option<u32> {
    let log2 = access_log2(word);
    if value % (1 << log2) != 0 {
        None
    } else {
        below(value >> log2, 1 << 12)
    }
}
