//! Faults in stencil libraries: what the tool that makes them could get wrong. Each spoils a copy of the library for this
//! machine. Never touches the libraries that are checked in. Start at [`all`].

use super::{How, Planted};
use stencils::library::{Arch, Field, HoleValue, Library, PatternId, Stencil};
use stencils::table::{UopKind, UopTable};
use stencils::uops::kind;

/// All faults of libraries.
pub fn all() -> impl Iterator<Item = Planted> {
    let all: [(&str, &str, fn(&mut Library)); 14] = [
        (
            "OperandsSwapped",
            "Library: the operands of a subtraction change places.",
            operands_swapped,
        ),
        (
            "GuardInverted",
            "Library: a guard leaves when it should stay.",
            guard_inverted,
        ),
        (
            "ExitAddendOff",
            "Library: a wrong addend: exits go one instruction or byte too far.",
            exit_addend_off,
        ),
        (
            "HoleOffByOne",
            "Library: the hole of an immediate stands a byte too early.",
            hole_off_by_one,
        ),
        (
            "ImmediateTooWide",
            "Library: a pattern takes an immediate that its hole cannot.",
            immediate_too_wide,
        ),
        (
            "ImmediatesSwapped",
            "Library: a store of a constant has its holes exchanged.",
            immediates_swapped,
        ),
        (
            "ClobberForgotten",
            "Library: a call destroys a register that it does not name.",
            clobber_forgotten,
        ),
        (
            "ReuseForgotten",
            "Library: a stencil that overwrites its input says that it keeps it.",
            reuse_forgotten,
        ),
        (
            "ConstantChanged",
            "Library: a bit of the shared constants is wrong.",
            constant_changed,
        ),
        (
            "OtherOperation",
            "Library: exclusive or and or have each other's stencils.",
            other_operation,
        ),
        (
            "FusedComparisonOff",
            "Library: a super-stencil tests `<` where it says `<=`.",
            fused_comparison_off,
        ),
        (
            "StackNotRestored",
            "Library: a call leaves the stack where it was for the call.",
            stack_not_restored,
        ),
        (
            "RegisterFieldShort",
            "Library: the field of a result's register is short of its highest bit.",
            register_field_short,
        ),
        (
            "SpillOffset",
            "Library: reloads read the word after their slot.",
            spill_offset,
        ),
    ];
    all.into_iter().map(|(name, what, spoil)| Planted {
        name,
        what,
        how: How::Library(spoil),
    })
}

/// The patterns of this uop alone.
fn patterns(library: &Library, kind: UopKind) -> Vec<PatternId> {
    let single = |n: &usize| matches!(&library.patterns[*n].uops[..], [uop] if uop.kind == kind);
    (0..library.patterns.len())
        .filter(single)
        .map(|n| PatternId(n as u32))
        .collect()
}

/// Does something to each stencil of this uop alone.
fn each(library: &mut Library, kind: UopKind, spoil: impl Fn(&mut Stencil)) {
    let patterns = patterns(library, kind);
    let stencils = library.stencils.iter_mut();
    stencils
        .filter(|stencil| patterns.contains(&stencil.pattern))
        .for_each(spoil);
}

fn operands_swapped(library: &mut Library) {
    each(library, kind::SUB_I64, |stencil| {
        for field in &mut stencil.fields {
            if field.operand < 2 {
                field.operand ^= 1;
            }
        }
    });
}

fn guard_inverted(library: &mut Library) {
    let arch = library.arch;
    each(library, kind::GUARD_TRUE, |stencil| {
        let exits = stencil.holes.iter().filter(|h| h.value == HoleValue::Exit);
        for at in exits.map(|hole| hole.offset as usize) {
            match arch {
                // The condition is the low half of the opcode's second byte; its last bit inverts it.
                Arch::X86_64 => stencil.code[at - 1] ^= 1,
                // `cbz` and `cbnz`: bit 24.
                Arch::Aarch64 => stencil.code[at + 3] ^= 1,
            }
        }
    });
}

fn exit_addend_off(library: &mut Library) {
    let off = if library.arch == Arch::X86_64 { 1 } else { 4 };
    each(library, kind::GUARD_TRUE, |stencil| {
        for hole in &mut stencil.holes {
            hole.addend += off;
        }
    });
}

fn hole_off_by_one(library: &mut Library) {
    each(library, kind::ADD_I64, |stencil| {
        for hole in &mut stencil.holes {
            hole.offset -= 1;
        }
    });
}

fn immediate_too_wide(library: &mut Library) {
    let limits = [i64::from(i8::MAX), i64::from(i32::MAX), 4095];
    for pattern in &mut library.patterns {
        for range in &mut pattern.immediates {
            if limits.contains(&range.max) {
                range.max += 1;
            }
        }
    }
}

fn immediates_swapped(library: &mut Library) {
    let stores = patterns(library, kind::STORE_FRAME_I64);
    for stencil in &mut library.stencils {
        let pattern = &library.patterns[stencil.pattern.0 as usize];
        if !stores.contains(&stencil.pattern) || pattern.immediates.len() < 2 {
            continue;
        }
        for hole in &mut stencil.holes {
            if let HoleValue::Imm(n) = &mut hole.value {
                *n ^= 1;
            }
        }
    }
}

fn clobber_forgotten(library: &mut Library) {
    for stencil in &mut library.stencils {
        stencil.clobbers &= stencil.clobbers.wrapping_sub(1);
    }
}

fn reuse_forgotten(library: &mut Library) {
    let patterns = patterns(library, kind::SUB_I64);
    library
        .stencils
        .retain(|s| s.reuse != 0 || !patterns.contains(&s.pattern));
    let shared = stencils::stock(library.arch).stencils.iter();
    let shared = shared.filter(|s| patterns.contains(&s.pattern) && s.reuse == 1);
    for shared in shared {
        for stencil in &mut library.stencils {
            if stencil.pattern == shared.pattern {
                *stencil = Stencil {
                    reuse: 0,
                    ..shared.clone()
                };
            }
        }
    }
}

fn constant_changed(library: &mut Library) {
    for byte in &mut library.constants {
        *byte ^= 1;
    }
}

fn other_operation(library: &mut Library) {
    for pattern in &mut library.patterns {
        if let [uop] = &mut pattern.uops[..] {
            uop.kind = match uop.kind {
                kind::XOR_I64 => kind::OR_I64,
                kind::OR_I64 => kind::XOR_I64,
                other => other,
            };
        }
    }
}

fn fused_comparison_off(library: &mut Library) {
    for pattern in &mut library.patterns {
        if let [first, .., last] = &mut pattern.uops[..]
            && last.kind == kind::GUARD_TRUE
        {
            first.kind = match first.kind {
                kind::LT_I64 => kind::LE_I64,
                kind::LE_I64 => kind::LT_I64,
                other => other,
            };
        }
    }
}

fn stack_not_restored(library: &mut Library) {
    let calls = |kind: UopKind| UopTable::stock()[kind].effects.calls;
    for stencil in &mut library.stencils {
        let root = library.patterns[stencil.pattern.0 as usize].uops.last();
        if root.is_some_and(|uop| calls(uop.kind)) && stencil.fields.is_empty() {
            // The last instruction: `pop` of one byte, or a load of four that moves the stack pointer.
            let last = if library.arch == Arch::X86_64 { 1 } else { 4 };
            stencil.code.truncate(stencil.code.len() - last);
        }
    }
}

fn register_field_short(library: &mut Library) {
    each(library, kind::ADD_I64, |stencil| {
        let results = stencil.fields.iter_mut();
        for field in results.filter(|f| f.operand == Field::RESULT) {
            field.bits.pop();
        }
    });
}

fn spill_offset(library: &mut Library) {
    let Some(load) = UopTable::stock().find("load_spill_i64") else {
        return;
    };
    each(library, load, |stencil| {
        for hole in &mut stencil.holes {
            hole.addend += 8;
        }
    });
}
