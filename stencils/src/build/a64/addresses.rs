//! Turns the addresses in compiled code into holes. The compiler takes an immediate for the address of a symbol and makes
//! it with `adrp` and `add`; here that becomes a `movz` and `movk` of the immediate itself. Addresses of constants stay.

use super::word;
use crate::build::code::{Block, Inst, Reloc, RelocKind, RelocTarget};
use crate::build::pool::Pool;
use crate::library::HoleKind;
use object::elf;

/// Rewrites all addresses in a function.
///
/// # Errors
/// When an address is used in a way that is not known here.
pub fn resolve_addresses(blocks: &mut [Block], pool: &mut Pool) -> Result<(), String> {
    for block in blocks {
        let mut insts = Vec::new();
        for mut inst in std::mem::take(&mut block.insts) {
            match &inst.relocs[..] {
                [
                    Reloc {
                        target: RelocTarget::Imm(_),
                        ..
                    },
                ] => insts.extend(immediate(inst)?),
                [
                    Reloc {
                        target: RelocTarget::Constant { section, data, at },
                        kind: RelocKind::Elf(elf),
                        addend,
                        ..
                    },
                ] => {
                    let target =
                        RelocTarget::Pooled(pool.place(section, data, *at as i64 + addend)?);
                    let kind = RelocKind::Hole(
                        constant_hole(*elf).ok_or("a constant is used in an unknown way")?,
                    );
                    inst.relocs = vec![Reloc {
                        offset: 0,
                        kind,
                        target,
                        addend: 0,
                    }];
                    insts.push(inst);
                }
                _ => insts.push(inst),
            }
        }
        block.insts = insts;
    }
    Ok(())
}

fn constant_hole(kind: elf::RelocationType) -> Option<HoleKind> {
    match kind {
        elf::R_AARCH64_ADR_PREL_PG_HI21 => Some(HoleKind::A64Page21),
        elf::R_AARCH64_ADD_ABS_LO12_NC => Some(HoleKind::A64PageAdd12),
        kind if is_memory(kind) => Some(HoleKind::A64PageLdst12),
        _ => None,
    }
}

fn is_memory(kind: elf::RelocationType) -> bool {
    matches!(
        kind,
        elf::R_AARCH64_LDST8_ABS_LO12_NC
            | elf::R_AARCH64_LDST16_ABS_LO12_NC
            | elf::R_AARCH64_LDST32_ABS_LO12_NC
            | elf::R_AARCH64_LDST64_ABS_LO12_NC
            | elf::R_AARCH64_LDST128_ABS_LO12_NC
    )
}

/// The instructions in the place of one with an immediate's relocation. From `adrp` on its register holds the whole
/// immediate, so what would add the low bits adds nothing.
fn immediate(inst: Inst) -> Result<Vec<Inst>, String> {
    let reloc = inst.relocs[0].clone();
    let word = word(&inst);
    let (rd, rn) = (word & 31, word >> 5 & 31);
    match reloc.kind {
        RelocKind::Elf(elf::R_AARCH64_ADR_PREL_PG_HI21) => {
            let half = |word: u32, kind: HoleKind| Inst {
                bytes: (word | rd).to_le_bytes().to_vec(),
                relocs: vec![Reloc {
                    kind: RelocKind::Hole(kind),
                    ..reloc.clone()
                }],
            };
            Ok(vec![
                half(MOVZ, HoleKind::A64MovLow),
                half(MOVK_16, HoleKind::A64MovHigh),
            ])
        }
        RelocKind::Elf(elf::R_AARCH64_ADD_ABS_LO12_NC) if reloc.addend == 0 && rd == rn => {
            Ok(Vec::new())
        }
        RelocKind::Elf(elf::R_AARCH64_ADD_ABS_LO12_NC) if reloc.addend == 0 => Ok(vec![Inst {
            bytes: (MOV | rn << 16 | rd).to_le_bytes().to_vec(),
            relocs: Vec::new(),
        }]),
        RelocKind::Elf(kind) if is_memory(kind) && reloc.addend == 0 => Ok(vec![Inst {
            relocs: Vec::new(),
            ..inst
        }]),
        _ => Ok(vec![inst]),
    }
}

/// `movz x0, #0`.
pub const MOVZ: u32 = 0xd280_0000;
/// `movk x0, #0, lsl #16`.
pub const MOVK_16: u32 = 0xf2a0_0000;
/// `mov x0, x0`, as `orr x0, xzr, x0`.
const MOV: u32 = 0xaa00_03e0;
