//! The copying loop: stencils into a buffer, registers and immediates filled in on the way.
//!
//! Unsafe, because it is the inner loop of the whole engine: the bytes of a stencil are written 16 at a time and its
//! immediates 8 at a time, without a check for each. It is sound because there is one check before each stencil that the
//! buffer, all of whose bytes are initialised, has room for the longest one and a piece more, and because
//! [`RecipeTable::new`] has checked every offset, number and length in the tables. What an op may ask for, registers
//! below 32 and immediates that exist, is checked here. Start with [`run`].

use super::labels::Waiting;
use super::ready::ReadyStores;
use super::recipe::{Filling, PIECE, Recipe, RecipeTable};
use super::window::{WINDOW, Window};
use crate::allocate::output::{Op, Place};
use crate::faults::{Fault, planted};
use crate::patch::{PatchError, patch_hole};
use crate::region::SnapshotEntry;
use stencils::library::{Arch, HoleKind};

/// Bytes under construction.
#[derive(Debug, Default)]
pub(crate) struct Emitter {
    /// The code, and room behind it.
    bytes: Vec<u8>,
    /// Where the code ends.
    position: usize,
}

/// Copies ops, at least one, until the code has grown beyond `stop`, which each exit brings nearer by `JUMP` bytes. Gives how many.
///
/// # Errors
/// When an immediate does not fit.
pub(super) fn run(
    emitter: &mut Emitter,
    waiting: &mut Waiting<'_>,
    table: &RecipeTable,
    ops: &[Op],
    imms: &[i64],
    mut stop: i64,
) -> Result<usize, PatchError> {
    for (n, op) in ops.iter().enumerate() {
        let start = emitter.position();
        let recipe = emitter.copy(table, op, imms);
        waiting.labels.watch(start, recipe, op.exit);
        if recipe.rest != 0 {
            emitter.copy_rest(table, op, imms, waiting)?;
        }
        stop -= i64::from(recipe.exits) * Waiting::JUMP;
        if emitter.position as i64 >= stop {
            return Ok(n + 1);
        }
    }
    Ok(ops.len())
}

impl Emitter {
    /// Empties it, keeping its memory.
    pub(crate) fn clear(&mut self) {
        self.position = 0;
    }

    /// The number of bytes so far.
    #[inline]
    pub(crate) fn position(&self) -> u32 {
        self.position as u32
    }

    /// The bytes so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.position]
    }

    /// Copies the first piece of the op's stencil and fills its first window; then the code ends where the stencil does. What else there
    /// is to do, [`Recipe::rest`] says.
    #[inline(always)]
    fn copy<'t>(&mut self, table: &'t RecipeTable, op: &Op, imms: &[i64]) -> &'t Recipe {
        let recipe = &table.recipes[op.stencil.0 as usize];
        self.make_room(table.room);
        let mut piece = recipe.code;
        let regs = u64::from_le_bytes(op.regs);
        let mask = |n: usize| {
            let lost = u64::from(planted(Fault::RegisterBitLost)) << 2;
            let reg = (regs >> (recipe.operands[n] & 63) & 31 & !lost) as usize;
            // SAFETY: the numbers in recipes are those of masks, of which each has 32.
            unsafe { table.masks.get_unchecked(recipe.masks[n] as usize)[reg] }
        };
        piece |= mask(0) | mask(1);
        // Masks stand in front of those that change nothing, and few stencils have more than two.
        if recipe.masks[2] != 0 {
            piece |= mask(2) | mask(3);
        }
        // SAFETY: there is room for the longest stencil and a piece more behind `position`.
        unsafe { self.write(0, piece) };
        if recipe.has_window {
            let value = imms[op.imms as usize + recipe.window.imm()];
            // SAFETY: a recipe's window lies within its first piece.
            unsafe { self.fill_window(0, &recipe.window, value) };
        }
        self.position += usize::from(recipe.len);
        recipe
    }

    /// Copies the op's stencil and fills what can be filled.
    ///
    /// # Errors
    /// When an immediate does not fit.
    pub(super) fn copy_whole(
        &mut self,
        table: &RecipeTable,
        op: &Op,
        imms: &[i64],
        waiting: &mut Waiting<'_>,
    ) -> Result<(), PatchError> {
        let recipe = self.copy(table, op, imms);
        if recipe.rest != 0 {
            self.copy_rest(table, op, imms, waiting)?;
        }
        Ok(())
    }

    /// Does the rest for the stencil that was copied last.
    #[inline(never)]
    fn copy_rest(
        &mut self,
        table: &RecipeTable,
        op: &Op,
        imms: &[i64],
        waiting: &mut Waiting<'_>,
    ) -> Result<(), PatchError> {
        let recipe = &table.recipes[op.stencil.0 as usize];
        let rest = &table.rests[recipe.rest as usize];
        let start = self.position - usize::from(recipe.len);
        let back = usize::from(recipe.len);
        for piece in &table.pieces[rest.pieces.range()] {
            let mut code = piece.code;
            for (mask, reg) in piece.masks.iter().zip(op.regs) {
                let lost = planted(Fault::LaterPiecesUnpatched);
                let reg = if lost { 0 } else { reg };
                code |= table.masks[*mask as usize][(reg & 31) as usize];
            }
            // SAFETY: a piece begins inside its stencil, behind whose start there was room for the longest one and a piece
            // more.
            unsafe { self.write(usize::from(piece.offset) as isize - back as isize, code) };
        }
        for window in &table.windows[rest.windows.range()] {
            let value = imms[op.imms as usize + window.imm()];
            // SAFETY: a window begins inside its stencil, behind whose start there was room for the longest one and a
            // piece more, which is more than a window.
            unsafe { self.fill_window(-(back as isize), window, value) };
        }
        for hole in &table.holes[rest.holes.range()] {
            let at = start + usize::from(hole.offset);
            match hole.filling() {
                Filling::Imm(n) => {
                    let first = planted(Fault::ImmediateIsFirst);
                    let n = if first { 0 } else { usize::from(n) };
                    let value = imms[op.imms as usize + n];
                    self.fill(at, hole.kind, value.wrapping_add(i64::from(hole.addend)))?;
                }
                Filling::Exit => waiting.labels.watch_another(start as u32, *hole, op.exit),
                Filling::Constant => {
                    let place = table.constants[hole.addend as usize];
                    waiting.constant(at as u32, hole.kind, place);
                }
            }
        }
        Ok(())
    }

    /// Stores what is in registers to the frame, as a snapshot says, until there is a place that is no register or a store
    /// that is not ready. Gives how many entries it has dealt with.
    pub(super) fn store_registers(
        &mut self,
        stores: &ReadyStores,
        entries: &[SnapshotEntry],
        places: &[Place],
    ) -> usize {
        for (n, (entry, place)) in entries.iter().zip(places).enumerate() {
            let Some(store) = place
                .register()
                .and_then(|reg| stores.find(reg, entry.slot))
            else {
                return n;
            };
            self.make_room(PIECE);
            // SAFETY: there is room for a piece, and both the stencil and its window lie within one.
            unsafe {
                self.write(0, store.code);
                self.fill_window(0, &store.window, ReadyStores::offset(entry.slot));
            }
            self.position += usize::from(store.len);
        }
        entries.len().min(places.len())
    }

    /// Copies code that has no registers in it.
    pub(super) fn append(&mut self, code: &[u8]) {
        self.make_room(code.len());
        self.bytes[self.position..self.position + code.len()].copy_from_slice(code);
        self.position += code.len();
    }

    /// Turns the conditional jump round that the code ends in: that of a stencil which [`Recipe::flips`].
    pub(crate) fn flip(&mut self, arch: Arch) {
        Recipe::flip(&mut self.bytes[..self.position], arch);
    }

    /// Fills a hole with a value, or with a place in the code, that does not depend on where the code lies.
    ///
    /// # Errors
    /// When the value does not fit.
    #[inline]
    pub(crate) fn fill(&mut self, at: usize, kind: HoleKind, value: i64) -> Result<(), PatchError> {
        // The commonest kinds without a call; what does not fit goes the long way to its error.
        let word = match kind {
            HoleKind::X86Abs32 => i32::try_from(value),
            HoleKind::X86Rel32 => i32::try_from(value.wrapping_sub(at as i64)),
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

    #[inline(never)]
    fn fill_other(&mut self, at: usize, kind: HoleKind, value: i64) -> Result<(), PatchError> {
        patch_hole(&mut self.bytes[..self.position], at, kind, value, at as u64)
    }

    /// Writes a piece at so many bytes from `position`.
    ///
    /// # Safety
    /// These 16 bytes lie within the buffer.
    #[inline(always)]
    unsafe fn write(&mut self, from: isize, piece: u128) {
        // SAFETY: the caller's promise; so the place is within the buffer's one allocation.
        unsafe {
            let to = self.bytes.as_mut_ptr().add(self.position).offset(from);
            to.cast::<[u8; PIECE]>()
                .write_unaligned(piece.to_le_bytes());
        }
    }

    /// Fills a window of the stencil that begins so many bytes from `position`.
    ///
    /// # Safety
    /// The window's bytes lie within the buffer.
    #[inline(always)]
    unsafe fn fill_window(&mut self, from: isize, window: &Window, value: i64) {
        // SAFETY: the caller's promise; so the place is within the buffer's one allocation, and the buffer is initialised.
        unsafe {
            let to = self.bytes.as_mut_ptr().add(self.position).offset(from);
            let to = to.add(window.at()).cast::<[u8; WINDOW]>();
            let word = u64::from_le_bytes(to.read_unaligned()) | window.bits(value);
            to.write_unaligned(word.to_le_bytes());
        }
    }

    /// Makes sure that there are so many bytes behind `position`.
    #[inline(always)]
    fn make_room(&mut self, room: usize) {
        if self.bytes.len() - self.position < room {
            self.grow(room);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, room: usize) {
        let length = self.position + room.max(4096).max(self.position);
        self.bytes.resize(length, 0);
    }
}
