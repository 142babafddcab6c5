//! What exits are made of, ready to be written: for every register, the stencil that stores it to a frame word, with the
//! register already in it; and the library's own code for leaving and for jumping.
//!
//! Built once per library. Stores that are not ready (words far out in the frame) go the general way. Start with
//! [`Ready::store`].

use super::recipe::{PIECE, Recipe, RecipeTable};
use super::window::Window;
use crate::allocate::output::Place;
use crate::faults::{Fault, planted};
use crate::forms::Forms;
use crate::machine::{MachineError, malformed};
use crate::select::index::accepts;
use stencils::library::{Hole, HoleValue, ImmRange, Library, StencilId};

/// A store of one register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadyStore {
    /// The code, all of it.
    pub(crate) code: u128,
    /// It stores to the words below this one.
    words: u32,
    /// Bytes of code.
    pub(crate) len: u8,
    /// Where its window is, and how far a word's number is shifted up to go in.
    at: u8,
    shift: u8,
}

impl ReadyStore {
    /// Where the window for the offset starts in the code.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        usize::from(self.at)
    }

    /// What goes in for a word below the limit.
    #[inline]
    pub(crate) fn bits(&self, word: u32) -> u64 {
        let off = u64::from(planted(Fault::SnapshotWordOff));
        (u64::from(word) + off) << (self.shift & 63)
    }
}

/// Code of the library's own, without registers, and its holes.
#[derive(Debug)]
pub(crate) struct Glue {
    /// The code, and zeros behind it.
    pub(crate) pieces: [u128; 2],
    /// Bytes of code.
    pub(crate) len: usize,
    /// Where the exit's number goes, its immediate 1, if that has a window.
    pub(crate) window: Window,
    /// The window takes the numbers below this one: none if there is no window.
    pub(crate) below: u64,
    /// Where any number goes.
    pub(crate) numbers: Vec<Hole>,
    /// Where the address of the exit's slot goes, or that of the jump's target.
    pub(crate) places: Vec<Hole>,
}

/// Everything that exits are made of.
#[derive(Debug)]
pub(crate) struct Ready {
    /// By register: the cheapest store, and one that reaches farther.
    stores: Vec<[ReadyStore; 2]>,
    /// How an exit is left by.
    pub(crate) leave: Glue,
    /// A jump.
    pub(crate) jump: Glue,
}

const NEVER: ReadyStore = ReadyStore {
    code: 0,
    words: 0,
    len: 0,
    at: 0,
    shift: 0,
};

impl Ready {
    /// What exits are made of with a library whose glue [is well-formed](super::wellformed), given its registers by type, as sets.
    ///
    /// # Errors
    /// When the library's own code is too long.
    pub(crate) fn new(
        library: &Library,
        forms: &Forms,
        table: &RecipeTable,
        classes: [u32; 2],
    ) -> Result<Ready, MachineError> {
        let of = |reg: u8| {
            let mut stores = [NEVER; 2];
            let class = usize::from(classes[1] >> reg & 1 != 0);
            let ready = forms.frame_stores(class).iter().filter_map(|(range, id)| {
                let recipe = &table.recipes[id.0 as usize];
                ready(table, recipe, range, reg)
            });
            for (place, store) in stores.iter_mut().zip(ready) {
                *place = store;
            }
            stores
        };
        Ok(Ready {
            stores: (0..32).map(of).collect(),
            leave: Glue::new(library, library.glue.exit)?,
            jump: Glue::new(library, library.glue.jump)?,
        })
    }

    /// The store of what is in a place to this frame word, if the place is a register and the store is ready.
    #[inline]
    pub(crate) fn store(&self, place: Place, word: u32) -> Option<&ReadyStore> {
        let stores = self.stores.get(place.number())?;
        stores.iter().find(|store| word < store.words)
    }

    /// The byte offset of a frame word.
    #[inline]
    pub(crate) fn offset(word: u32) -> i64 {
        (i64::from(word) + i64::from(planted(Fault::SnapshotWordOff))) * 8
    }
}

impl Glue {
    fn new(library: &Library, id: StencilId) -> Result<Glue, MachineError> {
        let stencil = &library.stencils[id.0 as usize];
        let mut code = stencil.code.clone();
        let is_number = |hole: &Hole| hole.value == HoleValue::Imm(1);
        let (numbers, places) = stencil.holes.iter().copied().partition(is_number);
        let mut glue = Glue {
            pieces: [0; 2],
            len: code.len(),
            window: Window::NONE,
            below: 0,
            numbers,
            places,
        };
        let small = ImmRange {
            min: 0,
            max: i32::MAX.into(),
            align_log2: 0,
        };
        if let [hole] = &glue.numbers[..]
            && let Some(window) = Window::new(&code, hole, 1, &small)
        {
            window.clear(&mut code);
            (glue.window, glue.below) = (window, small.max as u64 + 1);
        }
        let mut bytes = [0; 2 * PIECE];
        let place = bytes.get_mut(..code.len());
        let place = place.ok_or(malformed(
            "stencil",
            id.0 as usize,
            "it is too long for glue",
        ))?;
        place.copy_from_slice(&code);
        let (pieces, _) = bytes.as_chunks::<PIECE>();
        glue.pieces = std::array::from_fn(|n| u128::from_le_bytes(pieces[n]));
        Ok(glue)
    }
}

/// The store of a register with a stencil, if that is short and its one hole has a window.
fn ready(table: &RecipeTable, recipe: &Recipe, range: &ImmRange, reg: u8) -> Option<ReadyStore> {
    if recipe.extras != Recipe::WINDOW
        || usize::from(recipe.len) > PIECE
        || !accepts(range, 0)
        || range.align_log2 > 3
    {
        return None;
    }
    // A store has one operand in a register.
    let mut code = recipe.code;
    for mask in recipe.masks {
        code |= table.masks[usize::from(mask) + usize::from(reg)];
    }
    let words = u32::try_from(range.max / 8 + 1).unwrap_or(u32::MAX);
    Some(ReadyStore {
        code,
        words,
        len: recipe.len as u8,
        at: recipe.window.at() as u8,
        shift: recipe.window.shift_of_words()?,
    })
}
