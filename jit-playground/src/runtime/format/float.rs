//! Floats as text, digit for digit as CPython prints them.
//!
//! The digits themselves are the standard library's: shortest round-trip digits, or exactly rounded ones. Here they
//! are only laid out.

/// `repr(x)`: the fewest digits that read back as `x`.
pub fn repr(x: f64) -> String {
    if !x.is_finite() {
        return special(x).to_owned();
    }
    let (sign, digits, exponent) = parts(&shortest(x));
    if (-4..16).contains(&exponent) {
        let mut text = fixed(sign, &digits, exponent);
        if !text.contains('.') {
            text.push_str(".0");
        }
        text
    } else {
        scientific(sign, &digits, exponent)
    }
}

/// The fewest digits that read back as `x`, in the form `1.5e0`.
///
/// Where two numbers of that length are equally near, the standard library takes the upper one and CPython the even one,
/// as exact rounding does.
fn shortest(x: f64) -> String {
    let shortest = format!("{x:e}");
    let mantissa = shortest.split('e').next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let rounded = format!("{x:.*e}", digits - 1);
    if rounded.parse() == Ok(x) {
        rounded
    } else {
        shortest
    }
}

/// `inf`, `-inf` or `nan`.
pub fn special(x: f64) -> &'static str {
    if x.is_nan() {
        "nan"
    } else if x > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}

/// The format `e`: one digit, a point, `precision` digits, an exponent of at least two digits.
pub fn exponential(x: f64, precision: usize) -> String {
    let (sign, mut digits, exponent) = rounded(x, precision);
    let missing = precision + 1 - digits.len();
    digits.extend(std::iter::repeat_n('0', missing));
    scientific(sign, &digits, exponent)
}

/// How [`general`] lays digits out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneralStyle {
    /// Keep trailing zeros (the flag `#`).
    pub keep_zeros: bool,
    /// Always show a fraction, as a format without a type does.
    pub add_point_zero: bool,
}

/// The format `g`: `precision` significant digits, with an exponent when the number is very large or small.
pub fn general(x: f64, precision: usize, style: GeneralStyle) -> String {
    let precision = precision.max(1);
    let (sign, mut digits, exponent) = rounded(x, precision - 1);
    if style.keep_zeros {
        let missing = precision - digits.len();
        digits.extend(std::iter::repeat_n('0', missing));
    } else {
        let kept = digits.trim_end_matches('0').len().max(1);
        digits.truncate(kept);
    }
    let limit = precision as i32 - i32::from(style.add_point_zero);
    if (-4..limit).contains(&exponent) {
        let mut text = fixed(sign, &digits, exponent);
        if !text.contains('.') {
            if style.add_point_zero {
                text.push_str(".0");
            } else if style.keep_zeros {
                text.push('.');
            }
        }
        text
    } else {
        let mut text = scientific(sign, &digits, exponent);
        if style.keep_zeros && digits.len() == 1 {
            let at = text.find('e').unwrap_or(text.len());
            text.insert(at, '.');
        }
        text
    }
}

/// The format `f`: `precision` digits after the point.
pub fn fixed_point(x: f64, precision: usize) -> String {
    // No float has more digits after the point than these; the standard library has a limit of its own.
    let exact = precision.min(MAX_FRACTION);
    let mut text = format!("{x:.exact$}");
    text.extend(std::iter::repeat_n('0', precision - exact));
    text
}

/// The smallest float is 2^-1074, which has so many digits after the point.
const MAX_FRACTION: usize = 1074;

/// Sign, digits and exponent of a number rounded to `precision` digits after the first; fewer when the rest is zeros.
fn rounded(x: f64, precision: usize) -> (&'static str, String, i32) {
    let exact = precision.min(MAX_FRACTION);
    parts(&format!("{x:.exact$e}"))
}

/// Sign, digits and exponent of a number in Rust's exponential format.
fn parts(text: &str) -> (&'static str, String, i32) {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (
        sign,
        mantissa.replace('.', ""),
        exponent.parse().unwrap_or(0),
    )
}

fn fixed(sign: &str, digits: &str, exponent: i32) -> String {
    if exponent < 0 {
        let zeros = "0".repeat((-exponent - 1) as usize);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        let zeros = "0".repeat(whole - digits.len());
        return format!("{sign}{digits}{zeros}");
    }
    let (before, after) = digits.split_at(whole);
    format!("{sign}{before}.{after}")
}

fn scientific(sign: &str, digits: &str, exponent: i32) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    let size = exponent.unsigned_abs();
    format!("{sign}{first}{point}{rest}e{exponent_sign}{size:02}")
}
