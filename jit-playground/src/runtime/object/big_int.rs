//! An int beyond 64 bits. Every int that fits is a `Value::Int` instead: [`Heap::int`] sees to that.

#![allow(
    unsafe_code,
    reason = "HeapObject is an unsafe trait: it promises a layout"
)]

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::{Header, Kind};
use crate::runtime::heap::{Heap, HeapObject};
use crate::runtime::value::Value;

/// The object behind [`Value::BigInt`].
#[repr(C)]
#[derive(Debug)]
pub struct BigIntObject {
    header: Header,
    value: BigInt,
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for BigIntObject {
    const KIND: Kind = Kind::BigInt;
}

impl BigIntObject {
    /// The number.
    pub fn value(&self) -> &BigInt {
        &self.value
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.value.bits() as usize / 8
    }
}

impl Heap {
    /// An int value of any size, in the one form that its size allows.
    pub fn int(&self, value: BigInt) -> Value {
        if let Some(small) = value.to_i64() {
            return Value::Int(small);
        }
        self.count(value.bits() as usize / 8);
        Value::BigInt(self.alloc(BigIntObject {
            header: Header::new(),
            value,
        }))
    }
}
