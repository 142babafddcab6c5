//! What copying relies on in a library, checked once, when the library is made ready: offsets, numbers and lengths, so that
//! the copying loop need look at none of them again. Start with [`check_stencil`].

use super::recipe::MAX_CODE;
use crate::machine::{MachineError, malformed};
use stencils::library::{Field, Flow, HoleValue, Library, Stencil, StencilId};

/// Refuses a stencil that could not be copied blindly.
pub(super) fn check_stencil(library: &Library, stencil: &Stencil) -> Result<(), &'static str> {
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

/// Refuses the stencils of exits and jumps if they are not as the cold parts need them.
pub(super) fn check_glue(library: &Library) -> Result<(), MachineError> {
    let glue = &library.glue;
    let ends = |id: StencilId| {
        library
            .stencils
            .get(id.0 as usize)
            .filter(|s| s.flow == Flow::End && s.fields.is_empty())
    };
    let exit = ends(glue.exit).ok_or(malformed("glue", 0, "its exit is no stencil that ends"))?;
    if library.patterns[exit.pattern.0 as usize].immediates.len() != 2 {
        return Err(malformed("glue", 0, "its exit needs two immediates"));
    }
    let mut holes = exit.holes.iter();
    if !holes.all(|hole| matches!(hole.value, HoleValue::Imm(_))) {
        return Err(malformed(
            "glue",
            0,
            "its exit needs nothing but immediates",
        ));
    }
    let jump = ends(glue.jump).ok_or(malformed("glue", 1, "its jump is no stencil that ends"))?;
    if !jump.holes.iter().all(|h| h.value == HoleValue::Exit) {
        return Err(malformed("glue", 1, "its jump needs nothing but its exit"));
    }
    Ok(())
}
