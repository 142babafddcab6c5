//! Double arithmetic and comparisons, as IEEE 754 says. A NaN result may have any payload and sign.

/// `a + b`.
pub fn add_f64(a: f64, b: f64) -> f64 {
    a + b
}

/// `a - b`.
pub fn sub_f64(a: f64, b: f64) -> f64 {
    a - b
}

/// `a * b`.
pub fn mul_f64(a: f64, b: f64) -> f64 {
    a * b
}

/// `a / b`. A division by zero gives an infinity or NaN.
pub fn div_f64(a: f64, b: f64) -> f64 {
    a / b
}

/// `-a`: the sign bit inverted, of NaNs too.
pub fn neg_f64(a: f64) -> f64 {
    -a
}

/// The absolute value: the sign bit cleared, of NaNs too.
pub fn abs_f64(a: f64) -> f64 {
    a.abs()
}

/// The square root; NaN for a negative number.
pub fn sqrt_f64(a: f64) -> f64 {
    a.sqrt()
}

/// The greatest integral value not above `a`.
pub fn floor_f64(a: f64) -> f64 {
    a.floor()
}

/// The least integral value not below `a`.
pub fn ceil_f64(a: f64) -> f64 {
    a.ceil()
}

/// `a` without its fraction.
pub fn trunc_f64(a: f64) -> f64 {
    a.trunc()
}

/// The nearest integral value; of two equally near, the even one.
pub fn round_f64(a: f64) -> f64 {
    a.round_ties_even()
}

/// `a` with the sign of `b`.
pub fn copysign_f64(a: f64, b: f64) -> f64 {
    a.copysign(b)
}

/// `a` when `a < b`, else `b`: so `b` when either is NaN and when both are zeros. (Python's `min(b, a)`.)
pub fn min_f64(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// `a` when `a > b`, else `b`: so `b` when either is NaN and when both are zeros. (Python's `max(b, a)`.)
pub fn max_f64(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// `if_true` when `condition` is not zero, else `if_false`.
pub fn select_f64(condition: i64, if_true: f64, if_false: f64) -> f64 {
    if condition != 0 { if_true } else { if_false }
}

/// 1 when `a == b`, else 0; 0 when either is NaN.
pub fn eq_f64(a: f64, b: f64) -> i64 {
    (a == b) as i64
}

/// 1 when `a != b`, else 0; 1 when either is NaN.
pub fn ne_f64(a: f64, b: f64) -> i64 {
    (a != b) as i64
}

/// 1 when `a < b`, else 0; 0 when either is NaN.
pub fn lt_f64(a: f64, b: f64) -> i64 {
    (a < b) as i64
}

/// 1 when `a <= b`, else 0; 0 when either is NaN.
pub fn le_f64(a: f64, b: f64) -> i64 {
    (a <= b) as i64
}

/// 1 when `a > b`, else 0; 0 when either is NaN.
pub fn gt_f64(a: f64, b: f64) -> i64 {
    (a > b) as i64
}

/// 1 when `a >= b`, else 0; 0 when either is NaN.
pub fn ge_f64(a: f64, b: f64) -> i64 {
    (a >= b) as i64
}
