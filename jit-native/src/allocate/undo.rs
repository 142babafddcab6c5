//! What an overflow leaves behind can be taken back: `sum - b` is `a` again, although the sum has wrapped. So an operand
//! that only the exit of its own addition still needs may give its register to the sum, and a loop counter is
//! counted where it stands. The exit's stub computes the operand.
//!
//! Relies on one thing alone: that these stencils hold the wrapped result when they leave (see
//! [`stencils::library::Stencil::reuse`]). Start with [`undoable`].

use super::output::{Op, RESULT};
use crate::machine::Machine;
use crate::region::ValueId;
use crate::select::tile::{Tile, TileExit};
use stencils::library::PatternArg;

/// How an operand is computed from a wrapped result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undo {
    /// The register of the result.
    pub result: u8,
    /// What is done to it.
    pub by: By,
}

/// What is done to a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// This constant is added.
    Constant(i64),
    /// What is in this register is added.
    Adding(u8),
    /// What is in this register is subtracted.
    Subtracting(u8),
}

/// The inputs of a tile that can be computed from its result when it leaves, as a set.
pub(super) fn undoable(machine: &Machine, tile: &Tile, inputs: &[ValueId]) -> u8 {
    let candidate = machine.patterns.candidate(tile.pattern);
    if candidate.step_count != 1 || tile.result.is_none() {
        return 0;
    }
    let step = machine.patterns.steps(candidate)[0];
    let adds = step.kind == machine.machinery.overflowing[0];
    if !adds && step.kind != machine.machinery.overflowing[1] {
        return 0;
    }
    match (machine.patterns.args(&step), inputs) {
        ([PatternArg::Input(0), PatternArg::Input(1)], [a, b]) if a != b => {
            0b01 | u8::from(adds) << 1
        }
        ([PatternArg::Input(0), PatternArg::Imm(_)], _) => 0b01,
        ([PatternArg::Imm(_), PatternArg::Input(0)], _) if adds => 0b01,
        _ => 0,
    }
}

/// The value that an op's exit must compute, and how, if an input that is undoable shares the result's register.
pub(super) fn undo(
    machine: &Machine,
    imms: &[i64],
    inputs: &[ValueId],
    tile: &Tile,
    op: &Op,
) -> Option<(ValueId, Undo)> {
    let TileExit::Exit(_) = tile.exit else {
        return None;
    };
    let set = undoable(machine, tile, inputs);
    let result = op.regs[RESULT];
    let input = (0..inputs.len()).find(|i| set >> i & 1 != 0 && op.regs[*i] == result)?;
    let step = machine
        .patterns
        .steps(machine.patterns.candidate(tile.pattern))[0];
    let adds = step.kind == machine.machinery.overflowing[0];
    let by = match (inputs.len(), adds) {
        (2, true) => By::Subtracting(op.regs[1 - input]),
        (2, false) => By::Adding(op.regs[1 - input]),
        (_, true) => By::Constant(imms[tile.imms as usize].wrapping_neg()),
        (_, false) => By::Constant(imms[tile.imms as usize]),
    };
    Some((inputs[input], Undo { result, by }))
}
