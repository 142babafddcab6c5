//! Values seen as numbers: a bool is the int 0 or 1, and an int is small or big.

use std::borrow::Cow;

use num_bigint::BigInt;

use crate::runtime::error::{Error, Outcome};
use crate::runtime::object::Big;
use crate::runtime::value::Value;

/// A number.
pub enum Number<'a> {
    /// An int or bool that fits 64 bits.
    Int(i64),
    /// An int beyond 64 bits.
    Big(Big<'a>),
    /// A float.
    Float(f64),
}

/// An int.
#[derive(Clone, Copy)]
pub enum Integer<'a> {
    /// One that fits 64 bits.
    Small(i64),
    /// One beyond 64 bits.
    Big(Big<'a>),
}

impl<'a> Number<'a> {
    /// The number that a value is, if it is one.
    #[inline]
    pub fn of(value: &'a Value) -> Option<Number<'a>> {
        match value {
            Value::Int(n) => Some(Number::Int(*n)),
            Value::Float(x) => Some(Number::Float(*x)),
            Value::Bool(bit) => Some(Number::Int(*bit as i64)),
            Value::BigInt(object) => Some(Number::Big(object.value())),
            _ => None,
        }
    }

    /// The number as an int, if it is one.
    pub fn integer(&self) -> Option<Integer<'a>> {
        match *self {
            Number::Int(n) => Some(Integer::Small(n)),
            Number::Big(n) => Some(Integer::Big(n)),
            Number::Float(_) => None,
        }
    }

    /// The number as a float.
    ///
    /// # Errors
    /// OverflowError when an int is too large.
    #[inline]
    pub fn to_float(&self) -> Outcome<f64> {
        match *self {
            Number::Int(n) => Ok(n as f64),
            Number::Float(x) => Ok(x),
            Number::Big(n) => big_to_float(n),
        }
    }
}

impl<'a> Integer<'a> {
    /// The int that a value is, if it is one.
    #[inline]
    pub fn of(value: &'a Value) -> Option<Integer<'a>> {
        Number::of(value)?.integer()
    }

    /// The int as a big one.
    pub fn to_big(self) -> Cow<'a, BigInt> {
        match self {
            Integer::Small(n) => Cow::Owned(BigInt::from(n)),
            Integer::Big(n) => n.to_big(),
        }
    }

    /// The int as a float, rounded to the nearest, ties to even.
    ///
    /// # Errors
    /// OverflowError when it is too large.
    pub fn to_float(self) -> Outcome<f64> {
        match self {
            Integer::Small(n) => Ok(n as f64),
            Integer::Big(n) => big_to_float(n),
        }
    }

    /// The int if it fits 128 bits.
    #[inline]
    pub fn wide(self) -> Option<i128> {
        match self {
            Integer::Small(n) => Some(i128::from(n)),
            Integer::Big(Big::Wide(n)) => Some(n),
            Integer::Big(Big::Large(_)) => None,
        }
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        matches!(self, Integer::Small(0))
    }

    /// Whether it is below zero.
    pub fn is_negative(self) -> bool {
        match self {
            Integer::Small(n) => n < 0,
            Integer::Big(n) => n.is_negative(),
        }
    }

    /// How many bits its absolute value has.
    pub fn bits(self) -> u64 {
        match self {
            Integer::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
            Integer::Big(n) => n.bits(),
        }
    }
}

fn big_to_float(n: Big) -> Outcome<f64> {
    let x = n.to_float();
    if x.is_finite() {
        Ok(x)
    } else {
        Err(Error::overflow("int too large to convert to float"))
    }
}

/// The value of an argument that must be an int, as an index or a count.
///
/// # Errors
/// TypeError when it is none; OverflowError when it does not fit 64 bits.
pub fn index(value: Value) -> Outcome<i64> {
    match Integer::of(&value) {
        Some(Integer::Small(n)) => Ok(n),
        Some(Integer::Big(_)) => Err(Error::overflow(
            "Python int too large to convert to C ssize_t",
        )),
        None => {
            let name = value.type_name();
            Err(Error::type_error(format!(
                "'{name}' object cannot be interpreted as an integer"
            )))
        }
    }
}
