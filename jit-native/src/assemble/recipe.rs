//! Stencils made ready for copying: code in 16-byte pieces and, for each operand, 16-byte masks by register, to be ored
//! in. Copying a short stencil is a load, three or five ors and a store, and one window ([`super::window`]) if it has an
//! immediate. What few stencils have, more than that, stands in a [`Rest`].
//!
//! Built once per library, and checked: whatever passes [`RecipeTable::new`], the copying loop may rely on without
//! another look.

use super::masks::Masks;
use super::wellformed::{check_glue, check_stencil};
use super::window::{WINDOW, Window};
use crate::allocate::output::RESULT;
use crate::machine::{MachineError, malformed};
use crate::region::Span;
use stencils::library::{Arch, Flow, Hole, HoleKind, HoleValue, Library, Stencil};

/// The most bytes of code in one stencil.
pub const MAX_CODE: usize = 4096;
/// How many bytes are copied at once.
pub(crate) const PIECE: usize = 16;

/// The registers of an op that go into every first piece without a question: most stencils have no others.
pub(crate) const COMMON: [usize; 3] = [0, 1, RESULT];
/// Those that go into the first piece of some. One with still others in it is copied as later pieces are.
pub(crate) const OTHERS: [usize; 2] = [2, 3];

/// A stencil ready for copying: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Recipe {
    /// The first piece of code.
    pub(crate) code: u128,
    /// The first immediate's window, if there is one: within the first piece.
    pub(crate) window: Window,
    /// The first hole that the exit fills, if there are any.
    pub(crate) exit: HoleRecipe,
    /// For the op's registers at [`COMMON`] and [`OTHERS`]: where their masks in the first piece begin in
    /// [`RecipeTable::masks`]; 0 changes nothing.
    pub(crate) masks: [u16; COMMON.len() + OTHERS.len()],
    /// What else there is to do, if anything: a number in [`RecipeTable::rests`].
    pub(crate) rest: u32,
    /// Bytes of code.
    pub(crate) len: u16,
    /// What there is besides the first piece with its common registers: see [`Recipe::EXIT`] and its neighbours.
    pub(crate) extras: u8,
    /// Whether it ends in a conditional jump to its only exit, which can be turned round: see [`Recipe::flip`].
    pub(crate) flips: bool,
}

const _: () = assert!(size_of::<Recipe>() == 64);

impl Recipe {
    /// The exit fills a hole.
    pub(crate) const EXIT: u8 = 1;
    /// There is a window.
    pub(crate) const WINDOW: u8 = 2;
    /// There are other registers in the first piece.
    pub(crate) const OTHERS: u8 = 4;
    /// There is a rest.
    pub(crate) const REST: u8 = 8;

    /// Whether there is one of these extras.
    #[inline]
    pub(crate) fn has(&self, extra: u8) -> bool {
        self.extras & extra != 0
    }

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

/// What is to be done for a stencil besides its first piece, its first window and its first exit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rest {
    /// Pieces to copy, in [`RecipeTable::pieces`].
    pub(crate) pieces: Span,
    /// Windows to fill, in [`RecipeTable::windows`].
    pub(crate) windows: Span,
    /// Holes to fill, in [`RecipeTable::holes`].
    pub(crate) holes: Span,
}

/// 16 bytes of a longer stencil.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    pub(crate) code: u128,
    /// By the op's register: where its masks begin in [`RecipeTable::masks`], 0 changes nothing.
    pub(crate) masks: [u16; 8],
    /// Where in the stencil it stands.
    pub(crate) offset: u16,
}

/// What fills a hole that has no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// The op's immediate number n.
    Imm(u8),
    /// The op's exit.
    Exit,
    /// The library's constants, at the place that has the number which the addend gives, in [`RecipeTable::constants`].
    Constant,
}

/// A hole: 8 bytes, so that it fits into a recipe and a branch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HoleRecipe {
    pub(crate) addend: i32,
    pub(crate) offset: u16,
    pub(crate) kind: HoleKind,
    filling: u8,
}

impl HoleRecipe {
    /// Stands where there is none.
    pub(crate) const NONE: HoleRecipe = HoleRecipe {
        addend: 0,
        offset: 0,
        kind: HoleKind::X86Abs8,
        filling: HoleRecipe::EXIT,
    };
    const EXIT: u8 = u8::MAX;
    const CONSTANT: u8 = u8::MAX - 1;

    /// A hole of a stencil that an exit fills.
    pub(crate) fn exit(hole: &Hole) -> HoleRecipe {
        HoleRecipe {
            addend: hole.addend,
            offset: hole.offset,
            kind: hole.kind,
            filling: HoleRecipe::EXIT,
        }
    }

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

/// All stencils of a library.
#[derive(Debug)]
pub(crate) struct RecipeTable {
    pub(crate) recipes: Vec<Recipe>,
    pub(crate) rests: Vec<Rest>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) windows: Vec<Window>,
    pub(crate) holes: Vec<HoleRecipe>,
    /// What holes for constants point at.
    pub(crate) constants: Vec<ConstantPlace>,
    /// What is ored in for a register, 32 to each way in which an operand's bits stand.
    pub(crate) masks: Vec<u128>,
    /// How many bytes copying any stencil may touch.
    pub(crate) room: usize,
    /// The most holes that the exit fills in one stencil.
    pub(crate) most_exits: u32,
}

impl RecipeTable {
    /// Makes all stencils of a library ready.
    ///
    /// # Errors
    /// When a stencil is malformed.
    pub(crate) fn new(library: &Library) -> Result<RecipeTable, MachineError> {
        let mut table = RecipeTable {
            recipes: Vec::with_capacity(library.stencils.len()),
            rests: Vec::new(),
            pieces: Vec::new(),
            windows: Vec::new(),
            holes: Vec::new(),
            constants: Vec::new(),
            masks: Vec::new(),
            room: 0,
            most_exits: 0,
        };
        let mut masks = Masks::new();
        let mut longest = 0;
        for (number, stencil) in library.stencils.iter().enumerate() {
            check_stencil(library, stencil).map_err(|fault| malformed("stencil", number, fault))?;
            let recipe = table.prepare(library, stencil, &mut masks);
            table.recipes.push(recipe);
            let exits = |hole: &&Hole| hole.value == HoleValue::Exit;
            let exits = stencil.holes.iter().filter(exits).count();
            table.most_exits = table.most_exits.max(exits as u32);
            longest = longest.max(stencil.code.len());
        }
        check_glue(library)?;
        if masks.list.len() > usize::from(u16::MAX) + 1 {
            return Err(malformed(
                "library",
                0,
                "its register fields stand in too many ways",
            ));
        }
        table.masks = masks.list;
        // The last piece or window may begin at a stencil's last byte.
        table.room = longest + PIECE.max(WINDOW);
        Ok(table)
    }

    fn prepare(&mut self, library: &Library, stencil: &Stencil, masks: &mut Masks) -> Recipe {
        let mut recipe = Recipe {
            code: 0,
            window: Window::NONE,
            exit: HoleRecipe::NONE,
            masks: [0; COMMON.len() + OTHERS.len()],
            rest: 0,
            len: stencil.code.len() as u16,
            extras: 0,
            flips: flips(stencil),
        };
        let [pieces, windows, holes] =
            [self.pieces.len(), self.windows.len(), self.holes.len()].map(|n| n as u32);
        let code = self.holes(library, stencil, &mut recipe);
        let all: Vec<Piece> = (0..code.len().div_ceil(PIECE).max(1))
            .map(|n| piece(library, stencil, &code, masks, n))
            .collect();
        recipe.code = all[0].code;
        let first = &all[0].masks;
        for (mask, place) in recipe.masks.iter_mut().zip(COMMON.iter().chain(&OTHERS)) {
            *mask = first[*place];
        }
        if OTHERS.iter().any(|place| first[*place] != 0) {
            recipe.extras |= Recipe::OTHERS;
        }
        let is_known = |place: &usize| COMMON.contains(place) || OTHERS.contains(place);
        if (0..first.len()).any(|place| first[place] != 0 && !is_known(&place)) {
            // The first piece is copied like the others then, and what was filled in it before is lost.
            self.pieces.extend_from_slice(&all);
            if recipe.has(Recipe::WINDOW) {
                recipe.extras &= !Recipe::WINDOW;
                self.windows.push(recipe.window);
            }
        } else {
            self.pieces.extend_from_slice(&all[1..]);
        }
        let since = |start: u32, end: usize| Span {
            start,
            len: end as u32 - start,
        };
        let rest = Rest {
            pieces: since(pieces, self.pieces.len()),
            windows: since(windows, self.windows.len()),
            holes: since(holes, self.holes.len()),
        };
        if rest.pieces.len + rest.windows.len + rest.holes.len != 0 {
            recipe.extras |= Recipe::REST;
            recipe.rest = self.rests.len() as u32;
            self.rests.push(rest);
        }
        recipe
    }

    /// Finds out how each hole is filled. Gives the code with the bits of its windows zero.
    fn holes(&mut self, library: &Library, stencil: &Stencil, recipe: &mut Recipe) -> Vec<u8> {
        let ranges = &library.patterns[stencil.pattern.0 as usize].immediates;
        let mut code = stencil.code.clone();
        for hole in &stencil.holes {
            let (addend, filling) = match hole.value {
                // The pattern has been checked to have few immediates, and this one among them.
                HoleValue::Imm(n) => {
                    if let Some(window) = Window::new(&code, hole, n, &ranges[usize::from(n)]) {
                        window.clear(&mut code);
                        if !recipe.has(Recipe::WINDOW) && window.is_in_first() {
                            recipe.extras |= Recipe::WINDOW;
                            recipe.window = window;
                        } else {
                            self.windows.push(window);
                        }
                        continue;
                    }
                    (hole.addend, n)
                }
                HoleValue::Exit => {
                    if !recipe.has(Recipe::EXIT) {
                        recipe.extras |= Recipe::EXIT;
                        recipe.exit = HoleRecipe::exit(hole);
                        continue;
                    }
                    (hole.addend, HoleRecipe::EXIT)
                }
                HoleValue::Constant(offset) => {
                    let addend = hole.addend;
                    self.constants.push(ConstantPlace { offset, addend });
                    (self.constants.len() as i32 - 1, HoleRecipe::CONSTANT)
                }
            };
            self.holes.push(HoleRecipe {
                addend,
                offset: hole.offset,
                kind: hole.kind,
                filling,
            });
        }
        code
    }
}

fn piece(library: &Library, stencil: &Stencil, code: &[u8], masks: &mut Masks, n: usize) -> Piece {
    let offset = n * PIECE;
    let mut bytes = [0u8; PIECE];
    let part = &code[offset.min(code.len())..];
    let len = part.len().min(PIECE);
    bytes[..len].copy_from_slice(&part[..len]);
    Piece {
        code: u128::from_le_bytes(bytes),
        masks: std::array::from_fn(|operand| masks.place(library, stencil, operand, offset)),
        offset: offset as u16,
    }
}
