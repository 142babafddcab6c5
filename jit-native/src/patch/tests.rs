//! Every hole kind at its range limits: the outermost values that fit, the first that do not, and that a refusal
//! leaves the code as it was.

use super::*;

const PLACE: u64 = 0x7000_0000_1000;

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
fn ranges_of_absolute_values() {
    let (i32_min, i32_max) = (i64::from(i32::MIN), i64::from(i32::MAX));
    limits(HoleKind::X86Abs8, 0, &[-128, 127], &[-129, 128]);
    limits(
        HoleKind::X86Abs32,
        0,
        &[i32_min, i32_max],
        &[i32_min - 1, i32_max + 1],
    );
    limits(
        HoleKind::X86AbsU32,
        0,
        &[0, 0xffff_ffff],
        &[-1, 0x1_0000_0000],
    );
    limits(HoleKind::X86Abs64, 0, &[i64::MIN, i64::MAX], &[]);
    for kind in [HoleKind::A64MovLow, HoleKind::A64MovHigh] {
        limits(
            kind,
            0,
            &[i32_min, -1, 0, i32_max],
            &[i32_min - 1, i32_max + 1],
        );
    }
    limits(HoleKind::A64Add12, 0, &[0, 4095], &[-1, 4096]);
    limits(HoleKind::A64Sub12, 0, &[0, -4095], &[1, -4096, i64::MIN]);
    limits(HoleKind::A64Lsl, 0, &[0, 63], &[-1, 64]);
    limits(HoleKind::A64Shr, 0, &[0, 63], &[-1, 64]);
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
        limits(
            HoleKind::A64Ldst12,
            word,
            &[0, 4095 * size],
            &[-size, 4096 * size],
        );
        if size > 1 {
            limits(HoleKind::A64Ldst12, word, &[], &[size - 1]);
        }
    }
}

#[test]
fn ranges_of_distances() {
    let place = PLACE as i64;
    let around = |bytes: i64, step: i64| {
        (
            [place - bytes, place + bytes - step],
            [place - bytes - step, place + bytes],
        )
    };
    for (kind, reach, step) in [
        (HoleKind::X86Rel32, 1i64 << 31, 1),
        (HoleKind::A64Branch26, 1 << 27, 4),
        (HoleKind::A64Branch19, 1 << 20, 4),
        (HoleKind::A64Page21, 1 << 32, 4096),
    ] {
        let (fits, refused) = around(reach, step);
        limits(kind, 0, &fits, &refused);
    }
    limits(HoleKind::A64Branch26, 0, &[], &[place + 2]);
    limits(HoleKind::A64Branch19, 0, &[], &[place + 2]);
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
        (HoleKind::A64Mov1, 0xf2a0_0000, 0xabcd_0000, 0xf2b5_79a0), // movk x0, #0xabcd, lsl #16
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
