//! What an overflow leaves behind can be taken back: `sum - b` is `a` again, although the sum has wrapped. So an operand
//! that only the exit of its own addition still needs may give its register to the sum, and a loop counter is
//! counted where it stands. The exit's stub computes the operand.
//!
//! Relies on one thing alone: that these stencils hold the wrapped result when they leave (see
//! [`stencils::library::Stencil::reuse`]). Start with [`undoable`].

use super::output::RESULT;
use crate::forms::Forms;
use crate::machine::Machine;
use crate::region::ValueId;
use crate::select::tile::Tile;
use stencils::library::{Library, Pattern, PatternArg};
use stencils::table::UopKind;

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
    AddingConstant(i64),
    /// This constant is subtracted.
    SubtractingConstant(i64),
    /// What is in this register is added.
    Adding(u8),
    /// What is in this register is subtracted.
    Subtracting(u8),
}

/// Which patterns are additions and subtractions that can be undone. Built once per library.
#[derive(Debug)]
pub(crate) struct UndoTable(Vec<Form>);

/// What a pattern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Nothing that can be undone.
    Other,
    /// The sum of two registers.
    Sum,
    /// The sum of a register and the immediate.
    SumWithConstant,
    /// The difference of two registers.
    Difference,
    /// A register less the immediate.
    DifferenceFromConstant,
}

impl UndoTable {
    /// The table of a library, given the addition and the subtraction that leave on overflow, and those that wrap. With a
    /// constant, an addition is undone by subtracting the same constant and a subtraction by adding it, never by its
    /// negative, which for the least constant is out of the immediate's range; and only if the library can do so with
    /// all constants that the pattern takes.
    pub(crate) fn new(
        library: &Library,
        forms: &Forms,
        overflowing: [UopKind; 2],
        wrapping: [UopKind; 2],
    ) -> UndoTable {
        use PatternArg::{Imm, Input};
        let [add, subtract] = wrapping;
        let can = |kind, pattern: &Pattern| {
            let operands = [None, pattern.immediates.first().copied()];
            forms.covering(kind, &operands).is_some()
        };
        let form = |pattern: &Pattern| match &pattern.uops[..] {
            [uop] if overflowing.contains(&uop.kind) => {
                match (uop.kind == overflowing[0], &uop.args[..]) {
                    (true, [Input(0), Input(1)]) => Form::Sum,
                    (true, [Input(0), Imm(0)] | [Imm(0), Input(0)]) if can(subtract, pattern) => {
                        Form::SumWithConstant
                    }
                    (false, [Input(0), Input(1)]) => Form::Difference,
                    (false, [Input(0), Imm(0)]) if can(add, pattern) => {
                        Form::DifferenceFromConstant
                    }
                    _ => Form::Other,
                }
            }
            _ => Form::Other,
        };
        UndoTable(library.patterns.iter().map(form).collect())
    }

    fn form(&self, tile: &Tile) -> Form {
        self.0[tile.pattern.0 as usize]
    }
}

/// The inputs of a tile that can be computed from its result when it leaves, as a set.
#[inline]
pub(super) fn undoable(machine: &Machine, tile: &Tile, inputs: &[ValueId]) -> u8 {
    match (machine.undos.form(tile), inputs) {
        (Form::Other, _) => 0,
        (Form::Sum, [a, b]) if a != b => 0b11,
        (Form::Difference, [a, b]) if a != b => 0b01,
        (Form::SumWithConstant | Form::DifferenceFromConstant, _) => 0b01,
        _ => 0,
    }
}

/// The value that a tile's exit must compute, and how, if an input that is undoable shares the result's register.
#[inline]
pub(super) fn undo(
    machine: &Machine,
    imms: &[i64],
    inputs: &[ValueId],
    tile: &Tile,
    regs: [u8; 8],
) -> Option<(ValueId, Undo)> {
    if machine.undos.form(tile) == Form::Other {
        return None;
    }
    undo_sum(machine, imms, inputs, tile, regs)
}

fn undo_sum(
    machine: &Machine,
    imms: &[i64],
    inputs: &[ValueId],
    tile: &Tile,
    regs: [u8; 8],
) -> Option<(ValueId, Undo)> {
    let set = undoable(machine, tile, inputs);
    let result = regs[RESULT];
    let input = (0..inputs.len()).find(|i| set >> i & 1 != 0 && regs[*i] == result)?;
    let by = match machine.undos.form(tile) {
        Form::Other => return None,
        Form::Sum => By::Subtracting(regs[1 - input]),
        Form::SumWithConstant => By::SubtractingConstant(imms[tile.imms as usize]),
        Form::Difference => By::Adding(regs[1]),
        Form::DifferenceFromConstant => By::AddingConstant(imms[tile.imms as usize]),
    };
    Some((inputs[input], Undo { result, by }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stencils::library::Arch;
    use stencils::table::UopTable;

    /// For an operand of each of these patterns a loop's counter needs no copy.
    #[test]
    #[cfg_attr(miri, ignore = "reads whole libraries")]
    fn everything_that_leaves_on_overflow_can_be_undone_but_a_difference_from_a_constant() {
        for arch in [Arch::X86_64, Arch::Aarch64] {
            let machine = Machine::new(UopTable::stock(), stencils::stock(arch)).expect("stock");
            let patterns = &machine.library().patterns;
            let overflowing = machine.machinery.overflowing;
            for (pattern, form) in patterns.iter().zip(&machine.undos.0) {
                let [uop] = &pattern.uops[..] else {
                    continue;
                };
                if overflowing.contains(&uop.kind) {
                    let adds = uop.kind == overflowing[0];
                    let from_constant = !adds && matches!(uop.args[0], PatternArg::Imm(_));
                    assert_eq!(*form == Form::Other, from_constant, "{arch:?} {uop:?}");
                }
            }
        }
    }
}
