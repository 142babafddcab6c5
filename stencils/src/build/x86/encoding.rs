//! One x86-64 instruction down to its bits: where the opcode, ModRM and SIB bytes stand, and which bits name which
//! register. Only the encodings that compilers for baseline x86-64 use are known: legacy prefixes, REX, no VEX.

use iced_x86::{Instruction, OpCodeOperandKind, OpKind, Register};

/// The layout of an instruction.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Offset of the REX prefix, if there is one.
    pub rex: Option<usize>,
    /// Offset of the last byte of the opcode.
    pub opcode: usize,
    /// Offset of ModRM, if there is one.
    pub modrm: Option<usize>,
    /// Offset of SIB, if there is one.
    pub sib: Option<usize>,
    /// Offset of what follows: displacement, then immediate.
    pub rest: usize,
    /// Size of the displacement.
    pub displacement: usize,
}

/// A place in an instruction that names a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The register that is named there.
    pub register: Register,
    /// The bit (byte offset * 8 + bit) of the lowest of the number's three low bits.
    pub low: usize,
    /// The bit of the REX prefix that is the number's fourth bit, if there is a REX prefix.
    pub high: Option<usize>,
}

/// Finds the parts of an instruction.
///
/// # Errors
/// When it has an encoding that is not known here.
pub fn layout(inst: &Instruction, bytes: &[u8]) -> Result<Layout, String> {
    let mut at = 0;
    while matches!(bytes.get(at), Some(0x66 | 0xf2 | 0xf3 | 0x2e | 0x3e)) {
        at += 1;
    }
    let rex = matches!(bytes.get(at), Some(0x40..=0x4f)).then_some(at);
    at += usize::from(rex.is_some());
    if matches!(bytes.get(at), Some(0xc4 | 0xc5 | 0x62)) {
        return Err(format!("an unknown encoding: {inst}"));
    }
    if bytes.get(at) == Some(&0x0f) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(0x38 | 0x3a)));
    }
    let opcode = at;
    at += 1;
    if !has_modrm(inst) {
        return Ok(Layout {
            rex,
            opcode,
            modrm: None,
            sib: None,
            rest: at,
            displacement: 0,
        });
    }
    let modrm = at;
    let byte = *bytes.get(modrm).ok_or("an instruction that is cut off")?;
    at += 1;
    let (mode, rm) = (byte >> 6, byte & 7);
    let sib = (mode != 3 && rm == 4).then_some(at);
    at += usize::from(sib.is_some());
    let base = sib.and_then(|s| bytes.get(s)).map_or(rm, |s| s & 7);
    let displacement = match mode {
        1 => 1,
        2 => 4,
        0 if base == 5 => 4,
        _ => 0,
    };
    Ok(Layout {
        rex,
        opcode,
        modrm: Some(modrm),
        sib,
        rest: at,
        displacement,
    })
}

fn has_modrm(inst: &Instruction) -> bool {
    let code = inst.op_code();
    let kinds = (0..code.op_count()).map(|n| place_of(code.op_kind(n)));
    kinds
        .into_iter()
        .any(|place| matches!(place, Operand::Reg | Operand::Rm))
        || code.is_group()
        || code.is_rm_group()
}

/// Where an operand stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operand {
    Reg,
    Rm,
    Opcode,
    Elsewhere,
}

fn place_of(kind: OpCodeOperandKind) -> Operand {
    use OpCodeOperandKind as K;
    match kind {
        K::r8_reg | K::r16_reg | K::r32_reg | K::r64_reg | K::xmm_reg => Operand::Reg,
        K::mem | K::r8_or_mem | K::r16_or_mem | K::r32_or_mem | K::r64_or_mem | K::xmm_or_mem => {
            Operand::Rm
        }
        K::r16_rm | K::r32_rm | K::r64_rm | K::xmm_rm => Operand::Rm,
        K::r8_opcode | K::r16_opcode | K::r32_opcode | K::r64_opcode => Operand::Opcode,
        _ => Operand::Elsewhere,
    }
}

/// Every place in an instruction that names a register.
///
/// # Errors
/// When it has an encoding that is not known here.
pub fn places(inst: &Instruction, bytes: &[u8]) -> Result<Vec<Place>, String> {
    let layout = layout(inst, bytes)?;
    let place = |register: Register, byte: usize, shift: usize, rex_bit: usize| Place {
        register,
        low: byte * 8 + shift,
        high: layout.rex.map(|rex| rex * 8 + rex_bit),
    };
    let unknown = || format!("an operand in an unknown place: {inst}");
    let mut all = Vec::new();
    let code = inst.op_code();
    for n in 0..inst.op_count() {
        match inst.op_kind(n) {
            OpKind::Register => match place_of(code.op_kind(n)) {
                Operand::Reg => all.push(place(
                    inst.op_register(n),
                    layout.modrm.ok_or_else(unknown)?,
                    3,
                    2,
                )),
                Operand::Rm => all.push(place(
                    inst.op_register(n),
                    layout.modrm.ok_or_else(unknown)?,
                    0,
                    0,
                )),
                Operand::Opcode => all.push(place(inst.op_register(n), layout.opcode, 0, 0)),
                Operand::Elsewhere => {}
            },
            OpKind::Memory => {
                let base_byte = layout.sib.or(layout.modrm).ok_or_else(unknown)?;
                if !matches!(inst.memory_base(), Register::None | Register::RIP) {
                    all.push(place(inst.memory_base(), base_byte, 0, 0));
                }
                if inst.memory_index() != Register::None {
                    all.push(place(
                        inst.memory_index(),
                        layout.sib.ok_or_else(unknown)?,
                        3,
                        1,
                    ));
                }
            }
            _ => {}
        }
    }
    Ok(all)
}
