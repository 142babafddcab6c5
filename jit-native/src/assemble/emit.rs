//! The copying loop: stencils into a buffer, registers and immediates filled in on the way.
//!
//! Unsafe, because it is the inner loop of the whole engine: the bytes of a stencil are written 16 at a time and its
//! immediates 8 at a time, without a check for each. It is sound because there is one check before each stencil that the
//! buffer, all of whose bytes are initialised, has room for the longest one and a piece more, and because
//! [`RecipeTable::new`] has checked every offset, number and length in the tables. What an op may ask for, registers
//! below 32 and immediates that exist, is checked here. Start with [`run`].

use super::labels::Waiting;
use super::ready::{Glue, Ready};
use super::recipe::{COMMON, Filling, OTHERS, PIECE, Recipe, RecipeTable};
use super::window::WINDOW;
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

/// Copies ops, at least one, until the code has grown beyond `stop` or the buffer is to grow. Gives how many.
///
/// # Errors
/// When an immediate does not fit.
pub(super) fn run(
    emitter: &mut Emitter,
    waiting: &mut Waiting<'_>,
    table: &RecipeTable,
    ops: &[Op],
    imms: &[i64],
    stop: usize,
) -> Result<usize, PatchError> {
    emitter.make_room(table.room);
    // Up to here the code may grow and there still is room for any stencil.
    let last = emitter.bytes.len() - table.room;
    let stop = stop.min(last + 1);
    // All of it in registers while nothing is called.
    let mut to = emitter.bytes.as_mut_ptr();
    let mut position = emitter.position;
    let mut watch = waiting.labels.watch(ops.len());
    let mut left = ops;
    while let [op, behind @ ..] = left {
        left = behind;
        let recipe = &table.recipes[op.stencil.0 as usize];
        // SAFETY: `to` is the buffer's start and `position` at most `last`.
        unsafe { copy(to.add(position), table, recipe, op, imms) };
        let start = position as u32;
        position += usize::from(recipe.len);
        if recipe.has(Recipe::EXIT | Recipe::REST) {
            if recipe.has(Recipe::EXIT) {
                watch.note(start, recipe.exit, op.exit);
            }
            if recipe.has(Recipe::REST) {
                emitter.position = position;
                waiting.labels.open = watch.open;
                emitter.copy_rest(table, op, imms, waiting)?;
                to = emitter.bytes.as_mut_ptr();
                watch = waiting.labels.watch(left.len());
            }
        }
        if position >= stop {
            break;
        }
    }
    emitter.position = position;
    waiting.labels.open = watch.open;
    Ok(ops.len() - left.len())
}

/// Copies the first piece of an op's stencil and fills its first window. What else there is to do, [`Recipe::rest`] says.
///
/// # Safety
/// `to` points into initialised memory with [`RecipeTable::room`] bytes behind it; `recipe` is one of the table's.
#[inline(always)]
unsafe fn copy(to: *mut u8, table: &RecipeTable, recipe: &Recipe, op: &Op, imms: &[i64]) {
    let mask = |n: usize, place: usize| {
        let lost = if planted(Fault::RegisterBitLost) {
            4
        } else {
            0
        };
        let reg = op.regs[place] & 31 & !lost;
        // SAFETY: the numbers in recipes are where masks begin, of which each is for 32 registers.
        unsafe {
            *table
                .masks
                .get_unchecked(usize::from(recipe.masks[n]) + usize::from(reg))
        }
    };
    let [a, b, result] = COMMON;
    let [c, d] = OTHERS;
    // SAFETY: there is room for a piece; a recipe's window lies within its first piece.
    unsafe {
        // A mask that there is not changes nothing.
        let piece = recipe.code | mask(0, a) | mask(1, b) | mask(2, result);
        write(to, piece);
        if recipe.has(Recipe::OTHERS | Recipe::WINDOW) {
            if recipe.has(Recipe::OTHERS) {
                write(to, piece | mask(3, c) | mask(4, d));
            }
            if recipe.has(Recipe::WINDOW) {
                let value = imms[op.imms as usize + recipe.window.imm()];
                or_into(to.add(recipe.window.at()), recipe.window.bits(value));
            }
        }
    }
}

/// Writes a piece.
///
/// # Safety
/// These 16 bytes may be written.
#[inline(always)]
unsafe fn write(to: *mut u8, piece: u128) {
    // SAFETY: the caller's promise.
    unsafe { to.cast::<u128>().write_unaligned(piece.to_le()) };
}

/// Ores bits into a window's eight bytes.
///
/// # Safety
/// They are initialised and may be written.
#[inline(always)]
unsafe fn or_into(window: *mut u8, bits: u64) {
    // SAFETY: the caller's promise.
    unsafe {
        let window = window.cast::<u64>();
        let word = u64::from_le(window.read_unaligned()) | bits;
        window.write_unaligned(word.to_le());
    }
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
        run(self, waiting, table, std::slice::from_ref(op), imms, 0)?;
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
        for piece in &table.pieces[rest.pieces.range()] {
            let mut code = piece.code;
            for (mask, reg) in piece.masks.iter().zip(op.regs) {
                let lost = planted(Fault::LaterPiecesUnpatched);
                let reg = if lost { 0 } else { reg };
                code |= table.masks[usize::from(*mask) + usize::from(reg & 31)];
            }
            // SAFETY: a piece begins inside its stencil, behind whose start there was room for the longest one and a piece
            // more.
            unsafe {
                write(
                    self.bytes
                        .as_mut_ptr()
                        .add(start + usize::from(piece.offset)),
                    code,
                )
            };
        }
        for window in &table.windows[rest.windows.range()] {
            let value = imms[op.imms as usize + window.imm()];
            // SAFETY: a window begins inside its stencil, behind whose start there was room for the longest one and a
            // piece more, which is more than a window; the buffer is initialised.
            unsafe {
                or_into(
                    self.bytes.as_mut_ptr().add(start + window.at()),
                    window.bits(value),
                )
            };
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
    #[inline]
    pub(super) fn store_registers(
        &mut self,
        ready: &Ready,
        entries: &[SnapshotEntry],
        places: &[Place],
    ) -> usize {
        self.make_room(PIECE * (entries.len() + 1));
        let to = self.bytes.as_mut_ptr();
        let mut position = self.position;
        let mut done = 0;
        for (entry, place) in entries.iter().zip(places) {
            let Some(store) = ready.store(*place, entry.slot) else {
                break;
            };
            // SAFETY: there is room for a piece for each entry, and both the stencil and its window lie within one.
            unsafe {
                write(to.add(position), store.code);
                or_into(to.add(position + store.at()), store.bits(entry.slot));
            }
            position += usize::from(store.len);
            done += 1;
        }
        self.position = position;
        done
    }

    /// Copies code that has no registers in it, with this number in its window.
    #[inline]
    pub(super) fn append(&mut self, code: &Glue, number: i64) {
        self.make_room(size_of_val(&code.pieces) + WINDOW);
        // SAFETY: there is room for all pieces, in one of which a window begins, and for one window more.
        unsafe {
            let to = self.bytes.as_mut_ptr().add(self.position);
            for (n, piece) in code.pieces.iter().enumerate() {
                write(to.add(n * PIECE), *piece);
            }
            or_into(to.add(code.window.at()), code.window.bits(number));
        }
        self.position += code.len;
    }

    /// Appends plain bytes.
    pub(super) fn append_bytes(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        let end = self.position + bytes.len();
        self.bytes[self.position..end].copy_from_slice(bytes);
        self.position = end;
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
        // The commonest kind without a call; what does not fit goes the long way to its error.
        if kind == HoleKind::X86Rel32
            && let Ok(word) = i32::try_from(value.wrapping_sub(at as i64))
            && let Some(hole) = self.bytes.get_mut(at..at + 4)
        {
            hole.copy_from_slice(&word.to_le_bytes());
            return Ok(());
        }
        self.fill_other(at, kind, value)
    }

    #[inline(never)]
    fn fill_other(&mut self, at: usize, kind: HoleKind, value: i64) -> Result<(), PatchError> {
        patch_hole(&mut self.bytes[..self.position], at, kind, value, at as u64)
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
