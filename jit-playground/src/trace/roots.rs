//! The objects that traces embed: roots of the collector for as long as the traces are there.

use std::cell::RefCell;
use std::rc::Rc;

use crate::runtime::Value;
use crate::runtime::heap::RootProvider;

/// Values that must stay alive. Shared with the heap.
#[derive(Debug, Default)]
pub struct TraceRoots {
    values: RefCell<Vec<Value>>,
}

impl TraceRoots {
    /// An empty set.
    pub fn new() -> Rc<TraceRoots> {
        Rc::default()
    }

    /// Keeps a value alive.
    pub fn add(&self, value: Value) {
        if !value.is_immediate() {
            self.values.borrow_mut().push(value);
        }
    }

    /// How many values are kept.
    pub fn len(&self) -> usize {
        self.values.borrow().len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets go of all but the first `len` values.
    pub fn truncate(&self, len: usize) {
        self.values.borrow_mut().truncate(len);
    }
}

impl RootProvider for TraceRoots {
    fn visit_roots(&self, visit: &mut dyn FnMut(Value)) {
        self.values.borrow().iter().copied().for_each(visit);
    }
}
