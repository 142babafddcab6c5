//! Values as text: `str`, `repr`, and what f-strings make of them.
//!
//! Start reading at [`str()`] and [`repr`]; format specifications are in [`spec`].

mod apply;
pub mod float;
mod group;
pub mod spec;

use std::fmt::Write;

use num_bigint::BigInt;

use super::error::{Error, Outcome};
use super::heap::Heap;
use super::types::Type;
use super::value::Value;
pub use apply::format;

/// Sequences nested deeper than this raise a RecursionError.
const MAX_NESTING: usize = 900;

/// Ints with more decimal digits than this are not converted to text or from it, as in CPython.
pub const MAX_DIGITS: usize = 4300;

/// What an f-string field does to its value before formatting it; the low bits of `FORMAT_VALUE`'s argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Conversion {
    /// Nothing.
    None = 0,
    /// `!s`.
    Str = 1,
    /// `!r`.
    Repr = 2,
    /// `!a`.
    Ascii = 3,
}

impl Conversion {
    /// The conversion that the argument of a `FORMAT_VALUE` says.
    pub fn from_arg(arg: u32) -> Conversion {
        match arg & 3 {
            0 => Conversion::None,
            1 => Conversion::Str,
            2 => Conversion::Repr,
            _ => Conversion::Ascii,
        }
    }
}

/// What a field of an f-string gives: `arg` is that of the `FORMAT_VALUE`, `spec` the format specification, a str.
///
/// # Errors
/// Whatever the conversion or the formatting raises.
pub fn field(heap: &Heap, arg: u32, value: Value, spec: Option<Value>) -> Outcome<Value> {
    let spec = match spec {
        Some(Value::Str(spec)) => spec.as_str().to_owned(),
        _ => String::new(),
    };
    let converted = match Conversion::from_arg(arg) {
        Conversion::None => None,
        Conversion::Str => Some(str(value)?),
        Conversion::Repr => Some(repr(value)?),
        Conversion::Ascii => Some(ascii(value)?),
    };
    Ok(match (converted, value) {
        (None, Value::Str(_)) if spec.is_empty() => value,
        (None, _) => Value::Str(heap.str(format(value, &spec)?)),
        (Some(text), _) => {
            let text = heap.str(text);
            let formatted = format(Value::Str(text), &spec)?;
            Value::Str(heap.str(formatted))
        }
    })
}

/// The concatenation of strings; other values among them are left out.
pub fn concatenate(heap: &Heap, parts: &[Value]) -> Value {
    let mut text = String::new();
    for part in parts {
        if let Value::Str(part) = part {
            text.push_str(part.as_str());
        }
    }
    Value::Str(heap.str(text))
}

/// `str(value)`.
///
/// # Errors
/// ValueError for an int with too many digits, RecursionError for sequences that are nested too deep.
pub fn str(value: Value) -> Outcome<String> {
    match value {
        Value::Str(text) => Ok(text.as_str().to_owned()),
        _ => repr(value),
    }
}

/// `repr(value)`.
///
/// # Errors
/// ValueError for an int with too many digits, RecursionError for sequences that are nested too deep.
pub fn repr(value: Value) -> Outcome<String> {
    let mut text = String::new();
    write_repr(value, &mut text, &mut Vec::new())?;
    Ok(text)
}

/// `ascii(value)`: the `repr` with everything beyond ASCII escaped.
///
/// # Errors
/// As [`repr`].
pub fn ascii(value: Value) -> Outcome<String> {
    let mut text = String::new();
    for char in repr(value)?.chars() {
        if char.is_ascii() {
            text.push(char);
        } else {
            escape(char, &mut text);
        }
    }
    Ok(text)
}

/// `around` holds the addresses of the lists that are being written, so that a list inside itself ends in `[...]`.
fn write_repr(value: Value, text: &mut String, around: &mut Vec<u64>) -> Outcome<()> {
    match value {
        Value::Unbound => text.push_str("<unbound>"),
        Value::None => text.push_str("None"),
        Value::Bool(0) => text.push_str("False"),
        Value::Bool(_) => text.push_str("True"),
        // Writing to a String cannot fail.
        Value::Int(n) => drop(write!(text, "{n}")),
        Value::Float(x) => text.push_str(&float::repr(x)),
        Value::BigInt(object) => text.push_str(&decimal(&object.value().to_big())?),
        Value::Str(string) => quote(string.as_str(), text),
        Value::List(list) => {
            if around.contains(&list.address()) {
                text.push_str("[...]");
                return Ok(());
            }
            around.push(list.address());
            write_items(list.iter(), text, around, "[", "]")?;
            around.pop();
        }
        Value::Tuple(tuple) => {
            around.push(tuple.address());
            let close = if tuple.items().len() == 1 { ",)" } else { ")" };
            write_items(tuple.items().iter().copied(), text, around, "(", close)?;
            around.pop();
        }
        Value::Range(range) => {
            let _ = write!(text, "range({}, {}", range.start(), range.stop());
            if range.step() != 1 {
                let _ = write!(text, ", {}", range.step());
            }
            text.push(')');
        }
        Value::Function(function) => {
            let name = function.code().qualified_name().to_owned();
            let _ = write!(text, "<function {name} at {:#x}>", function.address());
        }
        Value::Builtin(builtin) => {
            let _ = match builtin.owner() {
                Some(owner) => write!(
                    text,
                    "<method '{}' of '{}' objects>",
                    builtin.name(),
                    owner.name()
                ),
                None => write!(text, "<built-in function {}>", builtin.name()),
            };
        }
        Value::Type(kind) => {
            let _ = write!(text, "<class '{}'>", kind.name());
        }
        Value::Module(module) => {
            let _ = write!(text, "<module '{}' (built-in)>", module.name());
        }
        Value::Method(method) => {
            let (name, receiver) = (method.function().name(), method.receiver());
            let (kind, address) = (receiver.type_name(), receiver.payload());
            let _ = write!(
                text,
                "<built-in method {name} of {kind} object at {address:#x}>"
            );
        }
        Value::RangeIter(_) => text.push_str(Type::RangeIterator.name()),
    }
    Ok(())
}

fn write_items(
    items: impl Iterator<Item = Value>,
    text: &mut String,
    around: &mut Vec<u64>,
    open: &str,
    close: &str,
) -> Outcome<()> {
    if around.len() > MAX_NESTING {
        return Err(Error::recursion(" while getting the repr of an object"));
    }
    text.push_str(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write_repr(item, text, around)?;
    }
    text.push_str(close);
    Ok(())
}

/// A big int in decimal.
///
/// # Errors
/// ValueError when it has too many digits.
pub fn decimal(n: &BigInt) -> Outcome<String> {
    // The bits alone tell that an int is far beyond the limit, without the work of converting it.
    let digits = n.bits() as f64 * std::f64::consts::LOG10_2;
    let text = if digits > MAX_DIGITS as f64 + 2.0 {
        None
    } else {
        Some(n.to_string()).filter(|text| text.trim_start_matches('-').len() <= MAX_DIGITS)
    };
    text.ok_or_else(|| {
        Error::value_error(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        ))
    })
}

/// A string literal: single quotes unless only double ones avoid an escape.
fn quote(string: &str, text: &mut String) {
    let quote = if string.contains('\'') && !string.contains('"') {
        '"'
    } else {
        '\''
    };
    text.push(quote);
    for char in string.chars() {
        match char {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\\' => text.push_str("\\\\"),
            _ if char == quote => {
                text.push('\\');
                text.push(char);
            }
            _ if is_printable(char) => text.push(char),
            _ => escape(char, text),
        }
    }
    text.push(quote);
}

fn escape(char: char, text: &mut String) {
    let code = u32::from(char);
    let _ = match code {
        0..0x100 => write!(text, "\\x{code:02x}"),
        0x100..0x1_0000 => write!(text, "\\u{code:04x}"),
        _ => write!(text, "\\U{code:08x}"),
    };
}

/// Whether `repr` shows a character as itself. Rust's debug format escapes the same characters (controls, unassigned
/// ones, separators other than the space), and a few combining ones besides, which are printable.
fn is_printable(char: char) -> bool {
    if char.is_ascii() {
        return !char.is_ascii_control();
    }
    if char.is_whitespace() || char.is_control() {
        return false;
    }
    let mut escaped = char.escape_debug();
    // A letter in front keeps combining characters from being escaped for standing first.
    escaped.len() == 1 || format!("{:?}", format!("a{char}")).len() == 3 + char.len_utf8() || {
        escaped.next() != Some('\\')
    }
}
