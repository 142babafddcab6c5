//! Copies one stencil and fills its fields and holes: as plainly as the library's documentation says it.

use stencils::library::{Field, HoleKind, HoleValue, Library, Reg, Stencil};

/// What a copy is filled with.
pub struct Fill<'a> {
    /// The register of each input.
    pub inputs: &'a [Reg],
    /// The register of the result.
    pub result: Option<Reg>,
    /// The immediates.
    pub immediates: &'a [i64],
    /// The address of the exit.
    pub exit: u64,
    /// The address of the library's constants.
    pub constants: u64,
}

/// Copies a stencil to `code[at..]`, which will run at address `base + at`; gives the end.
pub fn copy(
    library: &Library,
    stencil: &Stencil,
    fill: &Fill,
    code: &mut [u8],
    base: u64,
    at: usize,
) -> usize {
    let end = at + stencil.code.len();
    code[at..end].copy_from_slice(&stencil.code);
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
        let value = match hole.value {
            HoleValue::Imm(n) => fill.immediates[n as usize],
            HoleValue::Exit => fill.exit as i64,
            HoleValue::Constant(offset) => fill.constants as i64 + i64::from(offset),
        };
        let place = at + hole.offset as usize;
        hole_bytes(
            hole.kind,
            value.wrapping_add(i64::from(hole.addend)),
            (base + place as u64) as i64,
            &mut code[place..],
        );
    }
    end
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
        A64Page21 => {
            let pages = ((v >> 12) - (p >> 12)) as u32;
            word | (pages & 3) << 29 | (pages >> 2 & 0x7_ffff) << 5
        }
        A64PageAdd12 => word | ((v & 0xfff) as u32) << 10,
        A64PageLdst12 => word | unsigned(scaled(word, v & 0xfff), 12) << 10,
        A64Lsl => word | unsigned((64 - v) % 64, 6) << 16 | unsigned(63 - v, 6) << 10,
        A64Shr => word | unsigned(v, 6) << 16,
        _ => panic!("{kind:?} on AArch64"),
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
