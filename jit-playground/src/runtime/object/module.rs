//! A module as a value: a name and its attributes.

#![allow(
    unsafe_code,
    reason = "HeapObject is an unsafe trait: it promises a layout"
)]

use super::{Header, Kind};
use crate::runtime::heap::{Gc, Heap, HeapObject};
use crate::runtime::value::Value;

/// What an attribute counts for, in bytes.
const ATTRIBUTE_SIZE: usize = 32;

/// The object behind [`Value::Module`].
#[repr(C)]
#[derive(Debug)]
pub struct ModuleObject {
    header: Header,
    name: &'static str,
    attributes: Vec<(&'static str, Value)>,
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for ModuleObject {
    const KIND: Kind = Kind::Module;
    const SIZE: usize = 56;
}

impl ModuleObject {
    /// What `import` calls the module.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The attribute of that name, if there is one.
    pub fn get(&self, name: &str) -> Option<Value> {
        let found = self.attributes.iter().find(|(known, _)| *known == name);
        found.map(|&(_, value)| value)
    }

    /// The names of all attributes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|&(name, _)| name)
    }

    pub(super) fn trace(&self, visit: &mut dyn FnMut(Value)) -> usize {
        self.attributes.iter().for_each(|&(_, value)| visit(value));
        Self::SIZE + self.attributes.len() * ATTRIBUTE_SIZE
    }
}

impl Heap {
    /// A module with the given attributes.
    pub fn module(
        &self,
        name: &'static str,
        attributes: Vec<(&'static str, Value)>,
    ) -> Gc<ModuleObject> {
        self.alloc(ModuleObject {
            header: Header::new(),
            name,
            attributes,
        })
    }
}
