//! Forms of a stencil with smaller immediates. An immediate of 32 bits costs two instructions, but many a constant fits
//! into one, or into the instruction that uses it:
//!
//! - one `mov` for constants of 16 bits and their complements;
//! - `add`, `sub`, `adds` (`cmn`), `subs` (`cmp`) with 12 bits, where a negative constant changes one for the other (the
//!   flags are the same except for zero, which the positive form takes);
//! - loads and stores at a multiple of their size;
//! - shifts by a constant.
//!
//! Each form is a stencil of its own, for the constants that fit.

use super::encoding::{Access, facts};
use super::word;
use crate::build::code::{End, Inst, Reloc, RelocKind, RelocTarget};
use crate::build::forms::{Form, intersect};
use crate::build::operands::is_value;
use crate::build::target::Target;
use crate::library::{Arch, HoleKind, ImmRange};
use crate::table::Type;

/// What one `movz` or `movn` makes.
const ONE_MOV: ImmRange = ImmRange {
    min: -0x1_0000,
    max: 0xffff,
    align_log2: 0,
};
const TWELVE: ImmRange = ImmRange {
    min: 0,
    max: 4095,
    align_log2: 0,
};
const MINUS_TWELVE: ImmRange = ImmRange {
    min: -4095,
    max: -1,
    align_log2: 0,
};
const COUNT: ImmRange = ImmRange {
    min: 0,
    max: 63,
    align_log2: 0,
};

/// The forms for one immediate besides the given one.
pub fn narrowings(form: &Form, imm: u8) -> Vec<Form> {
    let Some(loads) = loads(form, imm) else {
        return Vec::new();
    };
    let folded = [Fold::Positive, Fold::Negative]
        .into_iter()
        .filter_map(|fold| folded(form, imm, &loads, fold));
    let mut all: Vec<Form> = folded.collect();
    all.extend(one_mov(form, imm, &loads));
    all
}

/// Where an immediate is put into a register: block, index of the `movz`, register. `None` when it is there otherwise too.
fn loads(form: &Form, imm: u8) -> Option<Vec<(usize, usize, u8)>> {
    let mut all = Vec::new();
    for (b, block) in form.blocks.iter().enumerate() {
        let mut index = 0;
        while index < block.insts.len() {
            let is = |at: usize, kind: HoleKind| {
                let relocs = block.insts.get(at).map_or(&[][..], |inst| &inst.relocs[..]);
                matches!(relocs, [r] if r.target == RelocTarget::Imm(imm) && r.kind == RelocKind::Hole(kind))
            };
            if is(index, HoleKind::A64MovLow) && is(index + 1, HoleKind::A64MovHigh) {
                all.push((b, index, (word(&block.insts[index]) & 31) as u8));
                index += 1;
            } else if block.insts[index]
                .relocs
                .iter()
                .any(|r| r.target == RelocTarget::Imm(imm))
            {
                return None;
            }
            index += 1;
        }
    }
    (!all.is_empty()).then_some(all)
}

/// The form with a single instruction for each load.
fn one_mov(form: &Form, imm: u8, loads: &[(usize, usize, u8)]) -> Option<Form> {
    let mut out = form.clone();
    out.ranges[imm as usize] = intersect(&form.ranges[imm as usize], &ONE_MOV)?;
    for &(block, index, _) in loads.iter().rev() {
        out.blocks[block].insts.remove(index + 1);
    }
    Some(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fold {
    Positive,
    Negative,
}

/// The form with the immediate in every instruction that uses it, if all can take it.
fn folded(form: &Form, imm: u8, loads: &[(usize, usize, u8)], fold: Fold) -> Option<Form> {
    let mut out = form.clone();
    let mut range = form.ranges[imm as usize];
    for &(block, index, register) in loads.iter().rev() {
        // What an end takes along is not known.
        if read_elsewhere(form, block, register) || form.blocks[block].end == End::Stop {
            return None;
        }
        let insts = &mut out.blocks[block].insts;
        let mut overwritten = false;
        for inst in insts.iter_mut().skip(index + 2) {
            let facts = facts(word(inst))?;
            let mut places = facts
                .places
                .iter()
                .filter(|p| p.ty == Type::I64 && p.number == register)
                .peekable();
            if overwritten || places.peek().is_none() {
                continue;
            }
            overwritten = facts
                .places
                .iter()
                .any(|p| p.ty == Type::I64 && p.number == register && p.access == Access::Write);
            if places.any(|p| p.access != Access::Write) {
                let (replaced, fits) = fold_use(inst, register, imm, fold)?;
                range = intersect(&range, &fits)?;
                *inst = replaced;
            }
        }
        let branches = form.blocks[block].branches.iter();
        let tested = branches.into_iter().any(
            |(cond, _)| matches!(cond, crate::build::code::Cond::A64(w) if reads(*w, register)),
        );
        let outlives = tested || is_value(Target::of(Arch::Aarch64), Type::I64, register);
        if outlives && !overwritten {
            return None;
        }
        insts.drain(index..index + 2);
    }
    out.ranges[imm as usize] = range;
    Some(out)
}

fn reads(word: u32, register: u8) -> bool {
    facts(word).is_none_or(|f| {
        f.places
            .iter()
            .any(|p| p.ty == Type::I64 && p.number == register && p.access != Access::Write)
    })
}

/// Whether another block may read what this one puts into the register.
fn read_elsewhere(form: &Form, own: usize, register: u8) -> bool {
    let others = form
        .blocks
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != own);
    others.into_iter().any(|(_, block)| {
        let branches = block.branches.iter().filter_map(|(c, _)| {
            if let crate::build::code::Cond::A64(w) = c {
                Some(*w)
            } else {
                None
            }
        });
        block
            .insts
            .iter()
            .map(word)
            .chain(branches)
            .any(|w| reads(w, register))
    })
}

/// An instruction with the immediate instead of the register, and the constants that fit then.
fn fold_use(inst: &Inst, register: u8, imm: u8, fold: Fold) -> Option<(Inst, ImmRange)> {
    if !inst.relocs.is_empty() {
        return None;
    }
    let word = word(inst);
    let register = u32::from(register);
    let (rd, rn, rm) = (word & 31, word >> 5 & 31, word >> 16 & 31);
    let made = |word: u32, kind: HoleKind, range: ImmRange| {
        let reloc = Reloc {
            offset: 0,
            kind: RelocKind::Hole(kind),
            target: RelocTarget::Imm(imm),
            addend: 0,
        };
        Some((
            Inst {
                bytes: word.to_le_bytes().to_vec(),
                relocs: vec![reloc],
            },
            range,
        ))
    };
    // add, adds, sub, subs of unshifted registers.
    if word & 0x1fe0_fc00 == 0x0b00_0000 {
        let is_sub = word >> 30 & 1 == 1;
        let other = if rm == register { rn } else { rm };
        if other == register || (is_sub && rm != register) || other == 31 {
            return None;
        }
        // In the immediate form the number 31 is the stack pointer, except as the target of adds and subs.
        if rd == 31 && word >> 29 & 1 == 0 {
            return None;
        }
        let size_and_flags = word & 0xa000_0000;
        return match (is_sub, fold) {
            (false, Fold::Positive) => made(
                0x1100_0000 | size_and_flags | other << 5 | rd,
                HoleKind::A64Add12,
                TWELVE,
            ),
            (false, Fold::Negative) => made(
                0x5100_0000 | size_and_flags | other << 5 | rd,
                HoleKind::A64Sub12,
                MINUS_TWELVE,
            ),
            (true, Fold::Positive) => made(
                0x5100_0000 | size_and_flags | other << 5 | rd,
                HoleKind::A64Add12,
                TWELVE,
            ),
            (true, Fold::Negative) => made(
                0x1100_0000 | size_and_flags | other << 5 | rd,
                HoleKind::A64Sub12,
                MINUS_TWELVE,
            ),
        };
    }
    if fold == Fold::Negative {
        return None;
    }
    // Loads and stores at a register's offset, not shifted; the base may be the immediate as well.
    if word & 0x3b20_fc00 == 0x3820_6800 {
        let base = if rm == register { rn } else { rm };
        if base == register || base == 31 || rd == register && word & 0x0440_0000 == 0 {
            return None;
        }
        let log2 = (word >> 30) as u8
            | if word & 0x0480_0000 == 0x0480_0000 {
                4
            } else {
                0
            };
        let range = ImmRange {
            min: 0,
            max: 4095 << log2,
            align_log2: log2,
        };
        return made(
            word & 0xffc0_0000 & !0x0020_0000 | 0x0100_0000 | base << 5 | rd,
            HoleKind::A64Ldst12,
            range,
        );
    }
    // Shifts of 64 bits by a register.
    if word & 0xffe0_f000 == 0x9ac0_2000 && rm == register && rn != register {
        return match word >> 10 & 3 {
            0 => made(0xd340_0000 | rn << 5 | rd, HoleKind::A64Lsl, COUNT),
            1 => made(0xd340_fc00 | rn << 5 | rd, HoleKind::A64Shr, COUNT),
            2 => made(0x9340_fc00 | rn << 5 | rd, HoleKind::A64Shr, COUNT),
            _ => None,
        };
    }
    None
}
