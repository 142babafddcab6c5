//! Shifts of ints of any size.

use num_bigint::BigInt;

use super::MAX_INT_BITS;
use super::number::Integer;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::heap::Heap;
use crate::runtime::value::Value;

/// CPython raises an OverflowError when it cannot even count its own digits, which have so many bits.
const CPYTHON_DIGIT_BITS: u32 = 30;

fn check_amount(amount: &Integer) -> Outcome<()> {
    if amount.is_negative() {
        return Err(Error::value_error("negative shift count"));
    }
    Ok(())
}

/// `a << amount`.
pub(super) fn left(heap: &Heap, a: &Integer, amount: &Integer) -> Outcome<Value> {
    check_amount(amount)?;
    if a.is_zero() {
        return Ok(Value::Int(0));
    }
    let count = match *amount {
        Integer::Small(count) => count,
        Integer::Big(count)
            if count.to_big().as_ref() / CPYTHON_DIGIT_BITS > BigInt::from(i64::MAX) =>
        {
            return Err(Error::overflow("too many digits in integer"));
        }
        Integer::Big(_) => return Err(Error::memory()),
    };
    if let Some(n) = a.wide()
        && count < 128
    {
        let shifted = n << count;
        if shifted >> count == n {
            return Ok(heap.wide_int(shifted));
        }
    }
    if a.bits().saturating_add(count as u64) > MAX_INT_BITS {
        return Err(Error::memory());
    }
    Ok(heap.int(a.to_big().as_ref() << count))
}

/// `a >> amount`, rounding down.
pub(super) fn right(heap: &Heap, a: &Integer, amount: &Integer) -> Outcome<Value> {
    check_amount(amount)?;
    let count = match *amount {
        Integer::Small(count) => count as u64,
        Integer::Big(_) => u64::MAX,
    };
    if let Some(n) = a.wide() {
        return Ok(heap.wide_int(n >> count.min(127)));
    }
    if count >= a.bits() {
        return Ok(Value::Int(if a.is_negative() { -1 } else { 0 }));
    }
    Ok(heap.int(a.to_big().as_ref() >> count))
}
