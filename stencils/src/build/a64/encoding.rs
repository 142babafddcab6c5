//! Which fields of an AArch64 instruction name registers: a table of the instruction classes that compilers use in
//! straight-line code. Every such field is five bits, at bit 0, 5, 10 or 16. An instruction of no class here is an error.

use crate::table::Type;

/// What an instruction does with the register in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reads it.
    Read,
    /// Writes it.
    Write,
    /// Reads and writes it.
    Both,
}

/// One register field of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The lowest of its bits in the instruction.
    pub bit: u8,
    /// The register's class.
    pub ty: Type,
    /// The register's number.
    pub number: u8,
    /// What happens to it.
    pub access: Access,
    /// Whether number 31 is the stack pointer, not zero.
    pub stack: bool,
}

/// What is known of one instruction.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Its register fields, except those that name the zero register.
    pub places: Vec<Place>,
    /// Whether it changes the flags.
    pub flags: bool,
    /// Whether it stores.
    pub stores: bool,
    /// Whether it calls.
    pub calls: bool,
    /// Whether it is a trap.
    pub traps: bool,
}

/// A class of instructions: those whose bits under the mask are the value. Fields are written as letters for the
/// bits 0, 5, 16 and 10 in that order: `d` written, `m` read and written, `s` read; upper case for a float register, `p`
/// read where 31 is the stack pointer, `q` written where it is, `-` none.
struct Class {
    mask: u32,
    value: u32,
    fields: &'static [u8; 4],
    flags: bool,
}

const fn class(mask: u32, value: u32, fields: &'static [u8; 4]) -> Class {
    Class {
        mask,
        value,
        fields,
        flags: false,
    }
}

const fn setting_flags(mask: u32, value: u32, fields: &'static [u8; 4]) -> Class {
    Class {
        mask,
        value,
        fields,
        flags: true,
    }
}

/// The classes but loads, stores and calls; the first that fits counts.
const CLASSES: &[Class] = &[
    // Immediates: adr, adrp; add, sub; and, orr, eor, ands; movn, movz, movk; sbfm, bfm, ubfm; extr.
    class(0x1f00_0000, 0x1000_0000, b"d---"),
    class(0x3f80_0000, 0x1100_0000, b"qp--"),
    setting_flags(0x3f80_0000, 0x3100_0000, b"dp--"),
    setting_flags(0x7f80_0000, 0x7200_0000, b"ds--"),
    class(0x1f80_0000, 0x1200_0000, b"qs--"),
    class(0x7f80_0000, 0x7280_0000, b"m---"),
    class(0x1f80_0000, 0x1280_0000, b"d---"),
    class(0x7f80_0000, 0x3300_0000, b"ms--"),
    class(0x1f80_0000, 0x1300_0000, b"ds--"),
    class(0x7fa0_0000, 0x1380_0000, b"dss-"),
    // Branches: b.cond; b; cbz, cbnz; tbz, tbnz; br; ret; nop.
    class(0xff00_0010, 0x5400_0000, b"----"),
    class(0xfc00_0000, 0x1400_0000, b"----"),
    class(0x7e00_0000, 0x3400_0000, b"s---"),
    class(0x7e00_0000, 0x3600_0000, b"s---"),
    class(0xffff_fc1f, 0xd61f_0000, b"-s--"),
    class(0xffff_fc1f, 0xd65f_0000, b"-s--"),
    class(0xffff_ffff, 0xd503_201f, b"----"),
    // Registers: and .. ands; add, sub (shifted, extended); adc, sbc; ccmp; csel; two sources; one source; three sources.
    setting_flags(0x7f00_0000, 0x6a00_0000, b"dss-"),
    class(0x1f00_0000, 0x0a00_0000, b"dss-"),
    setting_flags(0x3f20_0000, 0x2b00_0000, b"dss-"),
    class(0x1f20_0000, 0x0b00_0000, b"dss-"),
    setting_flags(0x3fe0_0000, 0x2b20_0000, b"dps-"),
    class(0x1fe0_0000, 0x0b20_0000, b"qps-"),
    setting_flags(0x3fe0_fc00, 0x3a00_0000, b"dss-"),
    class(0x1fe0_fc00, 0x1a00_0000, b"dss-"),
    setting_flags(0x3fe0_0c10, 0x3a40_0000, b"-ss-"),
    setting_flags(0x3fe0_0c10, 0x3a40_0800, b"-s--"),
    class(0x1fe0_0000, 0x1a80_0000, b"dss-"),
    class(0x5fe0_0000, 0x1ac0_0000, b"dss-"),
    class(0x5fe0_0000, 0x5ac0_0000, b"ds--"),
    class(0x1f00_0000, 0x1b00_0000, b"dsss"),
    // Doubles: fcmp (with zero); fmov of a constant; fccmp; two sources; fcsel; one source; three sources.
    setting_flags(0xff20_fc17, 0x1e20_2000, b"-SS-"),
    setting_flags(0xff20_fc17, 0x1e20_2010, b"-SS-"),
    class(0xff20_1fe0, 0x1e20_1000, b"D---"),
    setting_flags(0xff20_0c00, 0x1e20_0400, b"-SS-"),
    class(0xff20_0c00, 0x1e20_0800, b"DSS-"),
    class(0xff20_0c00, 0x1e20_0c00, b"DSS-"),
    class(0xff20_7c00, 0x1e20_4000, b"DS--"),
    class(0xff00_0000, 0x1f00_0000, b"DSSS"),
    // Conversions: scvtf, ucvtf; fmov to a double; fmov from a double; fcvt of any rounding to an integer.
    class(0x7f3e_fc00, 0x1e22_0000, b"Ds--"),
    class(0x7f3f_fc00, 0x1e27_0000, b"Ds--"),
    class(0x7f3f_fc00, 0x1e26_0000, b"dS--"),
    class(0x7f20_fc00, 0x1e20_0000, b"dS--"),
    // Vectors: a constant; cnt and the like; sums across; bit select, insert; three of a kind.
    class(0x9ff8_1400, 0x0f00_1400, b"M---"),
    class(0x9ff8_0400, 0x0f00_0400, b"D---"),
    class(0x9f3e_0c00, 0x0e20_0800, b"DS--"),
    class(0x9f3e_0c00, 0x0e30_0800, b"DS--"),
    class(0xbf20_fc00, 0x2e20_1c00, b"MSS-"),
    class(0x9f20_0400, 0x0e20_0400, b"DSS-"),
];

/// What is known of an instruction; `None` when it is of no known class.
pub fn facts(word: u32) -> Option<Facts> {
    if word & 0xffe0_001f == 0xd420_0000 {
        return Some(Facts {
            traps: true,
            ..Facts::default()
        });
    }
    if word & 0xffff_fc1f == 0xd63f_0000 {
        return Some(Facts {
            calls: true,
            places: places(word, b"-s--"),
            ..Facts::default()
        });
    }
    if let Some((fields, stores)) = memory(word) {
        return Some(Facts {
            places: places(word, &fields),
            stores,
            ..Facts::default()
        });
    }
    let class = CLASSES
        .iter()
        .find(|class| word & class.mask == class.value)?;
    Some(Facts {
        places: places(word, class.fields),
        flags: class.flags,
        ..Facts::default()
    })
}

/// The fields of a load or store, and whether it stores.
fn memory(word: u32) -> Option<([u8; 4], bool)> {
    let float = word >> 26 & 1 == 1;
    let writes_base = |plain: bool| if plain { b'p' } else { b'w' };
    // A pair: after, offset, before.
    if word & 0x3a00_0000 == 0x2800_0000 {
        let stores = word >> 22 & 1 == 0;
        let data = data_field(float, stores);
        return Some(([data, writes_base(word >> 23 & 1 == 0), b'-', data], stores));
    }
    let opc = word >> 22 & 3;
    let stores = if float { opc & 1 == 0 } else { opc == 0 };
    let data = data_field(float, stores);
    if !float && word >> 30 == 3 && opc == 2 {
        return None;
    }
    if word & 0x3b00_0000 == 0x3900_0000 {
        return Some(([data, b'p', b'-', b'-'], stores));
    }
    if word & 0x3b20_0c00 == 0x3820_0800 {
        return Some(([data, b'p', b's', b'-'], stores));
    }
    if word & 0x3b20_0000 == 0x3800_0000 {
        return match word >> 10 & 3 {
            0 => Some(([data, b'p', b'-', b'-'], stores)),
            1 | 3 => Some(([data, writes_base(false), b'-', b'-'], stores)),
            _ => None,
        };
    }
    None
}

fn data_field(float: bool, stores: bool) -> u8 {
    match (float, stores) {
        (true, true) => b'S',
        (true, false) => b'D',
        (false, true) => b's',
        (false, false) => b'd',
    }
}

fn places(word: u32, fields: &[u8; 4]) -> Vec<Place> {
    let mut places = Vec::new();
    for (&letter, bit) in fields.iter().zip([0u8, 5, 16, 10]) {
        let access = match letter.to_ascii_lowercase() {
            b'd' | b'q' => Access::Write,
            b's' | b'p' => Access::Read,
            b'm' | b'w' => Access::Both,
            _ => continue,
        };
        let ty = if letter.is_ascii_uppercase() {
            Type::F64
        } else {
            Type::I64
        };
        let stack = matches!(letter, b'p' | b'q' | b'w');
        let number = (word >> bit & 31) as u8;
        if number != 31 || stack || ty == Type::F64 {
            places.push(Place {
                bit,
                ty,
                number,
                access,
                stack: stack && number == 31,
            });
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registers(word: u32) -> Vec<(u8, Type, Access)> {
        let facts = facts(word).expect("a known class");
        facts
            .places
            .iter()
            .map(|p| (p.number, p.ty, p.access))
            .collect()
    }

    #[test]
    fn fields_are_where_the_manual_has_them() {
        use Access::*;
        use Type::*;
        // add x24, x22, x23; cmp x22, x23; ldr x24, [x22, x23, lsl #3]; str d1, [x22, #8]; fcmp d0, d1; scvtf d1, x22
        assert_eq!(
            registers(0x8b17_02d8),
            [(24, I64, Write), (22, I64, Read), (23, I64, Read)]
        );
        assert_eq!(registers(0xeb17_02df), [(22, I64, Read), (23, I64, Read)]);
        assert_eq!(
            registers(0xf877_7ad8),
            [(24, I64, Write), (22, I64, Read), (23, I64, Read)]
        );
        assert_eq!(registers(0xfd00_06c1), [(1, F64, Read), (22, I64, Read)]);
        assert_eq!(registers(0x1e61_2000), [(0, F64, Read), (1, F64, Read)]);
        assert_eq!(registers(0x9e62_02c1), [(1, F64, Write), (22, I64, Read)]);
        // msub x9, x8, x23, x22; stp x29, x30, [sp, #-16]!; movk x8, #1, lsl #16
        assert_eq!(
            registers(0x9b17_d909),
            [
                (9, I64, Write),
                (8, I64, Read),
                (23, I64, Read),
                (22, I64, Read)
            ]
        );
        assert_eq!(
            registers(0xa9bf_7bfd),
            [(29, I64, Read), (31, I64, Both), (30, I64, Read)]
        );
        assert_eq!(registers(0xf2a0_0028), [(8, I64, Both)]);
        assert!(facts(0xd538_0000).is_none(), "mrs is in no class");
    }
}
