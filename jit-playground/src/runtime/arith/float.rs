//! Floats: division that rounds down, powers, and conversion to ints.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use crate::runtime::error::{Error, ExceptionClass, Outcome};
use crate::runtime::heap::Heap;
use crate::runtime::value::Value;

/// `a / b`.
///
/// # Errors
/// ZeroDivisionError when `b` is zero.
pub fn true_divide(a: f64, b: f64) -> Outcome<f64> {
    if b == 0.0 {
        return Err(Error::zero_division("float division by zero"));
    }
    Ok(a / b)
}

/// `a // b`.
///
/// # Errors
/// ZeroDivisionError when `b` is zero.
pub fn floor_divide(a: f64, b: f64) -> Outcome<f64> {
    if b == 0.0 {
        return Err(Error::zero_division("float floor division by zero"));
    }
    Ok(quotient_and_rest(a, b).0)
}

/// `a % b`; its sign is that of `b`.
///
/// # Errors
/// ZeroDivisionError when `b` is zero.
pub fn remainder(a: f64, b: f64) -> Outcome<f64> {
    if b == 0.0 {
        return Err(Error::zero_division("float modulo"));
    }
    Ok(quotient_and_rest(a, b).1)
}

/// Both at once.
///
/// # Errors
/// ZeroDivisionError when `b` is zero.
pub fn divmod(a: f64, b: f64) -> Outcome<(f64, f64)> {
    if b == 0.0 {
        return Err(Error::zero_division("float divmod()"));
    }
    Ok(quotient_and_rest(a, b))
}

/// The quotient rounded down and the remainder with the sign of `b`, each as exact as a float can be.
fn quotient_and_rest(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        // A zero remainder takes the sign of the divisor.
        rest = 0.0_f64.copysign(b);
    } else if (rest < 0.0) != (b < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(a / b), rest);
    }
    let floor = quotient.floor();
    // `quotient` is within rounding of an integer, which may be the next one up.
    let floor = if quotient - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    };
    (floor, rest)
}

/// `a ** b`.
///
/// # Errors
/// ZeroDivisionError for zero to a negative power, OverflowError when the result is too large. The power of a
/// negative number that would be complex is refused with a NotImplementedError.
pub fn power(a: f64, b: f64) -> Outcome<f64> {
    if a == 0.0 && b < 0.0 {
        return Err(Error::zero_division(
            "0.0 cannot be raised to a negative power",
        ));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        return Err(Error::new(
            ExceptionClass::NotImplementedError,
            "a negative number to a fractional power is complex, and complex numbers are not supported",
        ));
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(Error::overflow("(34, 'Numerical result out of range')"));
    }
    Ok(result)
}

/// The int that a float is when it has no fraction.
///
/// # Errors
/// ValueError for a NaN, OverflowError for an infinity.
pub fn to_int(heap: &Heap, x: f64) -> Outcome<Value> {
    // Both bounds are exact floats; the upper one is itself too large.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&x) {
        return Ok(Value::Int(x as i64));
    }
    if x.is_nan() {
        return Err(Error::value_error("cannot convert float NaN to integer"));
    }
    match BigInt::from_f64(x) {
        Some(n) => Ok(heap.int(n)),
        None => Err(Error::overflow("cannot convert float infinity to integer")),
    }
}
