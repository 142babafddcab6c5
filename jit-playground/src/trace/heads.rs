//! Where traces begin: the heads of loops, and the places behind calls that traces return to.

use std::collections::HashMap;

use super::fragment::FragmentId;
use super::limits::MAX_TRIES;
use crate::bytecode::CodeRef;

/// What is known of one place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The trace that begins here.
    pub fragment: Option<FragmentId>,
    /// How often execution came here, where that is counted here.
    pub count: u32,
    /// How many recordings from here were given up.
    pub tries: u32,
}

impl Place {
    /// Whether recording from here has failed too often.
    pub fn is_given_up(&self) -> bool {
        self.tries >= MAX_TRIES
    }
}

/// All places of one kind.
#[derive(Debug, Default)]
pub struct Heads {
    places: HashMap<(CodeRef, u32), Place>,
}

impl Heads {
    /// What is known of a place.
    pub fn get(&self, code: CodeRef, pc: u32) -> Place {
        self.places.get(&(code, pc)).copied().unwrap_or_default()
    }

    /// The same, to be changed.
    pub fn entry(&mut self, code: CodeRef, pc: u32) -> &mut Place {
        self.places.entry((code, pc)).or_default()
    }

    /// Whether a trace begins at a place.
    pub fn has_trace(&self, code: CodeRef, pc: u32) -> bool {
        self.get(code, pc).fragment.is_some()
    }
}
