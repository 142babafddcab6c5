//! AArch64: decoding a function, assembling the pieces of a stencil, holes and register fields.
//!
//! [`encoding`] knows which fields of an instruction name registers, [`fields`] finds and verifies those of operands,
//! [`addresses`] turns addresses of holes into immediates, [`narrow`] makes forms with smaller ones.

pub mod addresses;
pub mod encoding;
pub mod fields;
pub mod narrow;

use super::blocks::Piece;
use super::code::{Cond, Decoded, Dest, Flow, Inst, Reloc, RelocKind, RelocTarget};
use super::restore::Effect;
use crate::library::HoleKind;
use object::elf;
use std::collections::BTreeMap;
use yaxpeax_arch::{Decoder, U8Reader};
use yaxpeax_arm::armv8::a64::{InstDecoder, Instruction};

/// The 32-bit words of some code.
pub fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .chunks_exact(4)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// The word of an instruction.
pub fn word(inst: &Inst) -> u32 {
    words(&inst.bytes).next().unwrap_or(0)
}

/// An independent decoder's view of an instruction.
///
/// # Errors
/// When it is none.
pub fn instruction(bytes: &[u8]) -> Result<Instruction, String> {
    let decoder = InstDecoder::default();
    decoder
        .decode(&mut U8Reader::new(bytes))
        .map_err(|why| format!("undecodable word {bytes:02x?}: {why}"))
}

/// An instruction as text.
///
/// # Errors
/// When it is none.
pub fn disassemble(bytes: &[u8]) -> Result<String, String> {
    instruction(bytes).map(|inst| inst.to_string())
}

/// The field of a signed offset, counted in instructions.
#[derive(Clone, Copy)]
struct Offset {
    bits: u32,
    shift: u32,
}

impl Offset {
    fn mask(self) -> u32 {
        ((1 << self.bits) - 1) << self.shift
    }
    fn read(self, word: u32) -> i64 {
        i64::from((word << (32 - self.bits - self.shift)) as i32 >> (32 - self.bits)) * 4
    }
    fn write(self, word: u32, distance: i64) -> u32 {
        word & !self.mask() | ((distance / 4) as u32) << self.shift & self.mask()
    }
}

const B: Offset = Offset { bits: 26, shift: 0 };
const B_COND: Offset = Offset { bits: 19, shift: 5 };
const TB: Offset = Offset { bits: 14, shift: 5 };

/// The offset field of a conditional branch.
fn branch_offset(word: u32) -> Option<Offset> {
    if word & 0xff00_0010 == 0x5400_0000 || word & 0x7e00_0000 == 0x3400_0000 {
        Some(B_COND)
    } else if word & 0x7e00_0000 == 0x3600_0000 {
        Some(TB)
    } else {
        None
    }
}

/// The places and branches of a function's instructions.
///
/// # Errors
/// When the code is not whole instructions.
pub fn decode(bytes: &[u8]) -> Result<Vec<Decoded>, String> {
    if !bytes.len().is_multiple_of(4) {
        return Err("half an instruction".to_string());
    }
    let decoded = words(bytes).enumerate().map(|(n, word)| {
        let offset = n * 4;
        let to = |field: Offset| (offset as i64 + field.read(word)) as usize;
        let flow = if word & 0xfc00_0000 == 0x1400_0000 {
            Flow::Jump(to(B))
        } else if let Some(field) = branch_offset(word) {
            Flow::Branch(Cond::A64(word & !field.mask()), to(field))
        } else if matches!(word & 0xffff_fc1f, 0xd61f_0000 | 0xd65f_0000)
            || word & 0xffe0_001f == 0xd420_0000
        {
            Flow::Stop
        } else {
            Flow::Next
        };
        Decoded {
            offset,
            len: 4,
            flow,
            is_nop: word == 0xd503_201f,
        }
    });
    Ok(decoded.collect())
}

/// How many instructions a piece takes. A bit test reaches too short a way for an exit, so it is inverted over a jump.
fn size(piece: &Piece) -> usize {
    match piece {
        Piece::Label(_) => 0,
        Piece::Inst(inst) => inst.bytes.len(),
        Piece::Branch(Some(cond), Dest::Exit) if is_bit_test(*cond) => 8,
        Piece::Branch(..) => 4,
    }
}

fn is_bit_test(cond: Cond) -> bool {
    matches!(cond, Cond::A64(word) if word & 0x7e00_0000 == 0x3600_0000)
}

/// Puts the pieces together; exits are relocations.
pub fn assemble(pieces: &[Piece]) -> (Vec<u8>, Vec<Reloc>) {
    let mut at = 0;
    let mut labels = BTreeMap::new();
    for piece in pieces {
        if let Piece::Label(index) = piece {
            labels.insert(Dest::Block(*index), at);
        }
        at += size(piece);
    }
    labels.insert(Dest::Continue, at);
    let mut code: Vec<u8> = Vec::new();
    let mut relocs = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Label(_) => {}
            Piece::Inst(inst) => {
                relocs.extend(inst.relocs.iter().map(|r| Reloc {
                    offset: r.offset + code.len(),
                    ..r.clone()
                }));
                code.extend(&inst.bytes);
            }
            Piece::Branch(cond, dest) => branch(&mut code, &mut relocs, *cond, *dest, &labels),
        }
    }
    (code, relocs)
}

const JUMP: u32 = 0x1400_0000;

fn branch(
    code: &mut Vec<u8>,
    relocs: &mut Vec<Reloc>,
    cond: Option<Cond>,
    dest: Dest,
    labels: &BTreeMap<Dest, usize>,
) {
    let mut template = match cond {
        Some(Cond::A64(word)) => word,
        _ => JUMP,
    };
    if let Some(cond) = cond
        && dest == Dest::Exit
        && is_bit_test(cond)
    {
        if let Cond::A64(inverted) = cond.inverted() {
            code.extend(TB.write(inverted, 8).to_le_bytes());
        }
        template = JUMP;
    }
    let (field, kind) = match branch_offset(template) {
        Some(field) => (field, HoleKind::A64Branch19),
        None => (B, HoleKind::A64Branch26),
    };
    let distance = labels
        .get(&dest)
        .map_or(0, |to| *to as i64 - code.len() as i64);
    if dest == Dest::Exit {
        relocs.push(Reloc {
            offset: code.len(),
            kind: RelocKind::Hole(kind),
            target: RelocTarget::Exit,
            addend: 0,
        });
    }
    code.extend(field.write(template, distance).to_le_bytes());
}

/// How a relocation's hole is filled, if there is a rule. Addresses have become holes before.
pub fn hole_kind(reloc: &Reloc) -> Option<HoleKind> {
    let is_imm = matches!(reloc.target, RelocTarget::Imm(_));
    match reloc.kind {
        RelocKind::Hole(kind) => Some(kind),
        RelocKind::Elf(elf::R_AARCH64_MOVW_UABS_G0_NC) if is_imm => Some(HoleKind::A64Mov0),
        RelocKind::Elf(elf::R_AARCH64_MOVW_UABS_G1_NC) if is_imm => Some(HoleKind::A64Mov1),
        RelocKind::Elf(elf::R_AARCH64_MOVW_UABS_G2_NC) if is_imm => Some(HoleKind::A64Mov2),
        RelocKind::Elf(elf::R_AARCH64_MOVW_UABS_G3) if is_imm => Some(HoleKind::A64Mov3),
        RelocKind::Elf(_) => None,
    }
}

/// What an instruction does to registers.
pub fn effect(inst: &Inst) -> Effect {
    let Some(facts) = encoding::facts(word(inst)) else {
        return Effect {
            more: true,
            ..Effect::default()
        };
    };
    let with = |unwanted: encoding::Access| {
        let places = facts.places.iter().filter(|place| place.access != unwanted);
        places.map(|place| (place.ty, place.number)).collect()
    };
    Effect {
        reads: with(encoding::Access::Write),
        writes: with(encoding::Access::Read),
        flags: facts.flags,
        more: facts.stores || facts.calls || facts.traps,
    }
}

/// What some code costs, in quarters of a cycle: rough figures of throughput and a share of latency.
pub fn cost(bytes: &[u8]) -> u32 {
    words(bytes).map(instruction_cost).sum()
}

fn instruction_cost(word: u32) -> u32 {
    let is = |mask: u32, value: u32| word & mask == value;
    if is(0x5fe0_f800, 0x1ac0_0800) {
        40 // udiv, sdiv
    } else if is(0x1f00_0000, 0x1b00_0000) {
        5 // madd, msub, smulh
    } else if is(0xffff_fc1f, 0xd63f_0000) {
        40 // blr
    } else if is(0xff20_fc00, 0x1e20_1800) {
        16 // fdiv
    } else if is(0xff3f_fc00, 0x1e21_c000) {
        20 // fsqrt
    } else if is(0x0a00_0000, 0x0800_0000) {
        4 // loads and stores
    } else if is(0x1f20_0000, 0x1e20_0000) || is(0x1f00_0000, 0x1f00_0000) {
        5 // doubles
    } else if is(0x1f80_0000, 0x1280_0000) {
        1 // movz, movn, movk
    } else {
        2
    }
}
