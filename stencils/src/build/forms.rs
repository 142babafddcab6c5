//! The forms of one compiled variant: the same code with holes of several sizes. A form with smaller holes is a pattern
//! with smaller ranges of its immediates; which forms there are depends on the instructions the compiler chose.

use super::a64::narrow::narrowings;
use super::code::{Block, Inst, RelocTarget};
use super::x86::shrink;
use crate::library::{Arch, ImmRange};

/// One form.
#[derive(Clone, Debug)]
pub struct Form {
    /// The ranges of the immediates.
    pub ranges: Vec<ImmRange>,
    /// The code.
    pub blocks: Vec<Block>,
}

/// The part of a range that another allows, unless that is nothing.
pub fn intersect(a: &ImmRange, b: &ImmRange) -> Option<ImmRange> {
    let (min, max) = (a.min.max(b.min), a.max.min(b.max));
    (min <= max).then_some(ImmRange {
        min,
        max,
        align_log2: a.align_log2.max(b.align_log2),
    })
}

/// All forms of a variant's code, the widest first.
pub fn forms(arch: Arch, ranges: &[ImmRange], blocks: &[Block]) -> Vec<Form> {
    let mut all = vec![Form {
        ranges: ranges.to_vec(),
        blocks: blocks.to_vec(),
    }];
    if arch == Arch::X86_64 {
        let counts = |imm: u8| {
            ranges
                .get(imm as usize)
                .is_some_and(|r| r.min >= 0 && r.max <= 63)
        };
        for block in &mut all[0].blocks {
            block.insts = shrink::fold_counts(&block.insts, counts);
        }
    }
    for imm in 0..ranges.len() as u8 {
        let mut more = Vec::new();
        for form in &mut all {
            let narrower = match arch {
                Arch::X86_64 => Vec::from_iter(x86_narrowing(form, imm)),
                Arch::Aarch64 => narrowings(form, imm),
            };
            let all_fit = narrower
                .iter()
                .position(|other| other.ranges == form.ranges);
            match all_fit {
                // Every constant fits the smaller hole, so no other form is ever needed.
                Some(place) => *form = narrower[place].clone(),
                None => more.extend(narrower),
            }
        }
        all.extend(more);
    }
    all
}

const BYTE: ImmRange = ImmRange {
    min: -128,
    max: 127,
    align_log2: 0,
};

/// The form with 8-bit holes for one immediate wherever its instructions have such.
fn x86_narrowing(form: &Form, imm: u8) -> Option<Form> {
    let uses = |inst: &Inst| {
        inst.relocs
            .iter()
            .any(|r| r.target == RelocTarget::Imm(imm))
    };
    let mut out = form.clone();
    out.ranges[imm as usize] = intersect(&form.ranges[imm as usize], &BYTE)?;
    let mut narrowed = false;
    for inst in out.blocks.iter_mut().flat_map(|block| &mut block.insts) {
        if uses(inst)
            && let Some(smaller) = shrink::narrow(inst, imm)
        {
            *inst = smaller;
            narrowed = true;
        }
    }
    narrowed.then_some(out)
}
