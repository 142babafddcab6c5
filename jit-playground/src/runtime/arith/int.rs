//! Addition, subtraction, multiplication and bitwise operations of ints of any size.
//!
//! Each has three ways: 64 bits, 128 bits, and any number of bits.

use num_bigint::BigInt;

use super::MAX_INT_BITS;
use super::number::Integer;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::heap::Heap;
use crate::runtime::value::Value;

/// `a + b`.
pub fn add(heap: &Heap, a: &Integer, b: &Integer) -> Value {
    wide(heap, a, b, i128::checked_add)
        .unwrap_or_else(|| heap.int(a.to_big().as_ref() + b.to_big().as_ref()))
}

/// `a - b`.
pub fn subtract(heap: &Heap, a: &Integer, b: &Integer) -> Value {
    wide(heap, a, b, i128::checked_sub)
        .unwrap_or_else(|| heap.int(a.to_big().as_ref() - b.to_big().as_ref()))
}

/// `a * b`.
///
/// # Errors
/// MemoryError when the product would be absurdly large.
pub fn multiply(heap: &Heap, a: &Integer, b: &Integer) -> Outcome<Value> {
    if let Some(product) = wide(heap, a, b, i128::checked_mul) {
        return Ok(product);
    }
    if a.bits() + b.bits() > MAX_INT_BITS {
        return Err(Error::memory());
    }
    Ok(heap.int(a.to_big().as_ref() * b.to_big().as_ref()))
}

/// The result of an operation if both operands and the result fit 128 bits.
#[inline]
fn wide(
    heap: &Heap,
    a: &Integer,
    b: &Integer,
    operation: fn(i128, i128) -> Option<i128>,
) -> Option<Value> {
    operation(a.wide()?, b.wide()?).map(|result| heap.wide_int(result))
}

/// A bitwise operation, given for ints of at most 128 bits and for others.
pub fn bitwise(
    heap: &Heap,
    a: &Integer,
    b: &Integer,
    wide: impl Fn(i128, i128) -> i128,
    big: impl Fn(&BigInt, &BigInt) -> BigInt,
) -> Value {
    match (a.wide(), b.wide()) {
        (Some(x), Some(y)) => heap.wide_int(wide(x, y)),
        _ => heap.int(big(&a.to_big(), &b.to_big())),
    }
}
