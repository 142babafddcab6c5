//! 32-bit integer arithmetic in 64-bit registers: operands are the low halves, results are sign-extended. And the extensions
//! between widths.
//!
//! Shifts and rotations have twins whose results are zero-extended, as machines leave them: the optimiser takes them where
//! nobody looks at the upper half. (Sums, differences and products have theirs in 64 bits.)
//!
//! Of what is sign-extended the bitwise uops of 64 bits, the comparisons (unsigned ones as well), and least and greatest are
//! right as they are, so they have no twins here.

use crate::operand::Exit;

/// The low 8 bits of `a`, sign-extended.
pub fn sign_extend_8(a: i64) -> i64 {
    a as i8 as i64
}

/// The low 16 bits of `a`, sign-extended.
pub fn sign_extend_16(a: i64) -> i64 {
    a as i16 as i64
}

/// The low 32 bits of `a`, sign-extended.
pub fn sign_extend_32(a: i64) -> i64 {
    a as i32 as i64
}

/// The low 8 bits of `a`, zero-extended.
pub fn zero_extend_8(a: i64) -> i64 {
    a as u8 as i64
}

/// The low 16 bits of `a`, zero-extended.
pub fn zero_extend_16(a: i64) -> i64 {
    a as u16 as i64
}

/// The low 32 bits of `a`, zero-extended.
pub fn zero_extend_32(a: i64) -> i64 {
    a as u32 as i64
}

/// `a + b` in 32 bits, wrapping.
pub fn add_i32(a: i64, b: i64) -> i64 {
    (a as i32).wrapping_add(b as i32) as i64
}

/// `a - b` in 32 bits, wrapping.
pub fn sub_i32(a: i64, b: i64) -> i64 {
    (a as i32).wrapping_sub(b as i32) as i64
}

/// `a * b` in 32 bits, wrapping.
pub fn mul_i32(a: i64, b: i64) -> i64 {
    (a as i32).wrapping_mul(b as i32) as i64
}

/// `-a` in 32 bits, wrapping: the negative of the least integer is itself.
pub fn neg_i32(a: i64) -> i64 {
    (a as i32).wrapping_neg() as i64
}

/// `a + b` in 32 bits; leaves the region on signed overflow.
pub fn add_ovf_i32(a: i64, b: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_add(b as i32).ok_or(Exit)? as i64)
}

/// `a - b` in 32 bits; leaves the region on signed overflow.
pub fn sub_ovf_i32(a: i64, b: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_sub(b as i32).ok_or(Exit)? as i64)
}

/// `a * b` in 32 bits; leaves the region on signed overflow.
pub fn mul_ovf_i32(a: i64, b: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_mul(b as i32).ok_or(Exit)? as i64)
}

/// `-a` in 32 bits; leaves the region for the least integer.
pub fn neg_ovf_i32(a: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_neg().ok_or(Exit)? as i64)
}

/// The absolute value of `a` in 32 bits; leaves the region for the least integer.
pub fn abs_ovf_i32(a: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_abs().ok_or(Exit)? as i64)
}

/// `a << count` in 32 bits. Only the low 5 bits of `count` matter.
pub fn shl_i32(a: i64, count: i64) -> i64 {
    (a as i32).wrapping_shl(count as u32) as i64
}

/// `a >> count` in 32 bits, arithmetic. Only the low 5 bits of `count` matter.
pub fn shr_i32(a: i64, count: i64) -> i64 {
    (a as i32).wrapping_shr(count as u32) as i64
}

/// `a >> count` in 32 bits, logical. Only the low 5 bits of `count` matter.
pub fn ushr_i32(a: i64, count: i64) -> i64 {
    (a as u32).wrapping_shr(count as u32) as i32 as i64
}

/// `a` rotated left in 32 bits. Only the low 5 bits of `count` matter.
pub fn rotl_i32(a: i64, count: i64) -> i64 {
    (a as u32).rotate_left(count as u32 & 31) as i32 as i64
}

/// `a` rotated right in 32 bits. Only the low 5 bits of `count` matter.
pub fn rotr_i32(a: i64, count: i64) -> i64 {
    (a as u32).rotate_right(count as u32 & 31) as i32 as i64
}

/// `a << count` in 32 bits, zero-extended. Only the low 5 bits of `count` matter.
pub fn shl_u32(a: i64, count: i64) -> i64 {
    (a as u32).wrapping_shl(count as u32) as i64
}

/// `a >> count` in 32 bits, logical, zero-extended. Only the low 5 bits of `count` matter.
pub fn ushr_u32(a: i64, count: i64) -> i64 {
    (a as u32).wrapping_shr(count as u32) as i64
}

/// `a` rotated left in 32 bits, zero-extended. Only the low 5 bits of `count` matter.
pub fn rotl_u32(a: i64, count: i64) -> i64 {
    (a as u32).rotate_left(count as u32 & 31) as i64
}

/// `a` rotated right in 32 bits, zero-extended. Only the low 5 bits of `count` matter.
pub fn rotr_u32(a: i64, count: i64) -> i64 {
    (a as u32).rotate_right(count as u32 & 31) as i64
}

/// The number of zero bits above the highest one bit of 32; 32 for zero.
pub fn clz_i32(a: i64) -> i64 {
    (a as u32).leading_zeros() as i64
}

/// The number of zero bits below the lowest one bit of 32; 32 for zero.
pub fn ctz_i32(a: i64) -> i64 {
    (a as u32).trailing_zeros() as i64
}

/// The number of one bits of 32.
pub fn popcount_i32(a: i64) -> i64 {
    (a as u32).count_ones() as i64
}

/// `a / divisor` in 32 bits, rounded towards zero; leaves the region when `divisor` is zero or the quotient does not fit.
pub fn div_i32(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_div(divisor as i32).ok_or(Exit)? as i64)
}

/// The remainder of [`div_i32`]; leaves the region when `divisor` is zero or the quotient does not fit.
pub fn rem_i32(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_rem(divisor as i32).ok_or(Exit)? as i64)
}

/// `a / divisor` in 32 bits, rounded towards minus infinity; leaves the region when `divisor` is zero or the quotient does not
/// fit.
pub fn floor_div_i32(a: i64, divisor: i64) -> Result<i64, Exit> {
    let (a, divisor) = (a as i32, divisor as i32);
    let quotient = a.checked_div(divisor).ok_or(Exit)?;
    let remainder = a.wrapping_sub(quotient.wrapping_mul(divisor));
    Ok(if remainder != 0 && (remainder ^ divisor) < 0 {
        quotient.wrapping_sub(1) as i64
    } else {
        quotient as i64
    })
}

/// The remainder of [`floor_div_i32`], with the sign of `divisor`; leaves the region when `divisor` is zero or the quotient does
/// not fit.
pub fn floor_mod_i32(a: i64, divisor: i64) -> Result<i64, Exit> {
    let (a, divisor) = (a as i32, divisor as i32);
    let remainder = a.checked_rem(divisor).ok_or(Exit)?;
    Ok(if remainder != 0 && (remainder ^ divisor) < 0 {
        remainder.wrapping_add(divisor) as i64
    } else {
        remainder as i64
    })
}

/// `a / divisor` in 32 bits, both unsigned; leaves the region when `divisor` is zero.
pub fn div_u32(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as u32).checked_div(divisor as u32).ok_or(Exit)? as i32 as i64)
}

/// The remainder of `a / divisor` in 32 bits, both unsigned; leaves the region when `divisor` is zero.
pub fn rem_u32(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as u32).checked_rem(divisor as u32).ok_or(Exit)? as i32 as i64)
}
