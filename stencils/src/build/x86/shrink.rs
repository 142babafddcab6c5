//! Forms of a stencil with smaller immediates: where a hole of 32 bits is an operand or a displacement that has an 8-bit
//! form too, and where a count comes out of a register only because the compiler did not know the immediate.
//!
//! Each form is a stencil of its own, for the constants that fit.

use super::encoding::layout;
use super::instructions;
use crate::build::code::{Inst, Reloc, RelocKind, RelocTarget};
use crate::library::HoleKind;
use object::elf;

/// The instructions of a block with a count in `cl` that is an immediate put into the instruction instead. (Both run
/// alike, but the 8-bit hole saves the register and an instruction.) `fits` tells which immediates fit in the hole.
pub fn fold_counts(insts: &[Inst], fits: impl Fn(u8) -> bool) -> Vec<Inst> {
    let mut out: Vec<Inst> = insts.to_vec();
    while let Some((load, uses)) = find_count(&out, &fits) {
        let reloc = out[load].relocs[0].clone();
        for index in uses {
            let inst = &mut out[index];
            // d3 /n is a shift by cl, c1 /n one by an immediate.
            let opcode = inst.bytes.len() - 2;
            inst.bytes[opcode] = 0xc1;
            inst.bytes.push(0);
            let offset = inst.bytes.len() - 1;
            inst.relocs.push(Reloc {
                offset,
                kind: RelocKind::Hole(HoleKind::X86Abs8),
                ..reloc.clone()
            });
        }
        out.remove(load);
    }
    out
}

/// A load of an immediate into `rcx` that only shifts of registers use, with those shifts.
fn find_count(insts: &[Inst], fits: &impl Fn(u8) -> bool) -> Option<(usize, Vec<usize>)> {
    use iced_x86::{InstructionInfoFactory, Mnemonic, OpKind, Register};
    let decoded: Vec<_> = insts
        .iter()
        .map(|inst| {
            instructions(&inst.bytes)
                .ok()
                .and_then(|d| d.first().copied())
        })
        .collect();
    let mut factory = InstructionInfoFactory::new();
    for (load, inst) in decoded.iter().enumerate() {
        let is_load = inst.is_some_and(|i| {
            i.mnemonic() == Mnemonic::Mov && i.op0_register().full_register() == Register::RCX
        });
        let is_count = matches!(&insts[load].relocs[..], [Reloc { target: RelocTarget::Imm(k), addend: 0, .. }] if fits(*k));
        if !is_load || !is_count {
            continue;
        }
        let mut uses = Vec::new();
        let mut all_fold = true;
        for (index, later) in decoded.iter().enumerate().skip(load + 1) {
            let Some(later) = later else { return None };
            let touches = factory
                .info(later)
                .used_registers()
                .iter()
                .any(|u| u.register().full_register() == Register::RCX);
            if !touches {
                continue;
            }
            let shift = matches!(
                later.mnemonic(),
                Mnemonic::Shl | Mnemonic::Shr | Mnemonic::Sar | Mnemonic::Rol | Mnemonic::Ror
            );
            let folds = shift
                && later.op1_register() == Register::CL
                && later.op0_kind() == OpKind::Register
                && later.op0_register().full_register() != Register::RCX
                && insts[index].relocs.is_empty();
            all_fold &= folds;
            uses.push(index);
        }
        if all_fold && !uses.is_empty() {
            return Some((load, uses));
        }
    }
    None
}

/// The instruction with its 32-bit hole for immediate `imm` made 8 bits wide, if it has such a form.
pub fn narrow(inst: &Inst, imm: u8) -> Option<Inst> {
    let hole = inst.relocs.iter().position(|r| {
        r.target == RelocTarget::Imm(imm) && r.kind == RelocKind::Elf(elf::R_X86_64_32S)
    })?;
    let decoded = *instructions(&inst.bytes).ok()?.first()?;
    let layout = layout(&decoded, &inst.bytes).ok()?;
    let at = inst.relocs[hole].offset;
    let mut out = inst.clone();
    if layout.displacement == 4 && at == layout.rest {
        let modrm = layout.modrm?;
        if inst.bytes[modrm] >> 6 != 2 {
            return None;
        }
        out.bytes[modrm] ^= 0xc0;
    } else {
        let with_modrm = layout.opcode + 1 == layout.modrm?;
        out.bytes[layout.opcode] = match inst.bytes[layout.opcode] {
            0x81 if with_modrm => 0x83,
            0x69 if with_modrm => 0x6b,
            _ => return None,
        };
    }
    out.bytes.drain(at + 1..at + 4);
    for reloc in &mut out.relocs {
        if reloc.offset > at {
            reloc.offset -= 3;
        }
    }
    out.relocs[hole].kind = RelocKind::Hole(HoleKind::X86Abs8);
    Some(out)
}
