//! Interning of constants: the same bits of the same type are one value. A small open-addressed table of value numbers;
//! the region's values and their pool of bits hold the keys. Nothing is ever removed, and clearing is one increment.

use super::{ConstId, RegionData, Value, ValueId};
use stencils::table::Type;

/// The intern table of one region. Whoever writes the region's vectors need not keep it up: what it says of a value is compared
/// with the value, and constants that it does not have are entered when the next one is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constants {
    /// Epoch and value number; an entry of another epoch is empty. The length is zero or a power of two.
    slots: Vec<(u32, ValueId)>,
    epoch: u32,
    len: usize,
    /// How many of the region's constants it has seen.
    seen: usize,
}

impl Constants {
    /// Forgets all constants, keeps the memory.
    pub fn clear(&mut self) {
        (self.len, self.seen) = (0, 0);
        if self.epoch == u32::MAX {
            self.slots.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    /// Takes over what another table has, for a copy of its region. From one that is mostly empty, which was made large by another
    /// region, it takes nothing: then constants are entered once one is asked for.
    pub fn copy(&mut self, other: &Constants) {
        self.clear();
        if other.slots.len() <= other.len * 16 {
            self.slots.clear();
            self.slots.extend_from_slice(&other.slots);
            (self.epoch, self.len, self.seen) = (other.epoch, other.len, other.seen);
        }
    }

    /// Whether another constant needs more room.
    #[inline]
    fn is_full(&self) -> bool {
        self.len * 2 >= self.slots.len()
    }

    /// The value that is this constant; it is this new one when there is none yet. There must be room.
    #[inline(always)]
    fn find_or_enter(&mut self, keys: Keys<'_>, ty: Type, bits: u64, new: ValueId) -> ValueId {
        let mask = self.slots.len() - 1;
        let mut place = hash(ty, bits) & mask;
        loop {
            let (epoch, value) = self.slots[place];
            if epoch != self.epoch {
                self.slots[place] = (self.epoch, new);
                self.len += 1;
                return new;
            }
            if keys.get(value) == Some((ty, bits)) {
                return value;
            }
            place = (place + 1) & mask;
        }
    }

    fn grow(&mut self, keys: Keys<'_>) {
        let old = std::mem::take(&mut self.slots);
        let size = (old.len() * 4).max(64);
        self.slots.resize(size, (0, ValueId(0)));
        let live = self.epoch;
        self.epoch = live.max(1);
        for (_, value) in old.into_iter().filter(|entry| entry.0 == live) {
            let Some((ty, bits)) = keys.get(value) else {
                continue;
            };
            let mut place = hash(ty, bits) & (size - 1);
            while self.slots[place].0 == self.epoch {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = (self.epoch, value);
        }
    }
}

/// What a table's values are.
#[derive(Clone, Copy)]
struct Keys<'a> {
    values: &'a [Value],
    constants: &'a [u64],
}

impl Keys<'_> {
    /// Type and bits of a value, if it is a constant.
    #[inline]
    fn get(self, value: ValueId) -> Option<(Type, u64)> {
        let value = self.values.get(value.index())?;
        let bits = self.constants.get(value.as_constant()?.index())?;
        Some((value.ty(), *bits))
    }
}

impl RegionData {
    /// The value that is this constant; pushes one when there is none yet.
    #[inline]
    pub(crate) fn intern(&mut self, ty: Type, bits: u64) -> ValueId {
        if self.interned.seen != self.constants.len() || self.interned.is_full() {
            self.prepare();
        }
        let new = ValueId(self.values.len() as u32);
        let keys = Keys {
            values: &self.values,
            constants: &self.constants,
        };
        let value = self.interned.find_or_enter(keys, ty, bits, new);
        if value == new {
            let constant = ConstId(self.constants.len() as u32);
            self.constants.push(bits);
            self.values.push(Value::constant_of(ty, constant, bits));
            self.interned.seen = self.constants.len();
        }
        value
    }

    /// Enters all constants, of equal ones the first, if some have not been seen; and makes room for another.
    #[cold]
    #[inline(never)]
    fn prepare(&mut self) {
        let keys = Keys {
            values: &self.values,
            constants: &self.constants,
        };
        if self.interned.seen != self.constants.len() {
            self.interned.clear();
            for n in 0..self.values.len() as u32 {
                if let Some((ty, bits)) = keys.get(ValueId(n)) {
                    if self.interned.is_full() {
                        self.interned.grow(keys);
                    }
                    self.interned.find_or_enter(keys, ty, bits, ValueId(n));
                }
            }
            self.interned.seen = self.constants.len();
        }
        if self.interned.is_full() {
            self.interned.grow(keys);
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
    use crate::region::ValueDef;

    #[test]
    fn equal_bits_of_one_type_are_one_value() {
        let mut region = RegionData::default();
        let a = region.intern(Type::I64, 5);
        let b = region.intern(Type::F64, 5);
        assert_eq!(region.intern(Type::I64, 5), a);
        assert_ne!(a, b);
        assert_eq!(region.values.len(), 2);
    }

    #[test]
    fn growth_and_clearing_lose_and_keep_the_right_things() {
        let mut region = RegionData::default();
        let count = if cfg!(miri) { 1000 } else { 100_000 };
        for round in 0..3 {
            region.clear();
            let ids: Vec<_> = (0..count as u64)
                .map(|n| region.intern(Type::I64, n.wrapping_mul(n) ^ round))
                .collect();
            for (n, id) in ids.iter().enumerate() {
                let bits = (n as u64).wrapping_mul(n as u64) ^ round;
                assert_eq!(region.intern(Type::I64, bits), *id);
                assert_eq!(region.constant(*id), Some(bits));
            }
            assert_eq!(region.values.len(), count);
        }
    }

    #[test]
    fn constants_that_were_written_by_hand_are_found_and_a_copy_knows_them() {
        let mut region = RegionData::default();
        for bits in [1, 2, 2, 3] {
            let value = region.pack(Type::I64, ValueDef::Const(bits));
            region.values.push(value);
        }
        assert_eq!(
            region.intern(Type::I64, 2),
            ValueId(1),
            "of equal ones the first"
        );
        assert_eq!(region.intern(Type::I64, 4), ValueId(4));
        let mut copy = RegionData::default();
        copy.values.clone_from(&region.values);
        copy.constants.clone_from(&region.constants);
        copy.interned.copy(&region.interned);
        for (bits, n) in [(1, 0), (3, 3), (4, 4), (5, 5)] {
            assert_eq!(copy.intern(Type::I64, bits), ValueId(n));
        }
        region.values[4] = region.pack(Type::I64, ValueDef::Const(6));
        assert_eq!(region.intern(Type::I64, 6), ValueId(4));
        assert_eq!(region.intern(Type::I64, 4), ValueId(5), "it is no more");
    }
}
