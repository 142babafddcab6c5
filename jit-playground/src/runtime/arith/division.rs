//! Division of ints: `/` to the nearest float, `//` and `%` rounding down.

use num_bigint::{BigInt, Sign};
use num_integer::Integer as _;
use num_traits::ToPrimitive;

use super::float;
use super::number::{Integer, Number};
use crate::runtime::error::{Error, Outcome};
use crate::runtime::heap::Heap;
use crate::runtime::value::Value;

/// Ints up to this absolute value are exact as floats.
const EXACT: u64 = 1 << 53;

/// `a / b`, the float nearest to the quotient.
pub(super) fn true_divide(a: &Integer, b: &Integer) -> Outcome<Value> {
    if b.is_zero() {
        return Err(Error::zero_division("division by zero"));
    }
    if let (Integer::Small(x), Integer::Small(y)) = (*a, *b)
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return Ok(Value::Float(x as f64 / y as f64));
    }
    nearest_quotient(&a.to_big(), &b.to_big()).map(Value::Float)
}

/// The quotient is scaled by a power of two so that its integer part has at least two bits more than a float holds;
/// a sticky bit stands for the remainder. Rounding that integer to a float rounds the quotient correctly. Below the
/// normal range fewer bits are kept, so that there is no second rounding.
fn nearest_quotient(a: &BigInt, b: &BigInt) -> Outcome<f64> {
    const KEPT_BITS: i64 = 66;
    const SMALLEST_EXPONENT: i64 = -1074;
    let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    let (a, b) = (a.magnitude(), b.magnitude());
    let scale = KEPT_BITS - (a.bits() as i64 - b.bits() as i64);
    // Bits below the smallest subnormal are dropped here, all but two, and go into the sticky bit.
    let scale = scale.min(-SMALLEST_EXPONENT + 2);
    let (quotient, rest) = if scale >= 0 {
        (a << scale as u64).div_rem(b)
    } else {
        a.div_rem(&(b << scale.unsigned_abs()))
    };
    let mut kept = quotient.to_u128().unwrap_or(u128::MAX);
    kept = (kept << 1) | u128::from(rest != num_bigint::BigUint::ZERO);
    let magnitude = scale_by_power(kept, -(scale + 1));
    if magnitude.is_infinite() {
        return Err(Error::overflow(
            "integer division result too large for a float",
        ));
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// `kept * 2^exponent`, rounded once. `kept` ends in a sticky bit below the bits that count.
fn scale_by_power(kept: u128, exponent: i64) -> f64 {
    if kept == 0 {
        return 0.0;
    }
    let bits = i64::from(128 - kept.leading_zeros());
    // How many low bits the result cannot hold.
    let lost = (bits - 53).max(-1074 - exponent).max(0);
    if lost >= 127 {
        return 0.0;
    }
    let unit = 1_u128 << lost;
    let (mut whole, rest) = (kept >> lost, kept & (unit - 1));
    let half = unit >> 1;
    if lost > 0 && (rest > half || (rest == half && whole & 1 == 1)) {
        whole += 1;
    }
    // `whole` has at most 54 bits and is exact; two steps keep the powers of two in range.
    let exponent = exponent + lost;
    if exponent > 1100 {
        return f64::INFINITY;
    }
    let (first, second) = (exponent / 2, exponent - exponent / 2);
    whole as f64 * 2_f64.powi(first as i32) * 2_f64.powi(second as i32)
}

/// `a // b`.
pub(super) fn floor_divide(heap: &Heap, a: &Integer, b: &Integer) -> Outcome<Value> {
    if b.is_zero() {
        return Err(Error::zero_division("integer division or modulo by zero"));
    }
    Ok(floor_quotient(heap, a, b))
}

fn floor_quotient(heap: &Heap, a: &Integer, b: &Integer) -> Value {
    if let (Integer::Small(x), Integer::Small(y)) = (*a, *b)
        && let Some(quotient) = x.checked_div(y)
    {
        let rounds_up = x % y != 0 && (x < 0) != (y < 0);
        return Value::Int(quotient - i64::from(rounds_up));
    }
    if let (Some(x), Some(y)) = (a.wide(), b.wide())
        && x != i128::MIN
    {
        return heap.wide_int(num_integer::Integer::div_floor(&x, &y));
    }
    heap.int(a.to_big().div_floor(&b.to_big()))
}

/// `a % b`; its sign is that of `b`.
pub(super) fn remainder(heap: &Heap, a: &Integer, b: &Integer) -> Outcome<Value> {
    if b.is_zero() {
        return Err(Error::zero_division("integer modulo by zero"));
    }
    Ok(floor_remainder(heap, a, b))
}

fn floor_remainder(heap: &Heap, a: &Integer, b: &Integer) -> Value {
    if let (Integer::Small(x), Integer::Small(y)) = (*a, *b) {
        let rest = x.wrapping_rem(y);
        let wrong_sign = rest != 0 && (rest < 0) != (y < 0);
        return Value::Int(if wrong_sign { rest + y } else { rest });
    }
    if let (Some(x), Some(y)) = (a.wide(), b.wide())
        && x != i128::MIN
    {
        return heap.wide_int(num_integer::Integer::mod_floor(&x, &y));
    }
    heap.int(a.to_big().mod_floor(&b.to_big()))
}

/// `divmod(left, right)`: quotient and remainder.
///
/// # Errors
/// ZeroDivisionError, and TypeError when an operand is no number.
pub fn divmod(heap: &Heap, left: Value, right: Value) -> Outcome<(Value, Value)> {
    let (Some(a), Some(b)) = (Number::of(&left), Number::of(&right)) else {
        return Err(Error::type_error(format!(
            "unsupported operand type(s) for divmod(): '{}' and '{}'",
            left.type_name(),
            right.type_name()
        )));
    };
    if let (Some(a), Some(b)) = (a.integer(), b.integer()) {
        if b.is_zero() {
            return Err(Error::zero_division("integer division or modulo by zero"));
        }
        return Ok((floor_quotient(heap, &a, &b), floor_remainder(heap, &a, &b)));
    }
    let (quotient, rest) = float::divmod(a.to_float()?, b.to_float()?)?;
    Ok((Value::Float(quotient), Value::Float(rest)))
}
