//! The copying loop: stencils into a buffer, registers and holes filled on the way.
//!
//! Unsafe, because it is the inner loop of the whole engine: the bytes of a stencil are written 16 at a time without a
//! check for each. It is sound because there is one check before each stencil that the buffer has room for the longest
//! one and a piece more, and because [`RecipeTable::new`] has checked every offset, number and length in the tables. What
//! an op may ask for, registers below 32 and immediates that exist, is checked here. Start with [`Emitter::copy`].

use super::recipe::{ConstantPlace, Filling, HoleRecipe, PIECE, Recipe, RecipeTable};
use crate::allocate::output::Op;
use crate::faults::{Fault, planted};
use crate::patch::{PatchError, patch_hole};
use stencils::library::{Arch, HoleKind, StencilId};

/// Bytes under construction.
#[derive(Debug, Default)]
pub(crate) struct Emitter {
    bytes: Vec<u8>,
}

/// Holes that cannot be filled yet.
pub(crate) trait Later {
    /// A hole at this offset of the code that the op's exit fills.
    fn exit(&mut self, at: u32, hole: &HoleRecipe, op: &Op);
    /// A hole at this offset of the code that an address in the library's constants fills.
    fn constant(&mut self, at: u32, kind: HoleKind, place: ConstantPlace);
    /// Whether this stencil's immediate 0 is the address of the exit's slot, which is not known yet.
    fn slot(&mut self, _at: u32, _hole: &HoleRecipe) -> bool {
        false
    }
}

impl Emitter {
    /// Empties it, keeping its memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The number of bytes so far.
    #[inline]
    pub(crate) fn position(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// The bytes so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Copies the op's stencil and fills what can be filled.
    ///
    /// # Errors
    /// When an immediate does not fit.
    #[inline]
    pub(crate) fn copy(
        &mut self,
        table: &RecipeTable,
        op: &Op,
        imms: &[i64],
        later: &mut impl Later,
    ) -> Result<(), PatchError> {
        let recipe = &table.recipes[op.stencil.0 as usize];
        let start = self.bytes.len();
        if self.bytes.capacity() - start < table.longest + PIECE {
            self.grow(table.longest + PIECE);
        }
        let mut piece = recipe.code;
        let regs = u64::from_le_bytes(op.regs);
        let mask = |n: usize| {
            let lost = u64::from(planted(Fault::RegisterBitLost)) << 2;
            let reg = regs >> (recipe.operands[n] & 63) & 31 & !lost;
            table.masks[recipe.masks[n] as usize][reg as usize]
        };
        piece |= mask(0) | mask(1);
        // Masks stand in front of those that change nothing, and few stencils have more than two.
        if recipe.masks[2] != 0 {
            piece |= mask(2) | mask(3);
        }
        // SAFETY: the buffer has room for the longest stencil and a piece more behind `start`.
        unsafe {
            self.bytes
                .as_mut_ptr()
                .add(start)
                .cast::<[u8; PIECE]>()
                .write_unaligned(piece.to_le_bytes())
        };
        if recipe.piece_count != 0 {
            self.copy_further(table, op.stencil, op, start);
        }
        // SAFETY: the table's lengths are at most `longest`, for which there is room, and all bytes up to here have been
        // written: pieces cover the whole stencil.
        unsafe { self.bytes.set_len(start + recipe.len as usize) };
        for hole in table.holes(recipe) {
            let at = start + usize::from(hole.offset);
            match hole.filling() {
                Filling::Imm(n) => {
                    if n == 0 && later.slot(at as u32, hole) {
                        continue;
                    }
                    let n = if planted(Fault::ImmediateIsFirst) {
                        0
                    } else {
                        n
                    };
                    let value = imms[op.imms as usize + usize::from(n)];
                    self.fill(at, hole.kind, value.wrapping_add(i64::from(hole.addend)))?;
                }
                Filling::Exit => later.exit(at as u32, hole, op),
                Filling::Constant => {
                    let place = table.constants[hole.addend as usize];
                    later.constant(at as u32, hole.kind, place);
                }
            }
        }
        Ok(())
    }

    /// Turns the conditional jump round that the code ends in: that of a stencil which [`Recipe::flips`].
    pub(crate) fn flip(&mut self, arch: Arch) {
        Recipe::flip(&mut self.bytes, arch);
    }

    /// Fills a hole with a value, or with a place in the code, that does not depend on where the code lies.
    #[inline(always)]
    pub(crate) fn fill(&mut self, at: usize, kind: HoleKind, value: i64) -> Result<(), PatchError> {
        // The commonest kinds without a call; what does not fit goes the long way to its error.
        let word = match kind {
            HoleKind::X86Abs32 => i32::try_from(value),
            HoleKind::X86Rel32 => i32::try_from(value.wrapping_sub(at as i64)),
            HoleKind::X86Abs8 => return self.fill_byte(at, value),
            _ => return self.fill_other(at, kind, value),
        };
        match (word, self.bytes.get_mut(at..at + 4)) {
            (Ok(word), Some(hole)) => {
                hole.copy_from_slice(&word.to_le_bytes());
                Ok(())
            }
            _ => self.fill_other(at, kind, value),
        }
    }

    #[inline]
    fn fill_byte(&mut self, at: usize, value: i64) -> Result<(), PatchError> {
        match (i8::try_from(value), self.bytes.get_mut(at)) {
            (Ok(value), Some(hole)) => {
                *hole = value as u8;
                Ok(())
            }
            _ => self.fill_other(at, HoleKind::X86Abs8, value),
        }
    }

    #[inline(never)]
    fn fill_other(&mut self, at: usize, kind: HoleKind, value: i64) -> Result<(), PatchError> {
        patch_hole(&mut self.bytes, at, kind, value, at as u64)
    }

    /// The pieces of a long stencil after the first.
    #[inline(never)]
    fn copy_further(&mut self, table: &RecipeTable, stencil: StencilId, op: &Op, start: usize) {
        let recipe = &table.recipes[stencil.0 as usize];
        let first = recipe.pieces as usize;
        for piece in &table.pieces[first..first + recipe.piece_count as usize] {
            let mut code = piece.code;
            for (mask, reg) in piece.masks.iter().zip(op.regs) {
                let reg = if planted(Fault::LaterPiecesUnpatched) {
                    0
                } else {
                    reg
                };
                code |= table.masks[*mask as usize][(reg & 31) as usize];
            }
            // SAFETY: a piece begins inside its stencil, and the caller has made room for the longest stencil and a
            // piece more behind `start`.
            unsafe {
                let to = self.bytes.as_mut_ptr().add(start + piece.offset as usize);
                to.cast::<[u8; PIECE]>().write_unaligned(code.to_le_bytes());
            }
        }
    }

    #[cold]
    fn grow(&mut self, room: usize) {
        self.bytes.reserve(room.max(4096).max(self.bytes.len()));
    }
}
