//! Register numbers as bits of code: for each way in which an operand's bits stand in a piece of code, and each register,
//! sixteen bytes to be ored in.
//!
//! Masks are shared by all operands whose bits stand in the same places. Start with [`Masks::number`].

use super::recipe::PIECE;
use crate::allocate::output::RESULT;
use smallvec::SmallVec;
use std::collections::HashMap;
use stencils::library::{Field, Library, Stencil};

/// The masks of a library under construction.
pub(super) struct Masks {
    /// By number and register. Number 0 changes nothing.
    pub(super) list: Vec<[u128; 32]>,
    known: HashMap<Vec<FieldBit>, u16>,
}

/// A bit of a register's number, and the bit of a piece that it goes to.
type FieldBit = (u8, u8);

impl Masks {
    pub(super) fn new() -> Masks {
        Masks {
            list: vec![[0; 32]],
            known: HashMap::new(),
        }
    }

    /// The number of the mask of one operand in the piece of code that begins at `offset`.
    pub(super) fn number(
        &mut self,
        library: &Library,
        stencil: &Stencil,
        operand: usize,
        offset: usize,
    ) -> u16 {
        let mut bits = SmallVec::<[FieldBit; 16]>::new();
        let fields = stencil.fields.iter();
        for field in fields.filter(|f| operand_place(f) == operand) {
            for (bit, place) in field.bits.iter().enumerate() {
                if let Some(at) = usize::from(*place).checked_sub(offset * 8)
                    && at < PIECE * 8
                {
                    bits.push((bit as u8, at as u8));
                }
            }
        }
        if bits.is_empty() {
            return 0;
        }
        if let Some(number) = self.known.get(&bits[..]) {
            return *number;
        }
        let mut by_register = [0u128; 32];
        for (register, mask) in library.registers.registers.iter().zip(&mut by_register) {
            for (bit, at) in &bits {
                *mask |= u128::from(register.number >> bit & 1) << at;
            }
        }
        self.list.push(by_register);
        let number = (self.list.len() - 1) as u16;
        self.known.insert(bits.to_vec(), number);
        number
    }
}

fn operand_place(field: &Field) -> usize {
    if field.operand == Field::RESULT {
        RESULT
    } else {
        field.operand as usize
    }
}
