//! Conversions between integers and doubles.

use crate::operand::Exit;

/// 2 to the 63rd, the least double above every `i64`.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// `a` as the nearest double.
pub fn f64_from_i64(a: i64) -> f64 {
    a as f64
}

/// `a` as a double; leaves the region when its magnitude is above 2 to the 53rd, where doubles have gaps.
pub fn f64_from_i64_exact(a: i64) -> Result<f64, Exit> {
    const LIMIT: i64 = 1 << 53;
    if a.wrapping_add(LIMIT) as u64 <= (2 * LIMIT) as u64 {
        Ok(a as f64)
    } else {
        Err(Exit)
    }
}

/// `a` without its fraction as an integer; leaves the region when that does not fit, and for NaN.
pub fn i64_from_f64_trunc(a: f64) -> Result<i64, Exit> {
    if (-TWO_63..TWO_63).contains(&a) {
        // SAFETY: `a` is in the range of `i64`.
        Ok(unsafe { a.to_int_unchecked() })
    } else {
        Err(Exit)
    }
}

/// `a` as an integer; leaves the region unless `a` is an integer that fits. Minus zero gives zero.
pub fn i64_from_f64_exact(a: f64) -> Result<i64, Exit> {
    let integer = i64_from_f64_trunc(a)?;
    if integer as f64 == a {
        Ok(integer)
    } else {
        Err(Exit)
    }
}

/// The bits of a double.
pub fn bits_from_f64(a: f64) -> i64 {
    a.to_bits() as i64
}

/// The double with these bits.
pub fn f64_from_bits(a: i64) -> f64 {
    f64::from_bits(a as u64)
}
