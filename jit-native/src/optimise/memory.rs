//! What is known to be in frame words and in memory: loads after loads and stores.
//!
//! Frame and memory never overlap (a region's contract). Two accesses of memory are apart when they have the same base
//! and index and their offsets keep them apart; anything else may overlap. The facts hold on the way that is being
//! walked; where ways meet, and where a loop begins, the walk forgets them.

use super::node::Node;
use super::report::Rule;
use super::simplify::Simple;
use super::work::Work;
use crate::faults::{Fault, planted};
use crate::region::ValueId;
use stencils::table::UopKind;
use stencils::uops::kind;

/// The most facts about memory that are kept; the oldest goes first.
const MAX_FACTS: usize = 24;

/// The most frame words that are followed.
pub(super) const MAX_WORDS: usize = 1 << 16;

/// How the bits of an access become a value, or a value the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Unsigned,
    Signed,
    /// All 64 bits.
    Int,
    Float,
    /// The low bits of an integer, as a store takes them.
    Low,
}

/// A load's or a store's kind, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub store: bool,
    pub indexed: bool,
    width: u8,
    form: Form,
}

/// Where an access goes: `base + index * scale + offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    base: ValueId,
    index: Option<(ValueId, i64)>,
    offset: i64,
}

#[derive(Clone, Copy, Debug)]
struct Fact {
    place: Place,
    width: u8,
    value: ValueId,
    form: Form,
}

/// The facts.
#[derive(Debug, Default)]
pub(super) struct Memory {
    facts: Vec<Fact>,
    /// For each frame word an epoch and the value; of another epoch it is unknown.
    words: Vec<(u32, ValueId)>,
    epoch: u32,
}

/// What kind of access a uop is, if it is one.
#[inline]
pub(super) fn access(kind: UopKind) -> Option<Access> {
    let (store, indexed, width, form) = match kind {
        kind::LOAD_U8 => (false, false, 1, Form::Unsigned),
        kind::LOAD_I8 => (false, false, 1, Form::Signed),
        kind::LOAD_U16 => (false, false, 2, Form::Unsigned),
        kind::LOAD_I16 => (false, false, 2, Form::Signed),
        kind::LOAD_U32 => (false, false, 4, Form::Unsigned),
        kind::LOAD_I32 => (false, false, 4, Form::Signed),
        kind::LOAD_I64 => (false, false, 8, Form::Int),
        kind::LOAD_F64 => (false, false, 8, Form::Float),
        kind::LOAD_INDEXED_U8 => (false, true, 1, Form::Unsigned),
        kind::LOAD_INDEXED_I8 => (false, true, 1, Form::Signed),
        kind::LOAD_INDEXED_U16 => (false, true, 2, Form::Unsigned),
        kind::LOAD_INDEXED_I16 => (false, true, 2, Form::Signed),
        kind::LOAD_INDEXED_U32 => (false, true, 4, Form::Unsigned),
        kind::LOAD_INDEXED_I32 => (false, true, 4, Form::Signed),
        kind::LOAD_INDEXED_I64 => (false, true, 8, Form::Int),
        kind::LOAD_INDEXED_F64 => (false, true, 8, Form::Float),
        kind::STORE_I8 => (true, false, 1, Form::Low),
        kind::STORE_I16 => (true, false, 2, Form::Low),
        kind::STORE_I32 => (true, false, 4, Form::Low),
        kind::STORE_I64 => (true, false, 8, Form::Int),
        kind::STORE_F64 => (true, false, 8, Form::Float),
        kind::STORE_INDEXED_I8 => (true, true, 1, Form::Low),
        kind::STORE_INDEXED_I16 => (true, true, 2, Form::Low),
        kind::STORE_INDEXED_I32 => (true, true, 4, Form::Low),
        kind::STORE_INDEXED_I64 => (true, true, 8, Form::Int),
        kind::STORE_INDEXED_F64 => (true, true, 8, Form::Float),
        _ => return None,
    };
    Some(Access {
        store,
        indexed,
        width,
        form,
    })
}

/// Where an access goes; its operands are resolved.
pub(super) fn place(w: &Work, access: Access, args: &[ValueId]) -> Option<Place> {
    if access.indexed {
        let index = Some((args[1], w.as_int(args[2])?));
        Some(Place {
            base: args[0],
            index,
            offset: w.as_int(args[3])?,
        })
    } else {
        Some(Place {
            base: args[0],
            index: None,
            offset: w.as_int(args[1])?,
        })
    }
}

/// The place of the frame word of a byte offset, if it is followed.
#[inline]
pub(super) fn word(offset: i64) -> Option<usize> {
    // The lowest bits, and those of a negative number, come to stand where the number of a word has none.
    let word = (offset as u64).rotate_right(3);
    (word < MAX_WORDS as u64).then_some(word as usize)
}

impl Memory {
    /// Nothing is known of frame and memory.
    pub fn forget(&mut self) {
        self.forget_memory();
        self.forget_frame();
    }

    pub fn forget_memory(&mut self) {
        self.facts.clear();
    }

    pub fn forget_frame(&mut self) {
        if self.epoch == u32::MAX {
            self.words.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    /// Whether a load or a store of memory is needed.
    pub fn look(&self, access: Access, place: Place, stored: Option<ValueId>) -> Simple {
        let same = |fact: &&Fact| fact.place == place && fact.width == access.width;
        let Some(fact) = self.facts.iter().rev().find(same) else {
            return Simple::Keep;
        };
        match stored {
            Some(value) if value == fact.value => Simple::Gone(Rule::SameStore),
            Some(_) => Simple::Keep,
            None => convert(fact.value, fact.form, access),
        }
    }

    /// A load has been made, with this result.
    pub fn loaded(&mut self, access: Access, place: Place, value: ValueId) {
        self.add(Fact {
            place,
            width: access.width,
            value,
            form: access.form,
        });
    }

    /// A store has been made.
    pub fn stored(&mut self, access: Access, place: Place, value: ValueId) {
        self.clobber(access, place);
        self.add(Fact {
            place,
            width: access.width,
            value,
            form: access.form,
        });
    }

    /// Something is stored at a place.
    pub fn clobber(&mut self, access: Access, place: Place) {
        let width = |width: u8| {
            if planted(Fault::StoresAreNarrow) {
                1
            } else {
                width
            }
        };
        let end = |place: &Place, bytes: u8| place.offset + i64::from(width(bytes));
        self.facts.retain(|fact| {
            let known = &fact.place;
            if known.base != place.base && planted(Fault::BasesNeverAlias) {
                return true;
            }
            known.base == place.base
                && known.index == place.index
                && (end(known, fact.width) <= place.offset
                    || end(&place, access.width) <= known.offset)
        });
    }

    fn add(&mut self, fact: Fact) {
        if self.facts.len() == MAX_FACTS {
            self.facts.remove(0);
        }
        self.facts.push(fact);
    }

    /// What is in the frame at a byte offset, if that is known.
    #[inline]
    pub fn in_frame(&self, offset: i64) -> Option<ValueId> {
        let &(epoch, value) = word(offset).and_then(|word| self.words.get(word))?;
        (epoch == self.epoch).then_some(value)
    }

    /// This value is in a frame word now. False when the word is not followed.
    pub fn set_frame(&mut self, offset: i64, value: ValueId) -> bool {
        let Some(word) = word(offset) else {
            return false;
        };
        if self.words.len() <= word {
            self.words.resize(word + 1, (0, ValueId(0)));
        }
        self.words[word] = (self.epoch, value);
        true
    }

    /// This value is stored in the frame at a byte offset.
    pub fn store_frame(&mut self, offset: i64, value: ValueId) {
        if !self.set_frame(offset, value) {
            self.forget_frame();
        }
    }

    /// Something is stored in the frame at a byte offset.
    pub fn clobber_frame(&mut self, offset: i64) {
        match word(offset) {
            Some(word) => {
                if let Some(known) = self.words.get_mut(word) {
                    known.0 = 0;
                }
            }
            None => self.forget_frame(),
        }
    }
}

/// The uop that makes of a value what a load gives.
pub(super) fn forwarded(kind: UopKind, value: ValueId) -> Simple {
    Simple::Rewrite(Node::new(kind, &[value]), Rule::Forward)
}

/// The value that a load gives where this value is known to be.
fn convert(value: ValueId, form: Form, load: Access) -> Simple {
    if form == load.form {
        return Simple::Value(value, Rule::Forward);
    }
    let kind = match (load.width, load.form) {
        (8, Form::Float) => kind::F64_FROM_BITS,
        (8, _) => kind::BITS_FROM_F64,
        (1, Form::Signed) => kind::SIGN_EXTEND_8,
        (1, _) => kind::ZERO_EXTEND_8,
        (2, Form::Signed) => kind::SIGN_EXTEND_16,
        (2, _) => kind::ZERO_EXTEND_16,
        (_, Form::Signed) => kind::SIGN_EXTEND_32,
        (_, _) => kind::ZERO_EXTEND_32,
    };
    forwarded(kind, value)
}

/// The kind that accesses the same without an index.
pub(super) fn without_index(indexed: UopKind) -> Option<UopKind> {
    Some(match indexed {
        kind::LOAD_INDEXED_U8 => kind::LOAD_U8,
        kind::LOAD_INDEXED_I8 => kind::LOAD_I8,
        kind::LOAD_INDEXED_U16 => kind::LOAD_U16,
        kind::LOAD_INDEXED_I16 => kind::LOAD_I16,
        kind::LOAD_INDEXED_U32 => kind::LOAD_U32,
        kind::LOAD_INDEXED_I32 => kind::LOAD_I32,
        kind::LOAD_INDEXED_I64 => kind::LOAD_I64,
        kind::LOAD_INDEXED_F64 => kind::LOAD_F64,
        kind::STORE_INDEXED_I8 => kind::STORE_I8,
        kind::STORE_INDEXED_I16 => kind::STORE_I16,
        kind::STORE_INDEXED_I32 => kind::STORE_I32,
        kind::STORE_INDEXED_I64 => kind::STORE_I64,
        kind::STORE_INDEXED_F64 => kind::STORE_F64,
        _ => return None,
    })
}
