//! Filling holes: one rule per relocation kind, each with its range checked. A value that does not fit is an error;
//! nothing ever wraps.
//!
//! The rules are those of the two architectures' ELF relocations of like name. Start with [`fill`].

use stencils::library::HoleKind;

/// A value that its hole cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hole of kind {kind:?} cannot hold {value:#x}")]
pub struct HoleError {
    /// The hole's kind.
    pub kind: HoleKind,
    /// What should go in: for relative kinds, the distance.
    pub value: i64,
}

/// Fills the hole that starts at `code[0]`, which lies at address `p`, with the value `v` (the addend is in it).
///
/// # Errors
/// When the value does not fit.
///
/// # Panics
/// When `code` is shorter than [`HoleKind::size`].
#[inline]
pub fn fill(code: &mut [u8], kind: HoleKind, v: i64, p: i64) -> Result<(), HoleError> {
    match kind {
        HoleKind::X86Abs32 => put32(code, kind, v),
        HoleKind::X86Rel32 => put32(code, kind, v.wrapping_sub(p)),
        HoleKind::X86Abs64 => {
            code[..8].copy_from_slice(&v.to_le_bytes());
            Ok(())
        }
        HoleKind::X86Abs8 => {
            let small = i8::try_from(v).map_err(|_| HoleError { kind, value: v })?;
            code[0] = small as u8;
            Ok(())
        }
        HoleKind::X86AbsU32 => {
            let small = u32::try_from(v).map_err(|_| HoleError { kind, value: v })?;
            code[..4].copy_from_slice(&small.to_le_bytes());
            Ok(())
        }
        _ => fill_a64(code, kind, v, p),
    }
}

fn put32(code: &mut [u8], kind: HoleKind, value: i64) -> Result<(), HoleError> {
    let small = i32::try_from(value).map_err(|_| HoleError { kind, value })?;
    code[..4].copy_from_slice(&small.to_le_bytes());
    Ok(())
}

fn fill_a64(code: &mut [u8], kind: HoleKind, v: i64, p: i64) -> Result<(), HoleError> {
    let old = u32::from_le_bytes([code[0], code[1], code[2], code[3]]);
    let half = |shift: u32| ((v >> shift) & 0xffff) as u32;
    let wide = |shift| Ok(field(old, 5, 16, half(shift)));
    let new = match kind {
        HoleKind::A64MovLow => {
            i32::try_from(v).map_err(|_| HoleError { kind, value: v })?;
            let (base, bits) = if v < 0 {
                (0x9280_0000, !half(0) & 0xffff)
            } else {
                (0xd280_0000, half(0))
            };
            Ok(base | bits << 5 | old & 31)
        }
        HoleKind::A64MovHigh => {
            i32::try_from(v).map_err(|_| HoleError { kind, value: v })?;
            Ok(0xf2a0_0000 | half(16) << 5 | old & 31)
        }
        HoleKind::A64Mov0 => wide(0),
        HoleKind::A64Mov1 => wide(16),
        HoleKind::A64Mov2 => wide(32),
        HoleKind::A64Mov3 => wide(48),
        HoleKind::A64Add12 => scaled(old, kind, v, 0),
        HoleKind::A64Ldst12 => scaled(old, kind, v, size_log2(old)),
        HoleKind::A64PageAdd12 => scaled(old, kind, v & 0xfff, 0),
        HoleKind::A64PageLdst12 => scaled(old, kind, v & 0xfff, size_log2(old)),
        HoleKind::A64Branch26 => branch(old, kind, v.wrapping_sub(p), 0, 26),
        HoleKind::A64Branch19 => branch(old, kind, v.wrapping_sub(p), 5, 19),
        HoleKind::A64Page21 => page(old, kind, (v >> 12) - (p >> 12)),
        HoleKind::A64Sub12 => scaled(old, kind, v.wrapping_neg(), 0),
        HoleKind::A64Lsl | HoleKind::A64Shr if !(0..64).contains(&v) => {
            Err(HoleError { kind, value: v })
        }
        HoleKind::A64Lsl => {
            let shift = v as u32;
            Ok(field(
                field(old, 16, 6, (64 - shift) % 64),
                10,
                6,
                63 - shift,
            ))
        }
        HoleKind::A64Shr => Ok(field(old, 16, 6, v as u32)),
        HoleKind::X86Abs8
        | HoleKind::X86AbsU32
        | HoleKind::X86Abs32
        | HoleKind::X86Abs64
        | HoleKind::X86Rel32 => Err(HoleError { kind, value: v }),
    }?;
    code[..4].copy_from_slice(&new.to_le_bytes());
    Ok(())
}

/// An instruction with a field replaced.
fn field(old: u32, at: u32, width: u32, value: u32) -> u32 {
    let mask = ((1u32 << width) - 1) << at;
    old & !mask | (value << at) & mask
}

/// The size of a load's or store's access.
fn size_log2(instruction: u32) -> u32 {
    let quad = instruction >> 26 & 1 != 0 && instruction >> 23 & 1 != 0 && instruction >> 30 == 0;
    if quad { 4 } else { instruction >> 30 }
}

fn scaled(old: u32, kind: HoleKind, value: i64, size_log2: u32) -> Result<u32, HoleError> {
    let units = value >> size_log2;
    if units << size_log2 != value || !(0..4096).contains(&units) {
        return Err(HoleError { kind, value });
    }
    Ok(field(old, 10, 12, units as u32))
}

fn branch(old: u32, kind: HoleKind, distance: i64, at: u32, width: u32) -> Result<u32, HoleError> {
    let limit = 1i64 << (width + 1);
    if distance & 3 != 0 || !(-limit..limit).contains(&distance) {
        return Err(HoleError {
            kind,
            value: distance,
        });
    }
    Ok(field(old, at, width, (distance >> 2) as u32))
}

fn page(old: u32, kind: HoleKind, pages: i64) -> Result<u32, HoleError> {
    if !(-(1 << 20)..1 << 20).contains(&pages) {
        return Err(HoleError { kind, value: pages });
    }
    let low = field(old, 29, 2, pages as u32 & 3);
    Ok(field(low, 5, 19, (pages >> 2) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use HoleKind::*;

    fn a64(old: u32, kind: HoleKind, v: i64, p: i64) -> Result<u32, HoleError> {
        let mut code = old.to_le_bytes();
        fill(&mut code, kind, v, p).map(|()| u32::from_le_bytes(code))
    }

    #[test]
    fn x86_holes_hold_what_fits_and_no_more() {
        let mut code = [0; 8];
        for v in [i64::from(i32::MIN), -1, 0, i64::from(i32::MAX)] {
            fill(&mut code, X86Abs32, v, 7).unwrap();
            assert_eq!(
                i64::from(i32::from_le_bytes(code[..4].try_into().unwrap())),
                v
            );
            fill(&mut code, X86Rel32, v + 4096, 4096).unwrap();
            assert_eq!(
                i64::from(i32::from_le_bytes(code[..4].try_into().unwrap())),
                v
            );
        }
        for v in [
            i64::from(i32::MIN) - 1,
            i64::from(i32::MAX) + 1,
            i64::MAX,
            i64::MIN,
        ] {
            assert!(fill(&mut code, X86Abs32, v, 0).is_err());
            assert!(fill(&mut code, X86Rel32, v, 0).is_err());
        }
        assert!(
            fill(&mut code, X86Abs8, 127, 0).is_ok() && fill(&mut code, X86Abs8, -128, 0).is_ok()
        );
        assert!(
            fill(&mut code, X86Abs8, 128, 0).is_err() && fill(&mut code, X86Abs8, -129, 0).is_err()
        );
        assert!(fill(&mut code, X86AbsU32, (1 << 32) - 1, 0).is_ok());
        assert!(
            fill(&mut code, X86AbsU32, 1 << 32, 0).is_err()
                && fill(&mut code, X86AbsU32, -1, 0).is_err()
        );
        fill(&mut code, X86Abs64, i64::MIN + 5, 0).unwrap();
        assert_eq!(i64::from_le_bytes(code), i64::MIN + 5);
    }

    #[test]
    fn a64_branches_reach_as_far_as_they_do() {
        for (kind, reach) in [(A64Branch26, 1i64 << 27), (A64Branch19, 1 << 20)] {
            assert!(a64(0x5400_0000, kind, reach - 4, 0).is_ok());
            assert!(a64(0x5400_0000, kind, 0, reach).is_ok());
            assert!(a64(0x5400_0000, kind, reach, 0).is_err());
            assert!(a64(0x5400_0000, kind, 0, reach + 4).is_err());
            assert!(a64(0x5400_0000, kind, 2, 0).is_err());
        }
        // b.ne .+8; b .-4
        assert_eq!(a64(0x5400_0001, A64Branch19, 8, 0), Ok(0x5400_0041));
        assert_eq!(a64(0x1400_0000, A64Branch26, 0, 4), Ok(0x17ff_ffff));
    }

    #[test]
    fn a64_moves_make_any_signed_32_bit_value() {
        // x9: movz x9, 0x5678; movk x9, 0x1234, lsl 16
        assert_eq!(
            a64(9, A64MovLow, 0x1234_5678, 0),
            Ok(0xd280_0009 | 0x5678 << 5)
        );
        assert_eq!(
            a64(9, A64MovHigh, 0x1234_5678, 0),
            Ok(0xf2a0_0009 | 0x1234 << 5)
        );
        // movn x9, 0; movk x9, 0xffff, lsl 16
        assert_eq!(a64(9, A64MovLow, -1, 0), Ok(0x9280_0009));
        assert_eq!(a64(9, A64MovHigh, -1, 0), Ok(0xf2a0_0009 | 0xffff << 5));
        assert!(a64(9, A64MovLow, 1 << 31, 0).is_err());
        assert!(a64(9, A64MovHigh, -(1 << 31) - 1, 0).is_err());
        assert_eq!(
            a64(0xf2e0_0003, A64Mov3, i64::MIN, 0),
            Ok(0xf2e0_0003 | 0x8000 << 5)
        );
    }

    #[test]
    fn a64_offsets_are_scaled_by_the_access() {
        // ldr x1, [x2]; ldrb w1, [x2]; ldr q1, [x2]
        assert_eq!(a64(0xf940_0041, A64Ldst12, 32760, 0), Ok(0xf97f_fc41));
        assert!(a64(0xf940_0041, A64Ldst12, 32768, 0).is_err());
        assert!(a64(0xf940_0041, A64Ldst12, 4, 0).is_err());
        assert_eq!(a64(0x3940_0041, A64Ldst12, 4095, 0), Ok(0x397f_fc41));
        assert_eq!(a64(0x3dc0_0041, A64Ldst12, 16, 0), Ok(0x3dc0_0441));
        assert!(a64(0x3dc0_0041, A64Ldst12, 8, 0).is_err());
        assert_eq!(a64(0x9100_0041, A64Add12, 4095, 0), Ok(0x913f_fc41));
        assert!(a64(0x9100_0041, A64Add12, 4096, 0).is_err());
        assert!(a64(0x9100_0041, A64Add12, -1, 0).is_err());
        assert_eq!(a64(0xd100_0041, A64Sub12, -4095, 0), Ok(0xd13f_fc41));
        assert!(a64(0xd100_0041, A64Sub12, 1, 0).is_err());
        assert!(a64(0xd100_0041, A64Sub12, i64::MIN, 0).is_err());
    }

    #[test]
    fn a64_shifts_are_fields() {
        // lsl x1, x2, #3 is ubfm x1, x2, #61, #60; asr x1, x2, #63
        assert_eq!(a64(0xd340_0041, A64Lsl, 3, 0), Ok(0xd37d_f041));
        assert_eq!(a64(0xd340_0041, A64Lsl, 0, 0), Ok(0xd340_fc41));
        assert_eq!(a64(0x9340_fc41, A64Shr, 63, 0), Ok(0x937f_fc41));
        assert!(a64(0xd340_0041, A64Lsl, 64, 0).is_err());
        assert!(a64(0x9340_fc41, A64Shr, -1, 0).is_err());
    }

    #[test]
    fn a64_pages_are_counted_from_the_instruction() {
        assert_eq!(a64(0x9000_0000, A64Page21, 0x5123, 0x1ffc), Ok(0x9000_0020));
        assert!(a64(0x9000_0000, A64Page21, 1 << 32, 0).is_err());
        assert!(a64(0x9000_0000, A64Page21, (1 << 32) - 1, 0).is_ok());
        assert!(a64(0x9000_0000, A64Page21, 0, 1 << 32).is_ok());
        assert_eq!(
            a64(0x9100_0000, A64PageAdd12, 0x5123, 0),
            Ok(0x9100_0000 | 0x123 << 10)
        );
    }
}
