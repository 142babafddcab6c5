//! Division and remainder. All leave the region on a zero divisor; the signed ones also when the quotient does not
//! fit (the least integer by -1).

use crate::operand::Exit;

/// `a / divisor`, rounded towards minus infinity, as Python's `//`; leaves the region when `divisor` is zero or the quotient does
/// not fit.
pub fn floor_div_i64(a: i64, divisor: i64) -> Result<i64, Exit> {
    let quotient = a.checked_div(divisor).ok_or(Exit)?;
    let remainder = a.wrapping_sub(quotient.wrapping_mul(divisor));
    Ok(if remainder != 0 && (remainder ^ divisor) < 0 {
        quotient - 1
    } else {
        quotient
    })
}

/// The remainder of [`floor_div_i64`], with the sign of `divisor`, as Python's `%`; leaves the region when `divisor` is zero or
/// the quotient does not fit.
pub fn floor_mod_i64(a: i64, divisor: i64) -> Result<i64, Exit> {
    let remainder = a.checked_rem(divisor).ok_or(Exit)?;
    Ok(if remainder != 0 && (remainder ^ divisor) < 0 {
        remainder.wrapping_add(divisor)
    } else {
        remainder
    })
}

/// `a / divisor`, rounded towards zero; leaves the region when `divisor` is zero or the quotient does not fit.
pub fn div_i64(a: i64, divisor: i64) -> Result<i64, Exit> {
    a.checked_div(divisor).ok_or(Exit)
}

/// The remainder of [`div_i64`], with the sign of `a`; leaves the region when `divisor` is zero or the quotient does not fit.
pub fn rem_i64(a: i64, divisor: i64) -> Result<i64, Exit> {
    a.checked_rem(divisor).ok_or(Exit)
}

/// `a / divisor`, both unsigned; leaves the region when `divisor` is zero.
pub fn div_u64(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as u64).checked_div(divisor as u64).ok_or(Exit)? as i64)
}

/// The remainder of `a / divisor`, both unsigned; leaves the region when `divisor` is zero.
pub fn rem_u64(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as u64).checked_rem(divisor as u64).ok_or(Exit)? as i64)
}
