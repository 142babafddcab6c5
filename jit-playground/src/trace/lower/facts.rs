//! What is known of objects: the lengths and buffers of lists, the items that were read from them.
//!
//! The optimiser of the engine knows nothing of lists: to it, any store may change any memory. This cache knows that
//! storing an item changes no list's length or buffer, that only some helpers change those, and that a tuple never
//! changes. So the headers of lists that a loop only reads and writes items of are loaded once, before it. (PyPy calls
//! such a thing a heap cache.)

use std::collections::HashMap;

use jit_native::region::ValueId;

use super::state::VarId;

/// Known words of lists and tuples, by the value that is their address.
#[derive(Debug, Default)]
pub(super) struct Facts {
    lens: HashMap<ValueId, ValueId>,
    buffers: HashMap<ValueId, ValueId>,
    items: HashMap<(ValueId, ValueId), VarId>,
    item_tags: HashMap<(ValueId, ValueId), u64>,
    fixed: HashMap<(ValueId, i64), ValueId>,
    stores: bool,
    resizes: bool,
}

impl Facts {
    pub fn clear(&mut self) {
        *self = Facts::default();
    }

    /// The length of a list.
    pub fn len(&self, list: ValueId) -> Option<ValueId> {
        self.lens.get(&list).copied()
    }

    pub fn set_len(&mut self, list: ValueId, len: ValueId) {
        self.lens.insert(list, len);
    }

    /// The address of a list's first item.
    pub fn buffer(&self, list: ValueId) -> Option<ValueId> {
        self.buffers.get(&list).copied()
    }

    pub fn set_buffer(&mut self, list: ValueId, buffer: ValueId) {
        self.buffers.insert(list, buffer);
    }

    /// A word of an object that never changes.
    pub fn fixed(&self, object: ValueId, offset: i64) -> Option<ValueId> {
        self.fixed.get(&(object, offset)).copied()
    }

    pub fn set_fixed(&mut self, object: ValueId, offset: i64, word: ValueId) {
        self.fixed.insert((object, offset), word);
    }

    /// The item of a list at an index.
    pub fn item(&self, list: ValueId, index: ValueId) -> Option<VarId> {
        self.items.get(&(list, index)).copied()
    }

    /// The tag of the item of a list at an index.
    pub fn item_tag(&self, list: ValueId, index: ValueId) -> Option<u64> {
        self.item_tags.get(&(list, index)).copied()
    }

    /// An item was read.
    pub fn set_item(&mut self, list: ValueId, index: ValueId, item: VarId, tag: Option<u64>) {
        self.items.insert((list, index), item);
        if let Some(tag) = tag {
            self.item_tags.insert((list, index), tag);
        }
    }

    /// An item was stored. Other lists may be the same one, other indices may be equal.
    pub fn item_stored(&mut self, list: ValueId, index: ValueId, item: VarId, tag: Option<u64>) {
        self.stores = true;
        self.items.clear();
        self.item_tags.retain(|_, known| Some(*known) == tag);
        self.set_item(list, index, item, tag);
    }

    /// The length of some list has changed, but no buffer has.
    pub fn appended(&mut self) {
        self.resizes = true;
        self.lens.clear();
    }

    /// Anything may have happened to lists.
    pub fn lists_changed(&mut self) {
        self.stores = true;
        self.resizes = true;
        self.lens.clear();
        self.buffers.clear();
        self.items.clear();
        self.item_tags.clear();
    }

    /// Keeps what also holds in every later iteration of the trace that was walked once.
    pub fn enter_loop(&mut self) {
        if self.stores {
            self.items.clear();
            self.item_tags.clear();
        }
        if self.resizes {
            self.lens.clear();
            self.buffers.clear();
        }
    }
}
