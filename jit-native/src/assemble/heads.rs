//! The heads of loops: where a loop is entered again, round by round, is brought to a place from which processors fetch
//! instructions at once. A short loop that lies across such places can take twice as long, round after round.
//!
//! Never changes what runs but for instructions that do nothing, in front of a loop. Start with [`Assembler::bring_head`].

use super::marks::Source;
use super::{Assembler, Input};
use crate::allocate::output::BlockOps;
use crate::compile::CompileError;
use stencils::library::Arch;

/// A head begins at a multiple of so many bytes: what x86-64 processors decode together and keep decoded together, and
/// what larger AArch64 processors fetch at once.
pub(crate) const HEAD_ALIGNMENT: u32 = 32;

/// Instructions that do nothing, by their length less one: those that Intel's and AMD's manuals recommend.
const X86_NOTHING: [&[u8]; 9] = [
    &[0x90],
    &[0x66, 0x90],
    &[0x0f, 0x1f, 0x00],
    &[0x0f, 0x1f, 0x40, 0x00],
    &[0x0f, 0x1f, 0x44, 0x00, 0x00],
    &[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
    &[0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
    &[0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
    &[0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

/// The instruction `nop`.
const A64_NOTHING: &[u8] = &[0x1f, 0x20, 0x03, 0xd5];

impl Assembler {
    /// Before a block that begins a loop: fills up, so that the place where the loop is entered again is a multiple of
    /// [`HEAD_ALIGNMENT`]. Does not when an island is due, as the place may move then.
    ///
    /// # Errors
    /// When the code is too large.
    pub(super) fn bring_head(
        &mut self,
        input: Input<'_>,
        block: usize,
        ops: &BlockOps,
    ) -> Result<(), CompileError> {
        let head = block as u32;
        if input
            .loops
            .binary_search_by_key(&head, |l| l.header)
            .is_err()
        {
            return Ok(());
        }
        let recipes = &input.machine.recipes.recipes;
        let entered = self.rotation(block).map_or(0, |rotation| rotation.ops);
        let before: u32 = input.allocation.ops[ops.ops.range()][..entered as usize]
            .iter()
            .map(|op| u32::from(recipes[op.stencil.0 as usize].len))
            .sum();
        let stop = self.prepare(input, true)?;
        let entry = self.emitter.position() + before;
        let missing = entry.next_multiple_of(HEAD_ALIGNMENT) - entry;
        if missing == 0 || self.emitter.position() + missing >= stop {
            return Ok(());
        }
        self.mark_if_asked(Source::Padding);
        let widest: &[&[u8]] = match input.machine.arch() {
            Arch::X86_64 => &X86_NOTHING,
            Arch::Aarch64 => &[A64_NOTHING],
        };
        let mut missing = missing as usize;
        while let Some(nothing) = widest.iter().rfind(|bytes| bytes.len() <= missing) {
            self.emitter.append_bytes(nothing);
            missing -= nothing.len();
        }
        Ok(())
    }
}
