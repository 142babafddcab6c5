//! Addition, subtraction, multiplication and bitwise operations of ints of any size.

use num_bigint::BigInt;

use super::MAX_INT_BITS;
use super::number::Integer;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::heap::Heap;
use crate::runtime::value::Value;

/// `a + b`.
pub fn add(heap: &Heap, a: &Integer, b: &Integer) -> Value {
    if let (Integer::Small(x), Integer::Small(y)) = (*a, *b)
        && let Some(sum) = x.checked_add(y)
    {
        return Value::Int(sum);
    }
    heap.int(a.to_big().as_ref() + b.to_big().as_ref())
}

/// `a - b`.
pub fn subtract(heap: &Heap, a: &Integer, b: &Integer) -> Value {
    if let (Integer::Small(x), Integer::Small(y)) = (*a, *b)
        && let Some(difference) = x.checked_sub(y)
    {
        return Value::Int(difference);
    }
    heap.int(a.to_big().as_ref() - b.to_big().as_ref())
}

/// `a * b`.
///
/// # Errors
/// MemoryError when the product would be absurdly large.
pub fn multiply(heap: &Heap, a: &Integer, b: &Integer) -> Outcome<Value> {
    if let (Integer::Small(x), Integer::Small(y)) = (*a, *b) {
        return Ok(match x.checked_mul(y) {
            Some(product) => Value::Int(product),
            None => heap.int(BigInt::from(i128::from(x) * i128::from(y))),
        });
    }
    if a.bits() + b.bits() > MAX_INT_BITS {
        return Err(Error::memory());
    }
    Ok(heap.int(a.to_big().as_ref() * b.to_big().as_ref()))
}

/// A bitwise operation, given for small and for big ints.
pub fn bitwise(
    heap: &Heap,
    a: &Integer,
    b: &Integer,
    small: impl Fn(i64, i64) -> i64,
    big: impl Fn(&BigInt, &BigInt) -> BigInt,
) -> Value {
    match (*a, *b) {
        (Integer::Small(x), Integer::Small(y)) => Value::Int(small(x, y)),
        _ => heap.int(big(&a.to_big(), &b.to_big())),
    }
}
