//! The allocator's own ops: copies, reloads, spills and constants.
//!
//! Spill slots get their numbers when the walk is over. Until then an op that touches one has a stencil number that no
//! library has, and the value whose slot it is in place of its immediates; [`super::slots`] puts the real ones in.

use super::output::{NO_TILE, Op, OpExit, RESULT};
use crate::compile::CompileError;
use crate::machine::{Machine, class};
use crate::region::{Region, ValueId};
use stencils::library::StencilId;
use stencils::table::{Type, UopKind};

/// A load or store of a spill slot, to be finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotOp {
    Load(Type),
    Store(Type),
}

const SLOT_OPS: [SlotOp; 4] = [
    SlotOp::Load(Type::I64),
    SlotOp::Load(Type::F64),
    SlotOp::Store(Type::I64),
    SlotOp::Store(Type::F64),
];
const FIRST_SLOT_OP: u32 = u32::MAX - 3;

impl SlotOp {
    /// The stencil number that stands for it.
    fn code(self) -> StencilId {
        let index = match self {
            SlotOp::Load(ty) => class(ty),
            SlotOp::Store(ty) => 2 + class(ty),
        };
        StencilId(FIRST_SLOT_OP + index as u32)
    }

    /// What a stencil number stands for.
    pub(super) fn decode(stencil: StencilId) -> Option<SlotOp> {
        SLOT_OPS
            .get(stencil.0.checked_sub(FIRST_SLOT_OP)? as usize)
            .copied()
    }
}

fn op(stencil: StencilId, imms: u32, input: u8, result: u8) -> Op {
    let mut regs = [0; 8];
    regs[0] = input;
    regs[RESULT] = result;
    Op {
        regs,
        stencil,
        imms,
        exit: OpExit::NONE,
        tile: NO_TILE,
    }
}

/// A copy from register to register.
pub(super) fn copy(machine: &Machine, ty: Type, to: u8, from: u8) -> Op {
    op(
        checked_stencil(machine, machine.machinery.copy[class(ty)], &[None]),
        0,
        from,
        to,
    )
}

/// A load of a value's spill slot.
pub(super) fn load(ty: Type, to: u8, slot: ValueId) -> Op {
    op(SlotOp::Load(ty).code(), slot.0, 0, to)
}

/// A store to a value's spill slot.
pub(super) fn store(ty: Type, slot: ValueId, from: u8) -> Op {
    op(SlotOp::Store(ty).code(), slot.0, from, 0)
}

/// A constant into a register.
pub(super) fn constant(
    machine: &Machine,
    region: &Region,
    imms: &mut Vec<i64>,
    ty: Type,
    to: u8,
    value: ValueId,
) -> Op {
    let bits = region.constant_bits(value);
    let start = imms.len() as u32;
    imms.push(bits);
    op(
        checked_stencil(
            machine,
            machine.machinery.constant[class(ty)],
            &[Some(bits)],
        ),
        start,
        0,
        to,
    )
}

/// The stencil of a machinery uop.
///
/// # Errors
/// When the library has none with such operands.
pub(crate) fn stencil(
    machine: &Machine,
    kind: UopKind,
    operands: &[Option<i64>],
) -> Result<StencilId, CompileError> {
    let found = machine.cheapest(kind, operands);
    found
        .map(|(_, stencil)| stencil)
        .ok_or(CompileError::NoPattern(kind))
}

/// The same with operands for which the machine has been checked to have one ([`Machine`]'s `check_machinery`): no operand, any
/// constant, the offset of any frame word.
pub(super) fn checked_stencil(
    machine: &Machine,
    kind: UopKind,
    operands: &[Option<i64>],
) -> StencilId {
    let found = machine.cheapest(kind, operands);
    debug_assert!(found.is_some(), "no stencil for {kind:?} of {operands:?}");
    found.map_or(StencilId(0), |(_, stencil)| stencil)
}
