//! Two libraries made one: the stock stencils and an author's own.

use crate::format::LibraryError;
use crate::library::{HoleValue, Library, Pattern, PatternId, Stencil};
use std::collections::HashSet;

impl Library {
    /// Adds the stencils of another library for patterns that this one does not have. Both must have been read with the
    /// same table, or this one with a table that the other's begins with. Stencils of this library keep their numbers.
    ///
    /// # Errors
    /// When the libraries are for different architectures or registers; this one is unchanged then.
    pub fn append(&mut self, other: &Library) -> Result<(), LibraryError> {
        if self.arch != other.arch || self.registers != other.registers {
            return Err(LibraryError::Mismatch);
        }
        // Constants keep their distance from an address that is a multiple of 16.
        self.constants
            .resize(self.constants.len().next_multiple_of(16), 0);
        let moved = self.constants.len() as u32;
        self.constants.extend(&other.constants);
        let known: HashSet<Pattern> = self.patterns.iter().cloned().collect();
        let mut stencils = other.stencils.iter().peekable();
        for (index, pattern) in other.patterns.iter().enumerate() {
            let is_own = |s: &&Stencil| s.pattern.0 as usize == index;
            let own = std::iter::from_fn(|| stencils.next_if(is_own));
            if known.contains(pattern) {
                own.for_each(drop);
                continue;
            }
            let id = PatternId(self.patterns.len() as u32);
            self.stencils
                .extend(own.map(|stencil| renumbered(stencil, id, moved)));
            self.patterns.push(pattern.clone());
        }
        Ok(())
    }
}

/// A stencil of another pattern number, whose constants have been moved.
fn renumbered(stencil: &Stencil, pattern: PatternId, moved: u32) -> Stencil {
    let mut stencil = Stencil {
        pattern,
        ..stencil.clone()
    };
    for hole in &mut stencil.holes {
        if let HoleValue::Constant(at) = &mut hole.value {
            *at += moved;
        }
    }
    stencil
}
