//! 32-bit integer arithmetic in 64-bit registers: operands are the low halves, results are sign-extended.
//! And the extensions between widths.

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

/// `a / divisor` in 32 bits, rounded towards zero; leaves the region when `divisor` is zero or the quotient does not fit.
pub fn div_i32(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_div(divisor as i32).ok_or(Exit)? as i64)
}

/// The remainder of [`div_i32`]; leaves the region when `divisor` is zero or the quotient does not fit.
pub fn rem_i32(a: i64, divisor: i64) -> Result<i64, Exit> {
    Ok((a as i32).checked_rem(divisor as i32).ok_or(Exit)? as i64)
}
