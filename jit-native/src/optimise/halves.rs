//! Upper halves of integers that nobody looks at: 32-bit uops extend the sign of every result, which costs an instruction
//! each time, and most results go into other 32-bit uops, which look at low halves alone.
//!
//! From those who do look (snapshots, comparisons, addresses, ..) it is passed on, through what hands upper halves on, to all
//! values whose upper half matters. Of the others a 32-bit uop becomes one that leaves the upper half as it comes, and an
//! extension is left out. (The demanded bits of compilers, in two classes.)
//!
//! Works on the work region, once it is known what stays, and only where there is something to win. Start with
//! [`Halves::run`].

use super::edges::{Edges, Label};
use super::finish::Live;
use crate::faults::{Fault, planted};
use crate::region::{RegionData, Terminator, Uop, UopId, ValueDef, ValueId};
use stencils::table::UopKind;
use stencils::uops::kind;

/// What a kind does with upper halves. Sets of operands are masks, the first operand lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Half {
    /// Operands whose upper half it never looks at.
    ignores: u8,
    /// Operands whose upper half changes nothing but the result's upper half.
    passes: u8,
    /// What computes the same low half, and whatever upper half.
    loose: Loose,
}

/// What to take where the upper half of a result does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Loose {
    /// The uop itself.
    #[default]
    Same,
    /// Another kind.
    Kind(UopKind),
    /// One kind where the second operand is a constant below 32, another where it is not.
    Shift(UopKind, UopKind),
    /// The operand.
    Operand,
}

impl Half {
    /// What a kind does with upper halves.
    pub fn of(kind: UopKind) -> Self {
        let (first, both, second) = (0b01, 0b11, 0b10);
        let (ignores, passes, loose) = match kind {
            kind::ADD_I64 | kind::SUB_I64 | kind::MUL_I64 => (0, both, Loose::Same),
            kind::AND_I64 | kind::OR_I64 | kind::XOR_I64 => (0, both, Loose::Same),
            kind::NEG_I64 | kind::NOT_I64 => (0, first, Loose::Same),
            kind::SHL_I64 => (second, first, Loose::Same),
            kind::SHR_I64 | kind::USHR_I64 | kind::ROTL_I64 | kind::ROTR_I64 => {
                (second, 0, Loose::Same)
            }
            kind::SELECT_I64 => (0, 0b110, Loose::Same),
            kind::ADD_I32 => (both, 0, Loose::Kind(kind::ADD_I64)),
            kind::SUB_I32 => (both, 0, Loose::Kind(kind::SUB_I64)),
            kind::MUL_I32 => (both, 0, Loose::Kind(kind::MUL_I64)),
            kind::NEG_I32 => (first, 0, Loose::Kind(kind::NEG_I64)),
            kind::SHL_I32 => (both, 0, Loose::Shift(kind::SHL_I64, kind::SHL_U32)),
            kind::USHR_I32 => (both, 0, Loose::Kind(kind::USHR_U32)),
            kind::ROTL_I32 => (both, 0, Loose::Kind(kind::ROTL_U32)),
            kind::ROTR_I32 => (both, 0, Loose::Kind(kind::ROTR_U32)),
            kind::SIGN_EXTEND_32 | kind::ZERO_EXTEND_32 => (first, 0, Loose::Operand),
            kind::SHR_I32 | kind::SHL_U32 | kind::USHR_U32 | kind::ROTL_U32 | kind::ROTR_U32 => {
                (both, 0, Loose::Same)
            }
            kind::ADD_OVF_I32 | kind::SUB_OVF_I32 | kind::MUL_OVF_I32 => (both, 0, Loose::Same),
            kind::DIV_I32 | kind::REM_I32 | kind::FLOOR_DIV_I32 | kind::FLOOR_MOD_I32 => {
                (both, 0, Loose::Same)
            }
            kind::DIV_U32 | kind::REM_U32 => (both, 0, Loose::Same),
            kind::NEG_OVF_I32 | kind::ABS_OVF_I32 => (first, 0, Loose::Same),
            kind::CLZ_I32 | kind::CTZ_I32 | kind::POPCOUNT_I32 => (first, 0, Loose::Same),
            kind::SIGN_EXTEND_8 | kind::SIGN_EXTEND_16 => (first, 0, Loose::Same),
            kind::ZERO_EXTEND_8 | kind::ZERO_EXTEND_16 => (first, 0, Loose::Same),
            kind::STORE_I8 | kind::STORE_I16 | kind::STORE_I32 => (0b100, 0, Loose::Same),
            kind::STORE_INDEXED_I8 | kind::STORE_INDEXED_I16 | kind::STORE_INDEXED_I32 => {
                (0b1_0000, 0, Loose::Same)
            }
            _ => (0, 0, Loose::Same),
        };
        Half {
            ignores,
            passes,
            loose,
        }
    }

    /// Whether something is won where the upper half of its result does not matter.
    pub fn is_dear(self) -> bool {
        self.loose != Loose::Same
    }

    /// The operands of a uop whose upper half it does not look at.
    fn ignored_by(self, region: &RegionData, uop: &Uop) -> u8 {
        let masked = |mask: &ValueId| matches!(region.def(*mask), ValueDef::Const(0..=0xffff_ffff));
        let masks = uop.kind == kind::AND_I64 && region.args(uop.args).get(1).is_some_and(masked);
        self.ignores | u8::from(masks)
    }

    /// What takes the place of a uop whose result's upper half does not matter.
    fn instead(self, region: &RegionData, uop: &Uop) -> Loose {
        let Loose::Shift(known, unknown) = self.loose else {
            return self.loose;
        };
        let count = region.args(uop.args)[1];
        match region.def(count) {
            ValueDef::Const(0..32) => Loose::Kind(known),
            _ => Loose::Kind(unknown),
        }
    }
}

/// The memory of it.
#[derive(Debug, Default)]
pub(super) struct Halves {
    /// By value: its upper half matters.
    matters: Vec<bool>,
    /// Values whose upper half was found to matter, and that have not passed it on.
    waiting: Vec<ValueId>,
    /// Uops of the work region that are others now, or gone, in order.
    changed: Vec<UopId>,
    /// Results that are not computed any more, with what is used instead.
    pub replaced: Vec<(ValueId, ValueId)>,
}

impl Halves {
    /// Forgets the last region.
    pub fn clear(&mut self) {
        self.changed.clear();
        self.replaced.clear();
    }

    /// Whether a uop of the work region is another now, or gone.
    pub fn has_changed(&self, uop: UopId) -> bool {
        self.changed.binary_search(&uop).is_ok()
    }

    /// Takes what is cheaper where upper halves do not matter. Leaves the replaced results to be replaced.
    pub fn run(&mut self, region: &mut RegionData, live: &mut Live, edges: &Edges) {
        self.find(region, live, edges);
        for n in 0..region.uops.len() {
            let uop = region.uops[n];
            let (half, Some(result)) = (Half::of(uop.kind), uop.result.get()) else {
                continue;
            };
            if !half.is_dear() || !live.uops[n] || self.matters[result.index()] {
                continue;
            }
            match half.instead(region, &uop) {
                Loose::Kind(kind) => region.uops[n].kind = kind,
                Loose::Operand => {
                    let operand = region.args(uop.args)[0];
                    self.replaced.push((result, operand));
                    live.uops[n] = false;
                }
                Loose::Same | Loose::Shift(..) => continue,
            }
            self.changed.push(UopId(n as u32));
        }
    }

    /// Finds the values whose upper half matters.
    fn find(&mut self, region: &RegionData, live: &Live, edges: &Edges) {
        self.matters.clear();
        self.matters.resize(region.values.len(), false);
        if !planted(Fault::SnapshotsTakeLowHalves) {
            for entry in &region.snapshots {
                self.look(entry.value);
            }
        }
        for block in &region.blocks {
            if let Terminator::Branch { args, .. } = block.terminator {
                region.args(args).iter().for_each(|&arg| self.look(arg));
            }
        }
        for (uop, _) in region
            .uops
            .iter()
            .zip(&live.uops)
            .filter(|(_, live)| **live)
        {
            let half = Half::of(uop.kind);
            self.look_at(region, uop, !(half.ignored_by(region, uop) | half.passes));
        }
        while let Some(value) = self.waiting.pop() {
            match region.def(value) {
                ValueDef::Const(_) => {}
                ValueDef::Uop(uop) => {
                    let uop = &region.uops[uop.index()];
                    let half = Half::of(uop.kind);
                    self.look_at(region, uop, half.passes & !half.ignored_by(region, uop));
                }
                ValueDef::Param(label, n) => {
                    for edge in edges.incoming(Label(label.0)) {
                        self.look(region.args[edge.args.start as usize + n as usize]);
                    }
                }
            }
        }
    }

    /// These operands' upper halves matter; those past the eighth are like the eighth.
    fn look_at(&mut self, region: &RegionData, uop: &Uop, operands: u8) {
        for (n, &arg) in region.args(uop.args).iter().enumerate() {
            if operands >> n.min(7) & 1 != 0 {
                self.look(arg);
            }
        }
    }

    /// A value's upper half matters.
    fn look(&mut self, value: ValueId) {
        if !std::mem::replace(&mut self.matters[value.index()], true) {
            self.waiting.push(value);
        }
    }
}
