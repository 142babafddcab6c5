//! 64-bit integer arithmetic that never fails: results wrap.

/// `a + b`, wrapping.
pub fn add_i64(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

/// `a - b`, wrapping.
pub fn sub_i64(a: i64, b: i64) -> i64 {
    a.wrapping_sub(b)
}

/// `a * b`, wrapping.
pub fn mul_i64(a: i64, b: i64) -> i64 {
    a.wrapping_mul(b)
}

/// `-a`, wrapping: the negative of the least integer is itself.
pub fn neg_i64(a: i64) -> i64 {
    a.wrapping_neg()
}

/// The high 64 bits of the signed 128-bit product `a * b`.
pub fn mul_high_i64(a: i64, b: i64) -> i64 {
    ((a as i128 * b as i128) >> 64) as i64
}

/// The high 64 bits of the unsigned 128-bit product `a * b`.
pub fn mul_high_u64(a: i64, b: i64) -> i64 {
    ((a as u64 as u128 * b as u64 as u128) >> 64) as i64
}

/// Bitwise and.
pub fn and_i64(a: i64, b: i64) -> i64 {
    a & b
}

/// Bitwise or.
pub fn or_i64(a: i64, b: i64) -> i64 {
    a | b
}

/// Bitwise exclusive or.
pub fn xor_i64(a: i64, b: i64) -> i64 {
    a ^ b
}

/// All bits of `a` inverted.
pub fn not_i64(a: i64) -> i64 {
    !a
}

/// `a << count`. Only the low 6 bits of `count` matter.
pub fn shl_i64(a: i64, count: i64) -> i64 {
    a.wrapping_shl(count as u32)
}

/// `a >> count`, arithmetic: copies of the sign come in. Only the low 6 bits of `count` matter.
pub fn shr_i64(a: i64, count: i64) -> i64 {
    a.wrapping_shr(count as u32)
}

/// `a >> count`, logical: zeros come in. Only the low 6 bits of `count` matter.
pub fn ushr_i64(a: i64, count: i64) -> i64 {
    (a as u64).wrapping_shr(count as u32) as i64
}

/// `a` rotated left. Only the low 6 bits of `count` matter.
pub fn rotl_i64(a: i64, count: i64) -> i64 {
    a.rotate_left(count as u32 & 63)
}

/// `a` rotated right. Only the low 6 bits of `count` matter.
pub fn rotr_i64(a: i64, count: i64) -> i64 {
    a.rotate_right(count as u32 & 63)
}

/// The number of zero bits above the highest one bit; 64 for zero.
pub fn clz_i64(a: i64) -> i64 {
    a.leading_zeros() as i64
}

/// The number of zero bits below the lowest one bit; 64 for zero.
pub fn ctz_i64(a: i64) -> i64 {
    a.trailing_zeros() as i64
}

/// The number of one bits.
pub fn popcount_i64(a: i64) -> i64 {
    a.count_ones() as i64
}

/// The lesser of two signed integers.
pub fn min_i64(a: i64, b: i64) -> i64 {
    a.min(b)
}

/// The greater of two signed integers.
pub fn max_i64(a: i64, b: i64) -> i64 {
    a.max(b)
}

/// The lesser of two unsigned integers.
pub fn min_u64(a: i64, b: i64) -> i64 {
    (a as u64).min(b as u64) as i64
}

/// The greater of two unsigned integers.
pub fn max_u64(a: i64, b: i64) -> i64 {
    (a as u64).max(b as u64) as i64
}

/// `if_true` when `condition` is not zero, else `if_false`.
pub fn select_i64(condition: i64, if_true: i64, if_false: i64) -> i64 {
    if condition != 0 { if_true } else { if_false }
}
