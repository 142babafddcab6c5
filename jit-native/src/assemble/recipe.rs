//! Stencils made ready for copying: code in 16-byte pieces and, for each operand, 16-byte masks by register, to be ored
//! in. Copying a short stencil is one load, four ors and one store.
//!
//! Masks are shared by all operands whose bits stand in the same places. Built once per library, and checked: whatever
//! passes [`RecipeTable::new`], the copying loop may rely on without another look.

use std::collections::HashMap;

use smallvec::SmallVec;

use crate::allocate::output::RESULT;
use crate::machine::{MachineError, malformed};
use stencils::library::{Arch, Field, Flow, Hole, HoleKind, HoleValue, Library, Stencil};

/// The most bytes of code in one stencil.
pub const MAX_CODE: usize = 4096;
/// How many bytes are copied at once.
pub(crate) const PIECE: usize = 16;

/// A stencil ready for copying: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Recipe {
    /// The first piece of code.
    pub(crate) code: u128,
    /// For up to four operands: their masks in the first piece, by number; 0 changes nothing.
    pub(crate) masks: [u16; 4],
    /// And where the register that goes with each stands in the op's registers, in bits.
    pub(crate) operands: [u8; 4],
    /// Bytes of code.
    pub(crate) len: u16,
    /// The number of further pieces.
    pub(crate) piece_count: u16,
    /// The first of them, in [`RecipeTable::pieces`].
    pub(crate) pieces: u32,
    /// The first hole, in [`RecipeTable::holes`].
    holes: u32,
    /// The number of holes.
    pub(crate) hole_count: u8,
    /// The holes, when there are so few.
    first_holes: [HoleRecipe; 2],
    /// Whether it ends in a conditional jump to its only exit, which can be turned round: see [`Recipe::flip`].
    pub(crate) flips: bool,
}

impl Recipe {
    /// Turns the condition of the jump round that the stencil ends in, so that it goes to the exit where it went on, and on
    /// where it went to the exit. `code` is all code up to the stencil's end.
    pub(crate) fn flip(code: &mut [u8], arch: Arch) {
        let end = code.len();
        match arch {
            // 0f 8c rel32: the lowest bit of the condition.
            Arch::X86_64 => code[end - 5] ^= 1,
            // b.cond: the lowest bit of the condition; cbz and cbnz differ in bit 24.
            Arch::Aarch64 if code[end - 1] == A64_BRANCH_IF => code[end - 4] ^= 1,
            Arch::Aarch64 => code[end - 1] ^= 1,
        }
    }
}

/// The top byte of `b.cond`.
const A64_BRANCH_IF: u8 = 0x54;

/// Whether a stencil ends in a conditional jump to its exit, and in one that can be turned round.
fn flips(stencil: &Stencil) -> bool {
    let mut exits = stencil.holes.iter().filter(|h| h.value == HoleValue::Exit);
    let (Some(exit), None) = (exits.next(), exits.next()) else {
        return false;
    };
    let (code, at) = (&stencil.code, exit.offset as usize);
    if at + 4 != code.len() || stencil.flow != Flow::Guard {
        return false;
    }
    match exit.kind {
        HoleKind::X86Rel32 => at >= 2 && code[at - 2] == 0x0f && code[at - 1] & 0xf0 == 0x80,
        // The conditions 14 and 15 both mean always.
        HoleKind::A64Branch19 => match code[at + 3] {
            A64_BRANCH_IF => code[at] & 0x0e != 0x0e,
            top => top & 0x7e == 0x34,
        },
        _ => false,
    }
}

/// 16 bytes of a longer stencil.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) code: u128,
    /// By the op's register: its mask, 0 changes nothing.
    pub(crate) masks: [u16; 8],
    /// Where in the stencil it stands.
    pub(crate) offset: u16,
}

/// What fills a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// The op's immediate number n.
    Imm(u8),
    /// The op's exit.
    Exit,
    /// The library's constants, at the place that has the number which the addend gives, in [`RecipeTable::constants`].
    Constant,
}

/// A hole: 8 bytes, so that two fit into a recipe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HoleRecipe {
    pub(crate) addend: i32,
    pub(crate) offset: u16,
    pub(crate) kind: HoleKind,
    filling: u8,
}

impl HoleRecipe {
    const EXIT: u8 = u8::MAX;
    const CONSTANT: u8 = u8::MAX - 1;

    /// What fills it.
    #[inline]
    pub(crate) fn filling(&self) -> Filling {
        match self.filling {
            HoleRecipe::EXIT => Filling::Exit,
            HoleRecipe::CONSTANT => Filling::Constant,
            n => Filling::Imm(n),
        }
    }
}

/// An address in the library's constants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConstantPlace {
    pub(crate) offset: u32,
    pub(crate) addend: i32,
}

const NO_HOLE: HoleRecipe = HoleRecipe {
    addend: 0,
    offset: 0,
    kind: HoleKind::X86Abs8,
    filling: HoleRecipe::EXIT,
};

const _: () = assert!(size_of::<Recipe>() == 64);

/// All stencils of a library.
#[derive(Debug)]
pub(crate) struct RecipeTable {
    pub(crate) recipes: Vec<Recipe>,
    pub(crate) pieces: Vec<Piece>,
    holes: Vec<HoleRecipe>,
    /// What holes for constants point at.
    pub(crate) constants: Vec<ConstantPlace>,
    /// By mask number and register.
    pub(crate) masks: Vec<[u128; 32]>,
    /// Bytes of the longest stencil.
    pub(crate) longest: usize,
}

impl RecipeTable {
    /// Makes all stencils of a library ready.
    ///
    /// # Errors
    /// When a stencil is malformed.
    pub(crate) fn new(library: &Library) -> Result<RecipeTable, MachineError> {
        let mut table = RecipeTable {
            recipes: Vec::with_capacity(library.stencils.len()),
            pieces: Vec::new(),
            holes: Vec::new(),
            constants: Vec::new(),
            masks: vec![[0; 32]],
            longest: 0,
        };
        let mut known = HashMap::new();
        for (number, stencil) in library.stencils.iter().enumerate() {
            check(library, stencil).map_err(|fault| malformed("stencil", number, fault))?;
            let recipe = table.prepare(library, stencil, &mut known);
            table.recipes.push(recipe);
            table.longest = table.longest.max(stencil.code.len());
        }
        check_glue(library)?;
        if table.masks.len() > usize::from(u16::MAX) {
            return Err(malformed(
                "library",
                0,
                "its register fields stand in too many ways",
            ));
        }
        Ok(table)
    }

    fn prepare(
        &mut self,
        library: &Library,
        stencil: &Stencil,
        known: &mut HashMap<Vec<FieldBit>, u16>,
    ) -> Recipe {
        let count = stencil.code.len().div_ceil(PIECE);
        let all: Vec<Piece> = (0..count.max(1))
            .map(|n| self.piece(library, stencil, known, n))
            .collect();
        let used: Vec<usize> = (0..8).filter(|i| all[0].masks[*i] != 0).collect();
        let mut recipe = Recipe {
            code: all[0].code,
            masks: [0; 4],
            operands: [0; 4],
            len: stencil.code.len() as u16,
            piece_count: 0,
            pieces: self.pieces.len() as u32,
            holes: self.holes.len() as u32,
            hole_count: stencil.holes.len() as u8,
            first_holes: [NO_HOLE; 2],
            flips: flips(stencil),
        };
        for (n, hole) in stencil.holes.iter().enumerate() {
            let hole = self.hole(hole);
            if let Some(first) = recipe.first_holes.get_mut(n) {
                *first = hole;
            }
            self.holes.push(hole);
        }
        for (n, operand) in used.iter().take(4).enumerate() {
            recipe.masks[n] = all[0].masks[*operand];
            recipe.operands[n] = 8 * *operand as u8;
        }
        // With more than four operands in it the first piece is copied like the others.
        let further = if used.len() > 4 { &all[..] } else { &all[1..] };
        recipe.piece_count = further.len() as u16;
        self.pieces.extend_from_slice(further);
        recipe
    }

    fn hole(&mut self, hole: &Hole) -> HoleRecipe {
        let (addend, filling) = match hole.value {
            // The pattern has been checked to have few immediates.
            HoleValue::Imm(n) => (hole.addend, n),
            HoleValue::Exit => (hole.addend, HoleRecipe::EXIT),
            HoleValue::Constant(offset) => {
                let addend = hole.addend;
                self.constants.push(ConstantPlace { offset, addend });
                (self.constants.len() as i32 - 1, HoleRecipe::CONSTANT)
            }
        };
        HoleRecipe {
            addend,
            offset: hole.offset,
            kind: hole.kind,
            filling,
        }
    }

    /// The holes of a stencil.
    #[inline]
    pub(crate) fn holes<'a>(&'a self, recipe: &'a Recipe) -> &'a [HoleRecipe] {
        let count = usize::from(recipe.hole_count);
        match recipe.first_holes.get(..count) {
            Some(holes) => holes,
            None => &self.holes[recipe.holes as usize..recipe.holes as usize + count],
        }
    }

    fn piece(
        &mut self,
        library: &Library,
        stencil: &Stencil,
        known: &mut HashMap<Vec<FieldBit>, u16>,
        n: usize,
    ) -> Piece {
        let offset = n * PIECE;
        let mut bytes = [0u8; PIECE];
        let part = &stencil.code[offset.min(stencil.code.len())..];
        let len = part.len().min(PIECE);
        bytes[..len].copy_from_slice(&part[..len]);
        let mut masks = [0; 8];
        for (operand, mask) in masks.iter_mut().enumerate() {
            *mask = self.mask(library, stencil, known, operand, offset);
        }
        Piece {
            code: u128::from_le_bytes(bytes),
            masks,
            offset: offset as u16,
        }
    }

    /// The number of the mask of one operand in one piece.
    fn mask(
        &mut self,
        library: &Library,
        stencil: &Stencil,
        known: &mut HashMap<Vec<FieldBit>, u16>,
        operand: usize,
        offset: usize,
    ) -> u16 {
        let mut bits = SmallVec::<[FieldBit; 16]>::new();
        let fields = stencil.fields.iter();
        for field in fields.filter(|f| operand_place(f) == operand) {
            for (bit, place) in field.bits.iter().enumerate() {
                if let Some(at) = usize::from(*place).checked_sub(offset * 8)
                    && at < PIECE * 8
                {
                    bits.push((bit as u8, at as u8));
                }
            }
        }
        if bits.is_empty() {
            return 0;
        }
        if let Some(number) = known.get(&bits[..]) {
            return *number;
        }
        let mut by_register = [0u128; 32];
        for (register, mask) in library.registers.registers.iter().zip(&mut by_register) {
            for (bit, at) in &bits {
                *mask |= u128::from(register.number >> bit & 1) << at;
            }
        }
        self.masks.push(by_register);
        let number = (self.masks.len() - 1) as u16;
        known.insert(bits.to_vec(), number);
        number
    }
}

/// A bit of a register's number, and the bit of a piece that it goes to.
type FieldBit = (u8, u8);

fn operand_place(field: &Field) -> usize {
    if field.operand == Field::RESULT {
        RESULT
    } else {
        field.operand as usize
    }
}

fn check(library: &Library, stencil: &Stencil) -> Result<(), &'static str> {
    let pattern = &library.patterns[stencil.pattern.0 as usize];
    let len = stencil.code.len();
    if len > MAX_CODE || stencil.holes.len() > 255 {
        return Err("it is too long");
    }
    for field in &stencil.fields {
        let known = if field.operand == Field::RESULT {
            pattern.result.is_some()
        } else {
            (field.operand as usize) < pattern.inputs.len()
        };
        if !known || field.bits.len() > 8 || field.bits.iter().any(|bit| *bit as usize >= len * 8) {
            return Err("a register field is out of place");
        }
    }
    for hole in &stencil.holes {
        let inside = hole.offset as usize + hole.kind.size() <= len;
        let filled = match hole.value {
            HoleValue::Imm(n) => (n as usize) < pattern.immediates.len(),
            HoleValue::Exit => true,
            HoleValue::Constant(offset) => (offset as usize) < library.constants.len(),
        };
        if !inside || !filled || hole.kind.arch() != library.arch {
            return Err("a hole is out of place");
        }
    }
    Ok(())
}

fn check_glue(library: &Library) -> Result<(), MachineError> {
    let glue = &library.glue;
    let ends = |id: stencils::library::StencilId| {
        library
            .stencils
            .get(id.0 as usize)
            .filter(|s| s.flow == Flow::End && s.fields.is_empty())
    };
    let exit = ends(glue.exit).ok_or(malformed("glue", 0, "its exit is no stencil that ends"))?;
    if library.patterns[exit.pattern.0 as usize].immediates.len() != 2 {
        return Err(malformed("glue", 0, "its exit needs two immediates"));
    }
    let jump = ends(glue.jump).ok_or(malformed("glue", 1, "its jump is no stencil that ends"))?;
    if !jump.holes.iter().all(|h| h.value == HoleValue::Exit) {
        return Err(malformed("glue", 1, "its jump needs nothing but its exit"));
    }
    Ok(())
}
