//! AArch64: decoding a function, assembling the pieces of a stencil, holes and register fields.

pub mod fields;
pub mod narrow;

use super::blocks::Piece;
use super::code::{Block, Decoded, Reloc};
use super::pool::Pool;
use crate::library::HoleKind;

const LATER: &str = "AArch64 is not supported yet";

pub fn decode(_: &[u8]) -> Result<Vec<Decoded>, String> {
    Err(LATER.to_string())
}

pub fn resolve_addresses(_: &mut [Block], _: &mut Pool) -> Result<(), String> {
    Err(LATER.to_string())
}

pub fn assemble(_: &[Piece]) -> (Vec<u8>, Vec<Reloc>) {
    Default::default()
}

pub fn hole_kind(_: &Reloc) -> Option<HoleKind> {
    None
}

pub fn cost(_: &[u8]) -> u32 {
    0
}

pub fn disassemble(_: &[u8]) -> Result<String, String> {
    Err(LATER.to_string())
}

pub fn effect(_: &super::code::Inst) -> super::restore::Effect {
    Default::default()
}
