//! Interning of constants: the same bits of the same type are one value. A small open-addressed table of value numbers;
//! the region's values and their pool of bits hold the keys. Nothing is ever removed, and clearing is one increment.

use super::{ConstId, RegionData, Value, ValueId};
use stencils::table::Type;

/// The intern table. Belongs to one region at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constants {
    /// Epoch and value number; an entry of another epoch is empty. The length is zero or a power of two.
    slots: Vec<(u32, ValueId)>,
    epoch: u32,
    len: usize,
}

impl Constants {
    /// Forgets all constants, keeps the memory.
    pub fn clear(&mut self) {
        self.len = 0;
        if self.epoch == u32::MAX {
            self.slots.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    /// The value that is this constant; pushes one when there is none yet.
    #[inline]
    pub fn intern(&mut self, region: &mut RegionData, ty: Type, bits: u64) -> ValueId {
        let new = ValueId(region.values.len() as u32);
        let value = self.find_or_enter(region, ty, bits, new);
        if value == new {
            let constant = ConstId(region.constants.len() as u32);
            region.constants.push(bits);
            region.values.push(Value::constant(ty, constant));
        }
        value
    }

    /// Enters the constants of a region; of equal ones the first.
    pub fn enter(&mut self, region: &RegionData) {
        for (n, value) in region.values.iter().enumerate() {
            if let Some(constant) = value.as_constant() {
                let bits = region.constants[constant.index()];
                self.find_or_enter(region, value.ty(), bits, ValueId(n as u32));
            }
        }
    }

    /// The value that is this constant; it is this new one when there is none yet.
    #[inline]
    fn find_or_enter(&mut self, region: &RegionData, ty: Type, bits: u64, new: ValueId) -> ValueId {
        if self.len * 2 >= self.slots.len() {
            self.grow(region);
        }
        let mask = self.slots.len() - 1;
        let mut place = hash(ty, bits) & mask;
        loop {
            let (epoch, value) = self.slots[place];
            if epoch != self.epoch {
                self.slots[place] = (self.epoch, new);
                self.len += 1;
                return new;
            }
            if region.ty(value) == ty && region.constant(value) == Some(bits) {
                return value;
            }
            place = (place + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self, region: &RegionData) {
        let old = std::mem::take(&mut self.slots);
        let size = (old.len() * 2).max(64);
        self.slots.resize(size, (0, ValueId(0)));
        let live = self.epoch;
        self.epoch = live.max(1);
        for (_, value) in old.into_iter().filter(|entry| entry.0 == live) {
            let Some(bits) = region.constant(value) else {
                continue;
            };
            let mut place = hash(region.ty(value), bits) & (size - 1);
            while self.slots[place].0 == self.epoch {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = (self.epoch, value);
        }
    }
}

/// Both halves of a wide product: the bits of floats differ at the top, those of integers at the bottom.
#[inline]
fn hash(ty: Type, bits: u64) -> usize {
    let product = u128::from(bits ^ ty as u64) * 0x9e37_79b9_7f4a_7c15;
    ((product >> 64) as u64 ^ product as u64 >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bits_of_one_type_are_one_value() {
        let (mut region, mut constants) = (RegionData::default(), Constants::default());
        let a = constants.intern(&mut region, Type::I64, 5);
        let b = constants.intern(&mut region, Type::F64, 5);
        assert_eq!(constants.intern(&mut region, Type::I64, 5), a);
        assert_ne!(a, b);
        assert_eq!(region.values.len(), 2);
    }

    #[test]
    fn growth_and_clearing_lose_and_keep_the_right_things() {
        let (mut region, mut constants) = (RegionData::default(), Constants::default());
        for round in 0..3 {
            region.clear();
            constants.clear();
            let ids: Vec<_> = (0..100_000u64)
                .map(|n| constants.intern(&mut region, Type::I64, n.wrapping_mul(n) ^ round))
                .collect();
            for (n, id) in ids.iter().enumerate() {
                let bits = (n as u64).wrapping_mul(n as u64) ^ round;
                assert_eq!(constants.intern(&mut region, Type::I64, bits), *id);
                assert_eq!(region.constant(*id), Some(bits));
            }
            assert_eq!(region.values.len(), 100_000);
        }
    }
}
