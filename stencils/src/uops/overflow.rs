//! Signed 64-bit arithmetic that leaves the region when the result does not fit.

use crate::operand::Exit;

/// `a + b`; leaves the region on signed overflow.
pub fn add_ovf_i64(a: i64, b: i64) -> Result<i64, Exit> {
    a.checked_add(b).ok_or(Exit)
}

/// `a - b`; leaves the region on signed overflow.
pub fn sub_ovf_i64(a: i64, b: i64) -> Result<i64, Exit> {
    a.checked_sub(b).ok_or(Exit)
}

/// `a * b`; leaves the region on signed overflow.
pub fn mul_ovf_i64(a: i64, b: i64) -> Result<i64, Exit> {
    a.checked_mul(b).ok_or(Exit)
}

/// `-a`; leaves the region for the least integer.
pub fn neg_ovf_i64(a: i64) -> Result<i64, Exit> {
    a.checked_neg().ok_or(Exit)
}

/// The absolute value of `a`; leaves the region for the least integer.
pub fn abs_ovf_i64(a: i64) -> Result<i64, Exit> {
    a.checked_abs().ok_or(Exit)
}

/// `a << count`; leaves the region when `count` is not in `0..64` or when the result does not fit.
pub fn shl_ovf_i64(a: i64, count: i64) -> Result<i64, Exit> {
    if count as u64 >= 64 {
        return Err(Exit);
    }
    let shifted = a.wrapping_shl(count as u32);
    if shifted.wrapping_shr(count as u32) == a {
        Ok(shifted)
    } else {
        Err(Exit)
    }
}

/// `a >> count`, arithmetic, for any count that is not negative (from 64 on only the sign is left); leaves the region
/// for a negative count.
pub fn shr_any_i64(a: i64, count: i64) -> Result<i64, Exit> {
    if count < 0 {
        return Err(Exit);
    }
    Ok(a.wrapping_shr(if count > 63 { 63 } else { count as u32 }))
}
