//! Drops instructions that only put into an input's register what is there already.
//!
//! An input is handed through, so at the end its register must hold what it held at first. Where the compiler has
//! learnt the value (a divisor is zero on the way to the exit, two inputs are equal after a guard) it may write that
//! value into the register again. When nothing reads the register after such a write in its block, and the block leaves
//! the stencil, the write restores what was there and can go. That nothing else writes the register is checked later,
//! of the finished code: a write that is left over fails the build.

use super::code::{Block, Dest, End, Inst};
use super::operands::Operands;
use crate::library::Field;
use crate::table::Type;

/// What an instruction does to registers.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// The registers that it reads.
    pub reads: Vec<(Type, u8)>,
    /// The registers that it writes.
    pub writes: Vec<(Type, u8)>,
    /// Whether it changes the flags.
    pub flags: bool,
    /// Whether it does something besides: writes memory, calls.
    pub more: bool,
}

/// Drops what only restores inputs.
pub fn drop_restores(blocks: &mut [Block], operands: &Operands, effect: impl Fn(&Inst) -> Effect) {
    for block in blocks {
        let leaves = |dest: &Dest| !matches!(dest, Dest::Block(_));
        let End::Jump(end) = block.end else { continue };
        if !leaves(&end) || !block.branches.iter().all(|(_, dest)| leaves(dest)) {
            continue;
        }
        let effects: Vec<Effect> = block.insts.iter().map(&effect).collect();
        let mut keep = vec![true; effects.len()];
        for (index, own) in effects.iter().enumerate().rev() {
            let [(ty, number)] = own.writes[..] else {
                continue;
            };
            let is_input = operands
                .operand(ty, number)
                .is_some_and(|operand| operand != Field::RESULT);
            let flags_matter = own.flags && !block.branches.is_empty();
            let later = effects
                .iter()
                .zip(&keep)
                .skip(index + 1)
                .filter(|(_, keep)| **keep);
            let read_later = later
                .into_iter()
                .any(|(e, _)| e.reads.contains(&(ty, number)));
            keep[index] = !is_input || flags_matter || own.more || read_later;
        }
        let mut keep = keep.into_iter();
        block.insts.retain(|_| keep.next().unwrap_or(true));
    }
}
