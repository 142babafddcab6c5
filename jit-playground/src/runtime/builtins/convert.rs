//! The built-in types called as functions: `int("12")`, `float(1)`, `list(range(3))`.

use num_bigint::BigInt;
use num_traits::Num;

use super::args::Args;
use crate::interpreter::Vm;
use crate::runtime::arith::number::{Integer, Number, index};
use crate::runtime::arith::{self, float};
use crate::runtime::error::{Error, Outcome};
use crate::runtime::format::{self, MAX_DIGITS};
use crate::runtime::iterate;
use crate::runtime::types::Type;
use crate::runtime::value::Value;

/// Calls a type.
///
/// # Errors
/// Whatever the conversion raises; TypeError for a type that cannot be called.
pub fn call_type(vm: &mut Vm, kind: Type, args: &Args) -> Outcome<Value> {
    match kind {
        Type::Int => int(vm, args),
        Type::Float => optional(args, "float")?.map_or(Ok(Value::Float(0.0)), to_float),
        Type::Bool => Ok(optional(args, "bool")?.is_some_and(arith::truth).into()),
        Type::Str => str(vm, args),
        Type::List => {
            let list = vm.heap.list_with_capacity(0)?;
            if let Some(items) = optional(args, "list")? {
                iterate::extend(&vm.heap, list, items)?;
            }
            Ok(Value::List(list))
        }
        Type::Tuple => match optional(args, "tuple")? {
            Some(tuple @ Value::Tuple(_)) => Ok(tuple),
            Some(items) => {
                let items = iterate::collect(&vm.heap, items)?;
                Ok(Value::Tuple(vm.heap.tuple(&items)?))
            }
            None => Ok(Value::Tuple(vm.heap.tuple(&[])?)),
        },
        Type::Range => range(vm, args),
        _ => {
            let name = kind.name();
            Err(Error::type_error(format!(
                "cannot create '{name}' instances"
            )))
        }
    }
}

/// The argument of a type that takes at most one.
fn optional(args: &Args, name: &str) -> Outcome<Option<Value>> {
    Ok(args.between(name, 0, 1)?.first().copied())
}

fn range(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let bound = |value: Value| match Integer::of(&value) {
        Some(Integer::Big(_)) => Err(Error::overflow(
            "range() bounds beyond 64 bits are not supported",
        )),
        _ => index(value),
    };
    let (start, stop, step) = match args.between("range", 1, 3)? {
        [stop] => (0, bound(*stop)?, 1),
        [start, stop] => (bound(*start)?, bound(*stop)?, 1),
        [start, stop, step] => (bound(*start)?, bound(*stop)?, bound(*step)?),
        _ => (0, 0, 1),
    };
    if step == 0 {
        return Err(Error::value_error("range() arg 3 must not be zero"));
    }
    Ok(Value::Range(vm.heap.range(start, stop, step)))
}

fn str(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let [object, encoding, errors] = args.bind("str", ["object", "encoding", "errors"], 0)?;
    if let Some(encoding) = encoding.or(errors) {
        return Err(Error::type_error(match encoding {
            Value::Str(_) => "decoding to str: need a bytes-like object".to_owned(),
            _ => {
                let name = encoding.type_name();
                format!("str() argument 'encoding' must be str, not {name}")
            }
        }));
    }
    match object {
        None => Ok(Value::Str(vm.heap.str(""))),
        Some(text @ Value::Str(_)) => Ok(text),
        Some(value) => Ok(Value::Str(vm.heap.str(format::str(value)?))),
    }
}

/// The value of `float(value)`.
fn to_float(value: Value) -> Outcome<Value> {
    if let Some(number) = Number::of(&value) {
        return number.to_float().map(Value::Float);
    }
    let Value::Str(text) = value else {
        let name = value.type_name();
        return Err(Error::type_error(format!(
            "float() argument must be a string or a real number, not '{name}'"
        )));
    };
    match parse_float(text.as_str()) {
        Some(x) => Ok(Value::Float(x)),
        None => {
            let text = format::repr(value)?;
            let message = format!("could not convert string to float: {text}");
            Err(Error::value_error(message))
        }
    }
}

fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = without_underscores(text)?;
    let body = digits.trim_start_matches(['+', '-']);
    if digits.len() - body.len() > 1 {
        return None;
    }
    match body.to_ascii_lowercase().as_str() {
        "inf" | "infinity" | "nan" => digits.parse().ok(),
        // The standard library reads everything else that Python reads; both want a digit first or after a point.
        _ if body.starts_with(|c: char| c.is_ascii_digit() || c == '.') => digits.parse().ok(),
        _ => None,
    }
}

/// Takes out underscores, each of which must stand between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('_') {
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        if at == 0 || !is_digit(bytes.get(at - 1)) || !is_digit(bytes.get(at + 1)) {
            return None;
        }
    }
    Some(text.replace('_', ""))
}

fn int(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let [value, base] = args.bind("int", ["", "base"], 0)?;
    let Some(value) = value else {
        return match base {
            Some(_) => Err(Error::type_error("int() missing string argument")),
            None => Ok(Value::Int(0)),
        };
    };
    match (value, base) {
        (Value::Str(text), None) => parse_int(vm, text.as_str(), 10, value),
        (Value::Str(text), Some(base)) => match index(base)? {
            base @ (0 | 2..=36) => parse_int(vm, text.as_str(), base as u32, value),
            _ => Err(Error::value_error(
                "int() base must be >= 2 and <= 36, or 0",
            )),
        },
        (_, Some(_)) => Err(Error::type_error(
            "int() can't convert non-string with explicit base",
        )),
        (Value::Float(x), None) => float::to_int(&vm.heap, x.trunc()),
        (Value::Int(_) | Value::BigInt(_) | Value::Bool(_), None) => arith::positive(value),
        _ => Err(Error::type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            value.type_name()
        ))),
    }
}

fn parse_int(vm: &mut Vm, text: &str, base: u32, value: Value) -> Outcome<Value> {
    let malformed = || -> Outcome<Value> {
        let shown = format::repr(value)?;
        Err(Error::value_error(format!(
            "invalid literal for int() with base {base}: {shown}"
        )))
    };
    let trimmed = text.trim();
    let (negative, body) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let Some((radix, digits)) = split_prefix(body, base) else {
        return malformed();
    };
    let Some(digits) = without_underscores(digits) else {
        return malformed();
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return malformed();
    }
    if !radix.is_power_of_two() && digits.len() > MAX_DIGITS {
        return Err(Error::value_error(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        )));
    }
    match BigInt::from_str_radix(&digits, radix) {
        Ok(n) => Ok(vm.heap.int(if negative { -n } else { n })),
        Err(_) => malformed(),
    }
}

/// The base and the digits of a literal; base 0 takes the base from the prefix.
fn split_prefix(body: &str, base: u32) -> Option<(u32, &str)> {
    let prefixed = match body.get(..2) {
        Some("0x" | "0X") => Some(16),
        Some("0o" | "0O") => Some(8),
        Some("0b" | "0B") => Some(2),
        _ => None,
    };
    match prefixed {
        Some(radix) if base == 0 || base == radix => {
            // One underscore may follow the prefix.
            let rest = &body[2..];
            Some((radix, rest.strip_prefix('_').unwrap_or(rest)))
        }
        _ if base == 0 => {
            let plain_zero = body.trim_matches(['0', '_']).is_empty();
            (plain_zero || !body.starts_with('0')).then_some((10, body))
        }
        _ => Some((base, body)),
    }
}
