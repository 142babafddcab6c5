//! Copies one stencil and fills its fields and holes: as plainly as the library's documentation says it.

use jit_native::compiled::{Fixup, FixupTarget};
use stencils::library::{Field, HoleKind, HoleValue, Library, Reg, Stencil};

/// What a copy is filled with.
#[derive(Default)]
pub struct Fill<'a> {
    /// The register of each input.
    pub inputs: &'a [Reg],
    /// The register of the result.
    pub result: Option<Reg>,
    /// The immediates.
    pub immediates: &'a [i64],
    /// The exit's place in the code.
    pub exit: usize,
    /// Take immediate 0 for the address of the slot of this exit.
    pub slot: Option<u32>,
}

/// Appends a copy of a stencil to `code`. What publishing must fill in goes to `fixups`.
pub fn copy(
    library: &Library,
    stencil: &Stencil,
    fill: &Fill,
    code: &mut Vec<u8>,
    fixups: &mut Vec<Fixup>,
) {
    let at = code.len();
    code.extend(&stencil.code);
    for field in &stencil.fields {
        let reg = if field.operand == Field::RESULT {
            fill.result
        } else {
            Some(fill.inputs[field.operand as usize])
        };
        let number =
            library.registers.registers[reg.expect("a result's register").0 as usize].number;
        for (n, bit) in field.bits.iter().enumerate() {
            code[at + *bit as usize / 8] |= (number >> n & 1) << (bit % 8);
        }
    }
    for hole in &stencil.holes {
        let place = at + hole.offset as usize;
        let (kind, addend) = (hole.kind, hole.addend);
        let mut fixup = |target| {
            fixups.push(Fixup {
                offset: place as u32,
                kind,
                target,
                addend,
            })
        };
        let value = match (hole.value, fill.slot) {
            (HoleValue::Imm(0), Some(slot)) => {
                fixup(FixupTarget::ExitSlot(slot));
                continue;
            }
            (HoleValue::Constant(offset), _) => {
                fixup(FixupTarget::Constant(offset));
                continue;
            }
            (HoleValue::Imm(n), _) => fill.immediates[n as usize],
            // A branch only depends on the distance.
            (HoleValue::Exit, _) => fill.exit as i64,
        };
        hole_bytes(
            kind,
            value.wrapping_add(i64::from(addend)),
            place as i64,
            &mut code[place..],
        );
    }
}

fn hole_bytes(kind: HoleKind, v: i64, p: i64, code: &mut [u8]) {
    use HoleKind::*;
    match kind {
        X86Abs8 => code[0] = i8::try_from(v).expect("8 bits") as u8,
        X86Abs32 => code[..4].copy_from_slice(&i32::try_from(v).expect("32 bits").to_le_bytes()),
        X86AbsU32 => code[..4].copy_from_slice(&u32::try_from(v).expect("32 bits").to_le_bytes()),
        X86Rel32 => {
            code[..4].copy_from_slice(&i32::try_from(v - p).expect("32 bits").to_le_bytes())
        }
        X86Abs64 => code[..8].copy_from_slice(&v.to_le_bytes()),
        _ => {
            let word = u32::from_le_bytes([code[0], code[1], code[2], code[3]]);
            code[..4].copy_from_slice(&a64(kind, word, v, p).to_le_bytes());
        }
    }
}

fn a64(kind: HoleKind, word: u32, v: i64, p: i64) -> u32 {
    use HoleKind::*;
    let unsigned = |value: i64, bits: u32| {
        assert!((0..1 << bits).contains(&value), "{value} in {bits} bits");
        value as u32
    };
    let branch = |bits: u32| {
        let distance = (v - p) / 4;
        assert!((-1i64 << (bits - 1)..1 << (bits - 1)).contains(&distance) && (v - p) % 4 == 0);
        distance as u32 & ((1 << bits) - 1)
    };
    let half = |n: u32| (v >> (16 * n)) as u32 & 0xffff;
    match kind {
        A64MovLow if v < 0 => 0x9280_0000 | (word & 31) | (!half(0) & 0xffff) << 5,
        A64MovLow => 0xd280_0000 | (word & 31) | half(0) << 5,
        A64MovHigh => 0xf2a0_0000 | (word & 31) | half(1) << 5,
        A64Mov0 => word | half(0) << 5,
        A64Mov1 => word | half(1) << 5,
        A64Mov2 => word | half(2) << 5,
        A64Mov3 => word | half(3) << 5,
        A64Add12 => word | unsigned(v, 12) << 10,
        A64Sub12 => word | unsigned(-v, 12) << 10,
        A64Ldst12 => word | unsigned(scaled(word, v), 12) << 10,
        A64Branch26 => word | branch(26),
        A64Branch19 => word | branch(19) << 5,
        A64Lsl => word | unsigned((64 - v) % 64, 6) << 16 | unsigned(63 - v, 6) << 10,
        A64Shr => word | unsigned(v, 6) << 16,
        _ => panic!("{kind:?} outside of constants, or of another architecture"),
    }
}

/// An offset in units of what a load or store moves.
fn scaled(word: u32, v: i64) -> i64 {
    let log2 = if word & 0x0480_0000 == 0x0480_0000 {
        4
    } else {
        word >> 30
    };
    assert_eq!(
        v & ((1 << log2) - 1),
        0,
        "an offset that is no multiple of the size"
    );
    v >> log2
}
