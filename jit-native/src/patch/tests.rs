//! Every hole kind at its range limits: the outermost values that fit, the first that do not, and that a refusal
//! leaves the code as it was.

use super::*;
use std::collections::BTreeSet;

const PLACE: u64 = 0x7000_0000_1000;

/// How a kind is held to its range.
enum Range {
    /// The value itself, from the first to the second.
    Values(i64, i64),
    /// The distance from the hole, so many bytes back and, but for a step, forth.
    Distances { reach: i64, step: i64 },
    /// Any value: only some of its bits count.
    Any,
    /// It depends on the size of the access: see [`ranges_of_scaled_offsets`].
    Scaled,
}

/// The range of every kind. Without a wildcard: a new kind does not compile until it has one.
fn range(kind: HoleKind) -> Range {
    const I32: Range = Range::Values(i32::MIN as i64, i32::MAX as i64);
    match kind {
        HoleKind::X86Abs8 => Range::Values(-128, 127),
        HoleKind::X86Abs32 | HoleKind::A64MovLow | HoleKind::A64MovHigh => I32,
        HoleKind::X86AbsU32 => Range::Values(0, u32::MAX as i64),
        HoleKind::X86Abs64 => Range::Any,
        HoleKind::A64Mov0 | HoleKind::A64Mov1 | HoleKind::A64Mov2 | HoleKind::A64Mov3 => Range::Any,
        HoleKind::A64PageAdd12 => Range::Any,
        HoleKind::A64Add12 => Range::Values(0, 4095),
        HoleKind::A64Sub12 => Range::Values(-4095, 0),
        HoleKind::A64Lsl | HoleKind::A64Shr => Range::Values(0, 63),
        HoleKind::X86Rel32 => distances(1 << 31, 1),
        HoleKind::A64Branch26 => distances(1 << 27, 4),
        HoleKind::A64Branch19 => distances(1 << 20, 4),
        HoleKind::A64Page21 => distances(1 << 32, 4096),
        HoleKind::A64Ldst12 | HoleKind::A64PageLdst12 => Range::Scaled,
    }
}

fn distances(reach: i64, step: i64) -> Range {
    Range::Distances { reach, step }
}

fn patched(kind: HoleKind, word: u32, value: i64) -> Result<u64, PatchError> {
    let mut code = [0u8; 8];
    code[..4].copy_from_slice(&word.to_le_bytes());
    let before = code;
    let outcome = patch_hole(&mut code, 0, kind, value, PLACE);
    if outcome.is_err() {
        assert_eq!(code, before, "a refused patch changed the code");
    }
    outcome.map(|()| u64::from_le_bytes(code))
}

fn limits(kind: HoleKind, word: u32, fits: &[i64], refused: &[i64]) {
    for value in fits {
        assert!(
            patched(kind, word, *value).is_ok(),
            "{kind:?} refuses {value:#x}"
        );
    }
    for value in refused {
        assert!(
            patched(kind, word, *value).is_err(),
            "{kind:?} takes {value:#x}"
        );
    }
}

#[test]
fn every_kind_takes_just_its_range() {
    let place = PLACE as i64;
    let kinds = (0..=u8::MAX).filter_map(HoleKind::from_number);
    let mut count = 0;
    for kind in kinds {
        count += 1;
        match range(kind) {
            Range::Values(least, most) => {
                let middle = least.midpoint(most);
                let beyond = [least - 1, most + 1, i64::MIN, i64::MAX];
                limits(kind, 0, &[least, middle, most], &beyond);
            }
            Range::Distances { reach, step } => {
                let fits = [place - reach, place, place + reach - step];
                let beyond = [place - reach - step, place + reach, i64::MIN, i64::MAX];
                limits(kind, 0, &fits, &beyond);
            }
            Range::Any => limits(kind, 0, &[i64::MIN, -1, 0, 1, i64::MAX], &[]),
            Range::Scaled => {}
        }
    }
    assert_eq!(count, 21, "all kinds there are");
    // A branch goes to whole instructions.
    for kind in [HoleKind::A64Branch26, HoleKind::A64Branch19] {
        limits(kind, 0, &[], &[place + 1, place + 2, place - 1]);
    }
}

#[test]
fn ranges_of_scaled_offsets() {
    for (word, size) in [
        (0x3900_0000, 1),
        (0x7900_0000, 2),
        (0xb900_0000, 4),
        (0xf900_0000, 8),
        (0x3d80_0000, 16),
    ] {
        let (kind, page) = (HoleKind::A64Ldst12, HoleKind::A64PageLdst12);
        let beyond = [-size, 4096 * size, i64::MIN, i64::MAX - (size - 1)];
        limits(kind, word, &[0, 4095 * size], &beyond);
        // Only the place within the page counts, and all of a page is in reach.
        limits(
            page,
            word,
            &[0, 4096 - size, PLACE as i64 + size, -size],
            &[],
        );
        if size > 1 {
            limits(kind, word, &[], &[1, size - 1]);
            limits(page, word, &[], &[1, size - 1, 4095]);
        }
    }
}

/// What a kind changes beyond its hole, over all values in its range that differ in one bit: nothing.
#[test]
fn patching_again_leaves_what_the_last_time_alone_leaves() {
    let place = PLACE as i64;
    for kind in (0..=u8::MAX).filter_map(HoleKind::from_number) {
        let values = (0..63)
            .map(|bit| 1i64 << bit)
            .flat_map(|bit| [bit, -bit, place + bit, place - bit]);
        let fitting: Vec<i64> = values
            .filter(|value| patched(kind, 0, *value).is_ok())
            .collect();
        let mut results = BTreeSet::new();
        for pair in fitting.windows(2) {
            let mut code = [0u8; 8];
            for value in pair {
                patch_hole(&mut code, 0, kind, *value, PLACE).expect("it has fitted before");
            }
            let (twice, once) = (u64::from_le_bytes(code), patched(kind, 0, pair[1]));
            assert_eq!(
                Ok(twice),
                once,
                "{kind:?} of {:#x} after {:#x}",
                pair[1],
                pair[0]
            );
            results.insert(twice);
        }
        assert!(results.len() > 3, "{kind:?} distinguishes values");
    }
}

#[test]
fn a_signed_immediate_of_two_instructions_has_every_value() {
    for value in [
        0i64,
        1,
        -1,
        0xffff,
        0x1_0000,
        -0x1_0000,
        -0xffff,
        0x7fff_ffff,
        -0x8000_0000,
        -0x1234_5678,
    ] {
        let low = patched(HoleKind::A64MovLow, 9, value).unwrap() as u32;
        let high = patched(HoleKind::A64MovHigh, 9, value).unwrap() as u32;
        let bits = u64::from(low >> 5 & 0xffff);
        let start = if low & 0x4000_0000 == 0 { !bits } else { bits };
        let end = start & !0xffff_0000 | u64::from(high >> 5 & 0xffff) << 16;
        assert_eq!(end as i64, value);
        assert_eq!((low & 31, high & 31), (9, 9), "the register stays");
    }
}

#[test]
fn fields_land_where_the_architecture_has_them() {
    // Words from `aarch64-linux-gnu-as`: the instruction with a zero field, the value, the instruction wanted.
    let place = PLACE as i64;
    for (kind, word, value, wanted) in [
        (HoleKind::A64Add12, 0x9100_0000u32, 4095, 0x913f_fc00u32), // add x0, x0, #4095
        (HoleKind::A64Sub12, 0xd100_0000, -1, 0xd100_0400),         // sub x0, x0, #1
        (HoleKind::A64Ldst12, 0xf940_0000, 8, 0xf940_0400),         // ldr x0, [x0, #8]
        (HoleKind::A64Branch26, 0x1400_0000, place - 4, 0x17ff_ffff), // b .-4
        (HoleKind::A64Branch19, 0x5400_0001, place + 8, 0x5400_0041), // b.ne .+8
        (
            HoleKind::A64Page21,
            0x9000_0000,
            place + 0x1000,
            0xb000_0000,
        ), // adrp x0, next page
        (HoleKind::A64Lsl, 0xd340_0000, 4, 0xd37c_ec00),            // lsl x0, x0, #4
        (HoleKind::A64Shr, 0xd340_fc00, 4, 0xd344_fc00),            // lsr x0, x0, #4
        (HoleKind::A64Mov0, 0xd280_0000, 0xabcd, 0xd295_79a0),      // movz x0, #0xabcd
        (HoleKind::A64Mov1, 0xf2a0_0000, 0xabcd_0000, 0xf2b5_79a0), // movk x0, #0xabcd, lsl #16
        (HoleKind::A64Mov2, 0xf2c0_0000, 0xabcd << 32, 0xf2d5_79a0), // movk x0, #0xabcd, lsl #32
        (HoleKind::A64Mov3, 0xf2e0_0000, -1 << 48, 0xf2ff_ffe0),    // movk x0, #0xffff, lsl #48
        (
            HoleKind::A64PageAdd12,
            0x9100_0000,
            place + 0xabc,
            0x912a_f000,
        ), // add x0, x0, #0xabc
        (
            HoleKind::A64PageLdst12,
            0xf940_0000,
            place + 0x8,
            0xf940_0400,
        ), // ldr x0, [x0, #8]
    ] {
        assert_eq!(
            patched(kind, word, value).unwrap() as u32,
            wanted,
            "{kind:?}"
        );
    }
}

#[test]
fn a_hole_outside_the_code_is_refused() {
    let mut code = [0u8; 4];
    for offset in [1, 4, usize::MAX] {
        let outcome = patch_hole(&mut code, offset, HoleKind::X86Abs32, 0, 0);
        assert_eq!(
            outcome,
            Err(PatchError::OutsideCode {
                kind: HoleKind::X86Abs32,
                offset
            })
        );
    }
}
