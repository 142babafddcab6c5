//! Comparisons of 64-bit integers: 1 when they hold, 0 when not.

/// 1 when `a == b`, else 0.
pub fn eq_i64(a: i64, b: i64) -> i64 {
    (a == b) as i64
}

/// 1 when `a != b`, else 0.
pub fn ne_i64(a: i64, b: i64) -> i64 {
    (a != b) as i64
}

/// 1 when `a < b`, signed, else 0.
pub fn lt_i64(a: i64, b: i64) -> i64 {
    (a < b) as i64
}

/// 1 when `a <= b`, signed, else 0.
pub fn le_i64(a: i64, b: i64) -> i64 {
    (a <= b) as i64
}

/// 1 when `a > b`, signed, else 0.
pub fn gt_i64(a: i64, b: i64) -> i64 {
    (a > b) as i64
}

/// 1 when `a >= b`, signed, else 0.
pub fn ge_i64(a: i64, b: i64) -> i64 {
    (a >= b) as i64
}

/// 1 when `a < b`, unsigned, else 0.
pub fn lt_u64(a: i64, b: i64) -> i64 {
    ((a as u64) < (b as u64)) as i64
}

/// 1 when `a <= b`, unsigned, else 0.
pub fn le_u64(a: i64, b: i64) -> i64 {
    ((a as u64) <= (b as u64)) as i64
}

/// 1 when `a > b`, unsigned, else 0.
pub fn gt_u64(a: i64, b: i64) -> i64 {
    ((a as u64) > (b as u64)) as i64
}

/// 1 when `a >= b`, unsigned, else 0.
pub fn ge_u64(a: i64, b: i64) -> i64 {
    ((a as u64) >= (b as u64)) as i64
}
