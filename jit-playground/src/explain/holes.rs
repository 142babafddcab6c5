//! The holes of machine code: where they are, and what was written into them by which rule.

use jit_native::allocate::output::Op;
use jit_native::compiled::FixupTarget;
use stencils::library::{HoleKind, HoleValue};

use super::machine::Show;
use super::model::Hole;

impl Show<'_> {
    pub(super) fn hole(&self, at: u32, op: &Op, hole: &stencils::library::Hole) -> Hole {
        let value = match hole.value {
            HoleValue::Imm(n) => self.immediate(op, n),
            HoleValue::Exit => "the exit or branch target".to_owned(),
            HoleValue::Constant(offset) => format!("constant at {offset}"),
        };
        Hole {
            at: at + u32::from(hole.offset),
            len: hole.kind.size() as u32,
            kind: format!("{:?}", hole.kind),
            formula: formula(hole.kind, hole.addend),
            value,
        }
    }

    /// The holes that wait for addresses, in a run of bytes.
    pub(super) fn fixups(&self, at: u32, end: u32) -> Vec<Hole> {
        let inside = self
            .compiled
            .fixups
            .iter()
            .filter(|fixup| (at..end).contains(&fixup.offset));
        let hole = |fixup: &jit_native::compiled::Fixup| Hole {
            at: fixup.offset,
            len: fixup.kind.size() as u32,
            kind: format!("{:?}", fixup.kind),
            formula: formula(fixup.kind, fixup.addend),
            value: match fixup.target {
                FixupTarget::Constant(offset) => format!("constant at {offset}"),
                FixupTarget::ExitSlot(exit) => format!("slot of exit x{exit}"),
            },
        };
        inside.map(hole).collect()
    }
}

/// What a rule writes; `v` is the value and `p` the address of the hole.
fn formula(kind: HoleKind, addend: i32) -> String {
    let v = match addend {
        0 => "v".to_owned(),
        less if less < 0 => format!("(v - {})", less.unsigned_abs()),
        more => format!("(v + {more})"),
    };
    match kind {
        HoleKind::X86Abs8 => format!("{v}, 8 bits, signed"),
        HoleKind::X86Abs32 => format!("{v}, 32 bits, signed"),
        HoleKind::X86AbsU32 => format!("{v}, 32 bits"),
        HoleKind::X86Abs64 => format!("{v}, 64 bits"),
        HoleKind::X86Rel32 => format!("{v} - p, 32 bits, signed"),
        HoleKind::A64MovLow => format!("movz or movn of bits 0 to 15 of {v}"),
        HoleKind::A64MovHigh => format!("movk of bits 16 to 31 of {v}"),
        HoleKind::A64Mov0 => format!("bits 0 to 15 of {v}"),
        HoleKind::A64Mov1 => format!("bits 16 to 31 of {v}"),
        HoleKind::A64Mov2 => format!("bits 32 to 47 of {v}"),
        HoleKind::A64Mov3 => format!("bits 48 to 63 of {v}"),
        HoleKind::A64Add12 => format!("{v}, 12 bits"),
        HoleKind::A64Sub12 => format!("-{v}, 12 bits"),
        HoleKind::A64Ldst12 => format!("{v} / size, 12 bits"),
        HoleKind::A64Branch26 => format!("({v} - p) / 4, 26 bits"),
        HoleKind::A64Branch19 => format!("({v} - p) / 4, 19 bits"),
        HoleKind::A64Page21 => format!("page of {v} - page of p, 21 bits"),
        HoleKind::A64PageAdd12 => format!("{v} within its page, 12 bits"),
        HoleKind::A64PageLdst12 => format!("{v} within its page / size, 12 bits"),
        HoleKind::A64Lsl => format!("(64 - {v}) % 64 and 63 - {v}, 6 bits each"),
        HoleKind::A64Shr => format!("{v}, 6 bits"),
    }
}
