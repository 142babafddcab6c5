//! x86-64: decoding a function, assembling the pieces of a stencil, holes and register fields.
//!
//! [`encoding`] parses instructions down to their bits, [`fields`] finds and verifies register fields, [`shrink`]
//! makes forms with smaller immediates.

pub mod encoding;
pub mod fields;
pub mod shrink;

use super::blocks::Piece;
use super::code::{Block, Cond, Decoded, Dest, Flow, Inst, Reloc, RelocKind, RelocTarget};
use super::restore::Effect;
use crate::library::HoleKind;
use iced_x86::{
    Code, Decoder, DecoderOptions, FlowControl, Instruction, InstructionInfoFactory, OpAccess,
};
use object::elf;
use std::collections::BTreeMap;

/// Decodes all of `bytes`.
///
/// # Errors
/// Where the bytes are no instruction.
pub fn instructions(bytes: &[u8]) -> Result<Vec<Instruction>, String> {
    let decoder = Decoder::with_ip(64, bytes, 0, DecoderOptions::NONE);
    decoder
        .into_iter()
        .map(|inst| {
            if inst.is_invalid() {
                Err(format!("undecodable bytes at {:#x}", inst.ip()))
            } else {
                Ok(inst)
            }
        })
        .collect()
}

/// The places and branches of a function's instructions.
///
/// # Errors
/// When bytes do not decode, or control goes in a way that is not known here.
pub fn decode(bytes: &[u8]) -> Result<Vec<Decoded>, String> {
    instructions(bytes)?
        .iter()
        .map(|inst| {
            let to = inst.near_branch_target() as usize;
            let flow = match inst.flow_control() {
                FlowControl::Next | FlowControl::Call | FlowControl::IndirectCall => Flow::Next,
                FlowControl::UnconditionalBranch => Flow::Jump(to),
                FlowControl::ConditionalBranch if inst.is_jcc_short_or_near() => {
                    // The condition codes in encoding order; iced counts from `o` at 1.
                    Flow::Branch(Cond::X86(inst.condition_code() as u8 - 1), to)
                }
                FlowControl::Return | FlowControl::IndirectBranch => Flow::Stop,
                // After an end the compiler may put a trap; that it is not reached is checked of the finished code.
                FlowControl::Exception => Flow::Stop,
                _ => return Err(format!("control goes in an unknown way: {inst}")),
            };
            let is_nop = matches!(
                inst.code(),
                Code::Nopd
                    | Code::Nopw
                    | Code::Nopq
                    | Code::Nop_rm16
                    | Code::Nop_rm32
                    | Code::Nop_rm64
            );
            Ok(Decoded {
                offset: inst.ip() as usize,
                len: inst.len(),
                flow,
                is_nop,
            })
        })
        .collect()
}

/// Puts the pieces together: internal branches are as short as they can be, exits are relocations.
pub fn assemble(pieces: &[Piece]) -> (Vec<u8>, Vec<Reloc>) {
    let mut long = vec![false; pieces.len()];
    loop {
        let offsets = offsets(pieces, &long);
        let labels = labels(pieces, &offsets);
        let mut grown = false;
        for (index, piece) in pieces.iter().enumerate() {
            if let Piece::Branch(_, dest) = piece
                && *dest != Dest::Exit
                && !long[index]
            {
                let distance = labels[dest] as i64 - offsets[index + 1] as i64;
                long[index] = i8::try_from(distance).is_err();
                grown |= long[index];
            }
        }
        if !grown {
            return emit(pieces, &long, &offsets, &labels);
        }
    }
}

fn size(piece: &Piece, long: bool) -> usize {
    match piece {
        Piece::Label(_) => 0,
        Piece::Inst(inst) => inst.bytes.len(),
        Piece::Branch(cond, Dest::Exit) => 5 + usize::from(cond.is_some()),
        Piece::Branch(cond, _) => {
            if long {
                5 + usize::from(cond.is_some())
            } else {
                2
            }
        }
    }
}

/// The offset of each piece, and the end.
fn offsets(pieces: &[Piece], long: &[bool]) -> Vec<usize> {
    let mut at = 0;
    let mut all = vec![0];
    for (piece, long) in pieces.iter().zip(long) {
        at += size(piece, *long);
        all.push(at);
    }
    all
}

/// Where blocks and the continuation are.
fn labels(pieces: &[Piece], offsets: &[usize]) -> BTreeMap<Dest, usize> {
    let mut labels = BTreeMap::from([(Dest::Continue, offsets[pieces.len()])]);
    for (piece, offset) in pieces.iter().zip(offsets) {
        if let Piece::Label(index) = piece {
            labels.insert(Dest::Block(*index), *offset);
        }
    }
    labels
}

fn emit(
    pieces: &[Piece],
    long: &[bool],
    offsets: &[usize],
    labels: &BTreeMap<Dest, usize>,
) -> (Vec<u8>, Vec<Reloc>) {
    let mut code = Vec::new();
    let mut relocs = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Label(_) => {}
            Piece::Inst(Inst {
                bytes,
                relocs: inner,
            }) => {
                relocs.extend(inner.iter().map(|r| Reloc {
                    offset: r.offset + code.len(),
                    ..r.clone()
                }));
                code.extend(bytes);
            }
            Piece::Branch(cond, dest) => {
                let near = long[index] || *dest == Dest::Exit;
                match (cond, near) {
                    (Some(Cond::X86(cc)), true) => code.extend([0x0f, 0x80 | cc]),
                    (Some(Cond::X86(cc)), false) => code.push(0x70 | cc),
                    (_, true) => code.push(0xe9),
                    (_, false) => code.push(0xeb),
                }
                let distance = labels
                    .get(dest)
                    .map_or(0, |to| *to as i64 - offsets[index + 1] as i64);
                if *dest == Dest::Exit {
                    let (offset, kind) = (code.len(), RelocKind::Hole(HoleKind::X86Rel32));
                    relocs.push(Reloc {
                        offset,
                        kind,
                        target: RelocTarget::Exit,
                        addend: -4,
                    });
                }
                code.extend(&distance.to_le_bytes()[..if near { 4 } else { 1 }]);
            }
        }
    }
    (code, relocs)
}

/// How a relocation's hole is filled, if there is a rule.
pub fn hole_kind(reloc: &Reloc) -> Option<HoleKind> {
    let is_imm = matches!(reloc.target, RelocTarget::Imm(_));
    let is_address = matches!(reloc.target, RelocTarget::Exit | RelocTarget::Pooled(_));
    let r_type = match reloc.kind {
        RelocKind::Elf(r_type) => r_type,
        RelocKind::Hole(kind) => return Some(kind),
    };
    match r_type {
        elf::R_X86_64_8 if is_imm => Some(HoleKind::X86Abs8),
        elf::R_X86_64_32S if is_imm => Some(HoleKind::X86Abs32),
        elf::R_X86_64_32 if is_imm => Some(HoleKind::X86AbsU32),
        elf::R_X86_64_64 if is_imm => Some(HoleKind::X86Abs64),
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 if is_address => Some(HoleKind::X86Rel32),
        _ => None,
    }
}

/// What an instruction does to registers.
pub fn effect(inst: &Inst) -> Effect {
    let mut effect = Effect {
        more: true,
        ..Effect::default()
    };
    let Some(decoded) = instructions(&inst.bytes)
        .ok()
        .and_then(|d| d.first().copied())
    else {
        return effect;
    };
    effect.more = decoded.flow_control() != FlowControl::Next;
    effect.flags = decoded.rflags_modified() != 0;
    let mut factory = InstructionInfoFactory::new();
    let info = factory.info(&decoded);
    for used in info.used_registers() {
        let Some(register) = fields::class(used.register()) else {
            continue;
        };
        let access = used.access();
        if matches!(
            access,
            OpAccess::Read | OpAccess::CondRead | OpAccess::ReadWrite | OpAccess::ReadCondWrite
        ) {
            effect.reads.push(register);
        }
        if !matches!(
            access,
            OpAccess::Read | OpAccess::CondRead | OpAccess::None | OpAccess::NoMemAccess
        ) {
            effect.writes.push(register);
        }
    }
    effect.more |= info
        .used_memory()
        .iter()
        .any(|memory| memory.access() != OpAccess::Read);
    effect
}

/// What an instruction costs, in quarters of a cycle: rough figures of throughput and a share of latency.
pub fn cost(bytes: &[u8]) -> u32 {
    let Ok(instructions) = instructions(bytes) else {
        return u32::from(u16::MAX);
    };
    instructions.iter().map(instruction_cost).sum()
}

fn instruction_cost(inst: &Instruction) -> u32 {
    use iced_x86::Mnemonic::*;
    let memory = (0..inst.op_count()).any(|n| inst.op_kind(n) == iced_x86::OpKind::Memory);
    let own = match inst.mnemonic() {
        Mov | Movapd | Movaps | Jmp => 1,
        Lea => 1,
        Imul | Mul => 4,
        Div | Idiv => 60,
        Addsd | Subsd | Mulsd | Cvtsi2sd | Cvttsd2si | Roundsd => 5,
        Ucomisd | Movq | Movmskpd => 3,
        Divsd => 16,
        Sqrtsd => 20,
        Call => 40,
        Push | Pop | Ret => 2,
        Shl | Shr | Sar | Rol | Ror if inst.op1_kind() == iced_x86::OpKind::Register => 4,
        _ => 2,
    };
    own + if memory && inst.mnemonic() != Lea {
        3
    } else {
        0
    }
}

/// Puts a zeroing of the result before each conversion of an integer to a double. The conversion leaves the upper half
/// of its register as it was and so waits for whatever wrote that last; the compiler, which sees a function's start, has
/// no reason to expect anybody, but a stencil may stand in a loop.
pub fn break_dependencies(blocks: &mut [Block]) {
    for block in blocks {
        let mut insts = Vec::with_capacity(block.insts.len() + 1);
        for inst in block.insts.drain(..) {
            // f2 rex 0f 2a modrm, register to register.
            if let [0xf2, rex, 0x0f, 0x2a, modrm] = inst.bytes[..]
                && modrm >= 0xc0
            {
                let (high, low) = (rex >> 2 & 1, modrm >> 3 & 7);
                let zeroing = [0x0f, 0x57, 0xc0 | low << 3 | low];
                let prefix = (high != 0).then_some(0x45);
                insts.push(Inst {
                    bytes: prefix.into_iter().chain(zeroing).collect(),
                    relocs: Vec::new(),
                });
            }
            insts.push(inst);
        }
        block.insts = insts;
    }
}
