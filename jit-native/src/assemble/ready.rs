//! What exits are made of, ready to be written: for every register, the stencil that stores it to a frame word, with the
//! register already in it.
//!
//! Built once per library. Stores that are not ready (words far out in the frame) go the general way. Start with
//! [`ReadyStores::find`].

use super::recipe::{PIECE, Recipe, RecipeTable};
use super::window::Window;
use crate::faults::{Fault, planted};
use crate::forms::Forms;
use crate::select::index::accepts;
use stencils::library::ImmRange;

/// A store of one register.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadyStore {
    /// The code, all of it.
    pub(crate) code: u128,
    /// Where the offset goes.
    pub(crate) window: Window,
    /// It stores to the words below this one.
    words: u32,
    /// Bytes of code.
    pub(crate) len: u8,
}

/// The stores of all registers.
#[derive(Debug)]
pub(crate) struct ReadyStores {
    /// By register: the cheapest, and one that reaches farther.
    by_register: Vec<[ReadyStore; 2]>,
}

const NEVER: ReadyStore = ReadyStore {
    code: 0,
    window: Window::NONE,
    words: 0,
    len: 0,
};

impl ReadyStores {
    /// The stores of a library, given its registers by type, as sets.
    pub(crate) fn new(forms: &Forms, table: &RecipeTable, classes: [u32; 2]) -> ReadyStores {
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
        ReadyStores {
            by_register: (0..32).map(of).collect(),
        }
    }

    /// The store of a register to this frame word, if it is ready.
    #[inline]
    pub(crate) fn find(&self, reg: u8, word: u32) -> Option<&ReadyStore> {
        let stores = self.by_register.get(usize::from(reg))?;
        stores.iter().find(|store| word < store.words)
    }

    /// The byte offset of a frame word.
    #[inline]
    pub(crate) fn offset(word: u32) -> i64 {
        (i64::from(word) + i64::from(planted(Fault::SnapshotWordOff))) * 8
    }
}

/// The store of a register with a stencil, if that is short and its one hole has a window.
fn ready(table: &RecipeTable, recipe: &Recipe, range: &ImmRange, reg: u8) -> Option<ReadyStore> {
    let simple = recipe.rest == 0 && recipe.exits == 0 && recipe.has_window;
    if !simple || usize::from(recipe.len) > PIECE || !accepts(range, 0) || range.align_log2 > 3 {
        return None;
    }
    // A store has one operand in a register.
    let mut code = recipe.code;
    for mask in recipe.masks {
        code |= table.masks[usize::from(mask)][usize::from(reg)];
    }
    let words = u32::try_from(range.max / 8 + 1).unwrap_or(u32::MAX);
    Some(ReadyStore {
        code,
        window: recipe.window,
        words,
        len: recipe.len as u8,
    })
}
