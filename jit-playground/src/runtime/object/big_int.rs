//! An int beyond 64 bits. Every int that fits is a `Value::Int` instead: [`Heap::int`] sees to that.
//!
//! Products and sums of two 64-bit ints are by far the most of them: what fits 128 bits is kept in the object itself.

#![allow(
    unsafe_code,
    reason = "HeapObject is an unsafe trait: it promises a layout"
)]

use std::borrow::Cow;

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use super::{Header, Kind};
use crate::runtime::heap::{Heap, HeapObject};
use crate::runtime::value::Value;

/// The object behind [`Value::BigInt`].
#[repr(C)]
#[derive(Debug)]
pub struct BigIntObject {
    header: Header,
    number: Number,
}

#[derive(Debug)]
enum Number {
    /// One that fits 128 bits; in halves, so that the object needs no more than a word's alignment.
    Wide { high: i64, low: u64 },
    /// One that does not.
    Large(BigInt),
}

/// An int beyond 64 bits, as arithmetic sees it.
#[derive(Clone, Copy, Debug)]
pub enum Big<'a> {
    /// One that fits 128 bits.
    Wide(i128),
    /// One that does not.
    Large(&'a BigInt),
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for BigIntObject {
    const KIND: Kind = Kind::BigInt;
    const SIZE: usize = 48;
}

impl BigIntObject {
    /// The number.
    #[inline]
    pub fn value(&self) -> Big<'_> {
        match &self.number {
            Number::Wide { high, low } => Big::Wide(i128::from(*high) << 64 | i128::from(*low)),
            Number::Large(number) => Big::Large(number),
        }
    }

    /// Bytes held.
    pub(super) fn size(&self) -> usize {
        let outside = match &self.number {
            Number::Wide { .. } => 0,
            Number::Large(number) => number.bits() as usize / 8,
        };
        Self::SIZE + outside
    }
}

impl<'a> Big<'a> {
    /// The number for arithmetic of any size.
    pub fn to_big(self) -> Cow<'a, BigInt> {
        match self {
            Big::Wide(n) => Cow::Owned(BigInt::from(n)),
            Big::Large(n) => Cow::Borrowed(n),
        }
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        match self {
            Big::Wide(n) => n < 0,
            Big::Large(n) => n.sign() == Sign::Minus,
        }
    }

    /// How many bits its absolute value has.
    pub fn bits(self) -> u64 {
        match self {
            Big::Wide(n) => u64::from(128 - n.unsigned_abs().leading_zeros()),
            Big::Large(n) => n.bits(),
        }
    }

    /// The nearest float, ties to even; infinite when the number is too large.
    pub fn to_float(self) -> f64 {
        match self {
            Big::Wide(n) => n as f64,
            Big::Large(n) => n.to_f64().unwrap_or(f64::INFINITY),
        }
    }
}

impl Heap {
    /// An int value of any size, in the one form that its size allows.
    pub fn int(&self, value: BigInt) -> Value {
        if let Some(wide) = value.to_i128() {
            return self.wide_int(wide);
        }
        self.count(value.bits() as usize / 8);
        self.big_int(Number::Large(value))
    }

    /// An int value of at most 128 bits.
    #[inline]
    pub fn wide_int(&self, value: i128) -> Value {
        match i64::try_from(value) {
            Ok(small) => Value::Int(small),
            Err(_) => self.big_int(Number::Wide {
                high: (value >> 64) as i64,
                low: value as u64,
            }),
        }
    }

    fn big_int(&self, number: Number) -> Value {
        Value::BigInt(self.alloc(BigIntObject {
            header: Header::new(),
            number,
        }))
    }
}
