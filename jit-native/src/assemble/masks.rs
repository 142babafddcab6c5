//! Register numbers as bits of code: for each way in which an operand's bits stand in a piece of code, and each register,
//! sixteen bytes to be ored in.
//!
//! Masks are shared by all operands whose bits stand in the same places. Start with [`Masks::place`].

use super::recipe::PIECE;
use crate::allocate::output::RESULT;
use smallvec::SmallVec;
use std::collections::HashMap;
use stencils::library::{Field, Library, Stencil};

/// The registers of a mask.
const MASK: usize = 32;

/// The masks of a library under construction.
pub(super) struct Masks {
    /// By register, 32 to a mask. The first mask changes nothing.
    pub(super) list: Vec<u128>,
    known: HashMap<Vec<FieldBit>, u16>,
}

/// A bit of a register's number, and the bit of a piece that it goes to.
type FieldBit = (u8, u8);

impl Masks {
    pub(super) fn new() -> Masks {
        Masks {
            list: vec![0; MASK],
            known: HashMap::new(),
        }
    }

    /// Where the mask begins of one operand in the piece of code that begins at `offset`. Means something only while there
    /// are no more than fit into 16 bits.
    pub(super) fn place(
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
        if let Some(place) = self.known.get(&bits[..]) {
            return *place;
        }
        let mut by_register = [0u128; MASK];
        for (register, mask) in library.registers.registers.iter().zip(&mut by_register) {
            for (bit, at) in &bits {
                *mask |= u128::from(register.number >> bit & 1) << at;
            }
        }
        let place = self.list.len() as u16;
        self.list.extend(by_register);
        self.known.insert(bits.to_vec(), place);
        place
    }
}

fn operand_place(field: &Field) -> usize {
    if field.operand == Field::RESULT {
        RESULT
    } else {
        field.operand as usize
    }
}
