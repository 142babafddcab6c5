//! Formatting a value by a specification.

use num_bigint::BigInt;

use super::float::{self, GeneralStyle};
use super::group::{Pieces, layout, pad};
use super::spec::{Spec, display_kind};
use super::{decimal, repr};
use crate::runtime::arith::number::Integer;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::value::Value;

/// More digits than this are refused, as in CPython.
const MAX_PRECISION: usize = i32::MAX as usize;

/// `format(value, spec)`.
///
/// # Errors
/// ValueError or TypeError when the specification is malformed or does not suit the value.
pub fn format(value: Value, spec: &str) -> Outcome<String> {
    if spec.is_empty() {
        return super::str(value);
    }
    let name = value.type_name();
    match value {
        Value::Str(text) => string(text.as_str(), &Spec::parse(spec, name)?),
        Value::Float(x) => number_float(x, &Spec::parse(spec, name)?, name),
        _ => match Integer::of(&value) {
            Some(n) => integer(n, &Spec::parse(spec, name)?, name),
            None => Err(Error::type_error(format!(
                "unsupported format string passed to {name}.__format__"
            ))),
        },
    }
}

fn unknown_code(kind: char, name: &str) -> Error {
    let kind = display_kind(kind);
    Error::value_error(format!(
        "Unknown format code '{kind}' for object of type '{name}'"
    ))
}

fn string(text: &str, spec: &Spec) -> Outcome<String> {
    let complaint = match spec.kind {
        Some(kind) if kind != 's' => return Err(unknown_code(kind, "str")),
        _ => string_complaint(spec),
    };
    if !complaint.is_empty() {
        return Err(Error::value_error(complaint));
    }
    let body: String = match spec.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    // A zero before the width fills a string with zeros, on the right.
    let align = spec.align.filter(|&align| align != '=');
    pad(&Spec { align, ..*spec }, "", &body, '<')
}

/// Why a specification does not suit a string; empty if it does.
fn string_complaint(spec: &Spec) -> String {
    if let Some(grouping) = spec.grouping {
        return format!("Cannot specify '{grouping}' with 's'.");
    }
    let complaint = match spec.sign {
        Some(' ') => "Space not allowed in string format specifier",
        Some(_) => "Sign not allowed in string format specifier",
        None if spec.no_negative_zero => {
            "Negative zero coercion (z) not allowed in string format specifier"
        }
        None if spec.alternate => "Alternate form (#) not allowed in string format specifier",
        None if spec.align == Some('=') && spec.fill != Some('0') => {
            "'=' alignment not allowed in string format specifier"
        }
        None => "",
    };
    complaint.to_owned()
}

fn integer(n: Integer, spec: &Spec, name: &str) -> Outcome<String> {
    let kind = match spec.kind {
        None | Some('n') => 'd',
        Some(kind) => kind,
    };
    if matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') {
        return number_float(n.to_float()?, spec, name);
    }
    if !matches!(kind, 'b' | 'c' | 'd' | 'o' | 'x' | 'X') {
        return Err(unknown_code(kind, name));
    }
    if spec.precision.is_some() {
        let message = "Precision not allowed in integer format specifier";
        return Err(Error::value_error(message));
    }
    if spec.no_negative_zero {
        let message = "Negative zero coercion (z) not allowed in integer format specifier";
        return Err(Error::value_error(message));
    }
    if kind == 'c' {
        return character(n, spec);
    }
    let magnitude = n.to_big().magnitude().clone();
    let (digits, prefix, group) = match kind {
        'b' => (magnitude.to_str_radix(2), "0b", 4),
        'o' => (magnitude.to_str_radix(8), "0o", 4),
        'x' => (magnitude.to_str_radix(16), "0x", 4),
        'X' => (magnitude.to_str_radix(16).to_uppercase(), "0X", 4),
        _ => (decimal(&BigInt::from(magnitude))?, "", 3),
    };
    layout(
        spec,
        &Pieces {
            sign: sign(n.is_negative(), spec),
            prefix: if spec.alternate { prefix } else { "" },
            whole: &digits,
            rest: "",
            group,
        },
    )
}

fn character(n: Integer, spec: &Spec) -> Outcome<String> {
    if spec.sign.is_some() {
        let message = "Sign not allowed with integer format specifier 'c'";
        return Err(Error::value_error(message));
    }
    if spec.alternate {
        let message = "Alternate form (#) not allowed with integer format specifier 'c'";
        return Err(Error::value_error(message));
    }
    let char = match n {
        Integer::Small(n) => u32::try_from(n).ok().and_then(char::from_u32),
        Integer::Big(_) => {
            let message = "Python int too large to convert to C long";
            return Err(Error::overflow(message));
        }
    };
    match char {
        Some(char) => pad(spec, "", char.encode_utf8(&mut [0; 4]), '>'),
        None => Err(Error::overflow("%c arg not in range(0x110000)")),
    }
}

fn sign(negative: bool, spec: &Spec) -> &'static str {
    match spec.sign {
        _ if negative => "-",
        Some('+') => "+",
        Some(' ') => " ",
        _ => "",
    }
}

fn number_float(x: f64, spec: &Spec, name: &str) -> Outcome<String> {
    if spec
        .precision
        .is_some_and(|precision| precision > MAX_PRECISION)
    {
        return Err(Error::value_error("precision too big"));
    }
    let kind = spec.kind;
    let text = if x.is_finite() {
        let magnitude = x.abs();
        digits(magnitude, spec).ok_or_else(|| unknown_code(kind.unwrap_or(' '), name))?
    } else if digits(0.0, spec).is_none() {
        return Err(unknown_code(kind.unwrap_or(' '), name));
    } else {
        let percent = if kind == Some('%') { "%" } else { "" };
        format!("{}{percent}", float::special(x.abs()))
    };
    let text = match kind {
        Some('E' | 'F' | 'G') => text.to_uppercase(),
        _ => text,
    };
    let is_zero = !text
        .bytes()
        .any(|byte| matches!(byte, b'1'..=b'9' | b'a'..=b'z' | b'A'..=b'Z'))
        || (x.is_finite()
            && !text
                .split(['e', 'E'])
                .next()
                .unwrap_or("")
                .bytes()
                .any(|b| matches!(b, b'1'..=b'9')));
    let negative = x.is_sign_negative() && !x.is_nan() && !(spec.no_negative_zero && is_zero);
    let whole = text.bytes().take_while(u8::is_ascii_digit).count();
    layout(
        spec,
        &Pieces {
            sign: sign(negative, spec),
            prefix: "",
            whole: &text[..whole],
            rest: &text[whole..],
            group: 3,
        },
    )
}

/// The digits of a finite number that is not negative; `None` when there is no such format.
fn digits(x: f64, spec: &Spec) -> Option<String> {
    let precision = spec.precision.unwrap_or(6);
    let point = if spec.alternate && precision == 0 {
        "."
    } else {
        ""
    };
    Some(match spec.kind {
        Some('f' | 'F') => format!("{}{point}", float::fixed_point(x, precision)),
        Some('%') => format!("{}{point}%", float::fixed_point(x * 100.0, precision)),
        Some('e' | 'E') => {
            let text = float::exponential(x, precision);
            match text.split_once('e') {
                Some((mantissa, exponent)) => format!("{mantissa}{point}e{exponent}"),
                None => text,
            }
        }
        Some('g' | 'G' | 'n') => {
            let style = GeneralStyle {
                keep_zeros: spec.alternate,
                add_point_zero: false,
            };
            float::general(x, precision, style)
        }
        None => match spec.precision {
            None => repr(Value::Float(x)).ok()?,
            Some(precision) => {
                let style = GeneralStyle {
                    keep_zeros: spec.alternate,
                    add_point_zero: true,
                };
                float::general(x, precision, style)
            }
        },
        Some(_) => return None,
    })
}
