//! Immediates whose bits go, shifted, into eight bytes of code: one load, one or, one store, whatever the architecture.
//!
//! A hole has a window when every constant that its pattern takes fits, which is found out when the library is made ready.
//! So nothing is left to check while code is copied. Holes that have none are filled by [`crate::patch`], which checks. Start
//! with [`Window::new`]; the tests hold windows to what the patcher does.

use crate::faults::{Fault, planted};
use crate::patch::access_log2;
use stencils::library::{Hole, HoleKind, ImmRange};

/// How an immediate goes into the eight bytes at some place of a stencil, whose bits there are zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The bits that are left of the value.
    mask: u64,
    addend: i32,
    /// Where the eight bytes start in the stencil.
    at: u8,
    /// How far the value is shifted down, masked, and shifted up.
    down: u8,
    up: u8,
    /// Which immediate.
    imm: u8,
}

/// The bytes of a window.
pub(crate) const WINDOW: usize = 8;

impl Window {
    /// A window that changes nothing.
    pub(crate) const NONE: Window = Window {
        mask: 0,
        addend: 0,
        at: 0,
        down: 0,
        up: 0,
        imm: 0,
    };

    /// The window of a hole in `code` for immediate `imm` of this range, if it has one. Within the first 16 bytes of code
    /// if the hole is.
    pub(crate) fn new(code: &[u8], hole: &Hole, imm: u8, range: &ImmRange) -> Option<Window> {
        let offset = usize::from(hole.offset);
        let word = code.get(offset..offset + 4);
        let word = word.map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let anything = (i64::MIN, i64::MAX);
        // How far down, how many bits, how far up in the hole, and what fits.
        let (down, width, up, (least, most)) = match hole.kind {
            HoleKind::X86Abs8 => (0, 8, 0, (i8::MIN.into(), i8::MAX.into())),
            HoleKind::X86Abs32 => (0, 32, 0, (i32::MIN.into(), i32::MAX.into())),
            HoleKind::X86AbsU32 => (0, 32, 0, (0, u32::MAX.into())),
            HoleKind::X86Abs64 => (0, 64, 0, anything),
            HoleKind::A64Mov0 => (0, 16, 5, anything),
            HoleKind::A64Mov1 => (16, 16, 5, anything),
            HoleKind::A64Mov2 => (32, 16, 5, anything),
            HoleKind::A64Mov3 => (48, 16, 5, anything),
            HoleKind::A64Add12 => (0, 12, 10, (0, 0xfff)),
            HoleKind::A64Ldst12 => {
                let log2 = access_log2(word);
                let below = (1 << log2) - 1;
                if u32::from(range.align_log2) < log2 || i64::from(hole.addend) & below != 0 {
                    return None;
                }
                (log2, 12, 10, (0, 0xfff << log2))
            }
            HoleKind::A64Shr => (0, 6, 16, (0, 63)),
            _ => return None,
        };
        let addend = i128::from(hole.addend);
        let fits = |value: i64| {
            (i128::from(least)..=i128::from(most)).contains(&(i128::from(value) + addend))
        };
        if (least, most) != anything && !(fits(range.min) && fits(range.max)) {
            return None;
        }
        let in_first = offset + hole.kind.size() <= 2 * WINDOW;
        let at = if in_first { offset.min(WINDOW) } else { offset };
        Some(Window {
            mask: u64::MAX >> (64 - width),
            addend: hole.addend,
            at: u8::try_from(at).ok()?,
            down: down as u8,
            up: (up + 8 * (offset - at)) as u8,
            imm,
        })
    }

    /// Whether it lies within the first 16 bytes of its stencil.
    pub(crate) fn is_in_first(&self) -> bool {
        usize::from(self.at) <= WINDOW
    }

    /// Where its eight bytes start in the stencil.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        usize::from(self.at)
    }

    /// Which immediate goes in.
    #[inline]
    pub(crate) fn imm(&self) -> usize {
        if planted(Fault::ImmediateIsFirst) {
            return 0;
        }
        usize::from(self.imm)
    }

    /// What is to be ored into the eight bytes, as a little-endian number.
    #[inline]
    pub(crate) fn bits(&self, value: i64) -> u64 {
        let value = value.wrapping_add(i64::from(self.addend));
        ((value >> (self.down & 63)) as u64 & self.mask) << (self.up & 63)
    }

    /// How far the number of a frame word is to be shifted up to give the bits for its byte offset, if that is all there is
    /// to it.
    pub(crate) fn shift_of_words(&self) -> Option<u8> {
        (self.addend == 0 && self.down <= 3).then(|| 3 - self.down + self.up)
    }

    /// Makes the bits zero that it fills.
    pub(crate) fn clear(&self, code: &mut [u8]) {
        let bits = (self.mask << self.up).to_le_bytes();
        for (byte, bits) in code.iter_mut().skip(self.at()).zip(bits) {
            *byte &= !bits;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::patch_hole;

    fn agrees(kind: HoleKind, code: &[u8], range: ImmRange, values: &[i64]) {
        for offset in (0..=code.len() - kind.size()).filter(|at| kind.size() == 1 || at % 4 == 0) {
            let hole = Hole {
                offset: offset as u16,
                kind,
                value: stencils::library::HoleValue::Imm(0),
                addend: 0,
            };
            let window = Window::new(code, &hole, 0, &range).expect("all values fit");
            for &value in values {
                let mut expected = code.to_vec();
                patch_hole(&mut expected, offset, kind, value, 0).expect("the value fits");
                let mut seen = code.to_vec();
                window.clear(&mut seen);
                seen.resize(code.len() + WINDOW, 0x5a);
                let place = window.at()..window.at() + WINDOW;
                let bytes: [u8; WINDOW] = seen[place.clone()].try_into().unwrap();
                let filled = u64::from_le_bytes(bytes) | window.bits(value);
                seen[place].copy_from_slice(&filled.to_le_bytes());
                assert_eq!(seen[..code.len()], expected, "{kind:?} at {offset}");
                assert!(seen[code.len()..].iter().all(|byte| *byte == 0x5a));
            }
        }
    }

    #[test]
    fn windows_fill_what_the_patcher_fills() {
        let range = |min, max, align_log2| ImmRange {
            min,
            max,
            align_log2,
        };
        let full = range(i64::MIN, i64::MAX, 0);
        let wide = [0, 1, -1, i64::MIN, i64::MAX, 0x0123_4567_89ab_cdef];
        let code = [0xa5; if cfg!(miri) { 24 } else { 40 }];
        agrees(
            HoleKind::X86Abs8,
            &code,
            range(-128, 127, 0),
            &[-128, -1, 0, 127],
        );
        let word = (i64::from(i32::MIN), i64::from(i32::MAX));
        agrees(
            HoleKind::X86Abs32,
            &code,
            range(word.0, word.1, 0),
            &[word.0, -1, 77, word.1],
        );
        agrees(
            HoleKind::X86AbsU32,
            &code,
            range(0, 0xffff_ffff, 0),
            &[0, 1, 0xffff_ffff],
        );
        agrees(HoleKind::X86Abs64, &code, full, &wide);
        for kind in [
            HoleKind::A64Mov0,
            HoleKind::A64Mov1,
            HoleKind::A64Mov2,
            HoleKind::A64Mov3,
        ] {
            agrees(kind, &code, full, &wide);
        }
        agrees(HoleKind::A64Add12, &code, range(0, 4095, 0), &[0, 1, 4095]);
        agrees(HoleKind::A64Shr, &code, range(0, 63, 0), &[0, 1, 63]);
        // ldr x0, [x0]: eight bytes.
        let load = 0xf940_0000u32.to_le_bytes().repeat(10);
        agrees(
            HoleKind::A64Ldst12,
            &load,
            range(0, 4095 * 8, 3),
            &[0, 8, 4095 * 8],
        );
    }

    #[test]
    fn what_might_not_fit_has_no_window() {
        let window = |kind, addend, min, max| {
            let value = stencils::library::HoleValue::Imm(0);
            let hole = Hole {
                offset: 4,
                kind,
                value,
                addend,
            };
            let range = ImmRange {
                min,
                max,
                align_log2: 0,
            };
            Window::new(&[0; 16], &hole, 0, &range)
        };
        assert!(window(HoleKind::X86Abs8, 0, -128, 127).is_some());
        assert!(window(HoleKind::X86Abs8, 0, -128, 128).is_none());
        assert!(window(HoleKind::X86Abs8, 1, -128, 127).is_none());
        assert!(window(HoleKind::X86Abs32, 0, 0, 1 << 31).is_none());
        assert!(window(HoleKind::A64Add12, 0, -1, 4095).is_none());
        assert!(window(HoleKind::A64Sub12, 0, -4095, 0).is_none());
        assert!(window(HoleKind::X86Rel32, 0, 0, 0).is_none());
    }
}
