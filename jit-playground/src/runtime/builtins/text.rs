//! `print`, `len`, `repr`, characters, and `isinstance`.

use super::args::Args;
use crate::interpreter::Vm;
use crate::runtime::arith::number::{Integer, index};
use crate::runtime::error::{Error, Outcome};
use crate::runtime::format;
use crate::runtime::types::Type;
use crate::runtime::value::Value;

/// `print(*values, sep=' ', end='\n')`.
pub(super) fn print(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let mut separator = " ".to_owned();
    let mut end = "\n".to_owned();
    for (name, value) in args.keywords() {
        let option = match name {
            "sep" => &mut separator,
            "end" => &mut end,
            "flush" => continue,
            _ => {
                return Err(Error::type_error(format!(
                    "'{name}' is an invalid keyword argument for print()"
                )));
            }
        };
        match value {
            Value::None => {}
            Value::Str(text) => *option = text.as_str().to_owned(),
            _ => {
                return Err(Error::type_error(format!(
                    "{name} must be None or a string, not {}",
                    value.type_name()
                )));
            }
        }
    }
    for (position, &value) in args.positional().iter().enumerate() {
        if position > 0 {
            vm.write(&separator)?;
        }
        match value {
            Value::Str(text) => vm.write(text.as_str())?,
            _ => vm.write(&format::str(value)?)?,
        }
    }
    vm.write(&end)?;
    Ok(Value::None)
}

/// `len(object)`.
pub(super) fn len(_: &mut Vm, args: &Args) -> Outcome<Value> {
    length(args.one("len")?)
}

/// The length of a sequence.
pub fn length(value: Value) -> Outcome<Value> {
    let len = match value {
        Value::List(list) => list.len() as i64,
        Value::Str(text) => text.char_len() as i64,
        Value::Tuple(tuple) => tuple.items().len() as i64,
        Value::Range(range) => i64::try_from(range.len())
            .map_err(|_| Error::overflow("Python int too large to convert to C ssize_t"))?,
        _ => {
            let name = value.type_name();
            return Err(Error::type_error(format!(
                "object of type '{name}' has no len()"
            )));
        }
    };
    Ok(Value::Int(len))
}

/// `ord(character)`.
pub(super) fn ord(_: &mut Vm, args: &Args) -> Outcome<Value> {
    let value = args.one("ord")?;
    let Value::Str(text) = value else {
        let name = value.type_name();
        let message = format!("ord() expected string of length 1, but {name} found");
        return Err(Error::type_error(message));
    };
    let mut chars = text.as_str().chars();
    match (chars.next(), chars.next()) {
        (Some(char), None) => Ok(Value::Int(u32::from(char).into())),
        _ => Err(Error::type_error(format!(
            "ord() expected a character, but string of length {} found",
            text.char_len()
        ))),
    }
}

/// `chr(code)`.
pub(super) fn chr(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let value = args.one("chr")?;
    let code = match Integer::of(&value) {
        Some(Integer::Big(_)) => -1,
        _ => index(value)?,
    };
    match u32::try_from(code).ok().and_then(char::from_u32) {
        Some(char) => Ok(Value::Str(vm.heap.char(char))),
        None => Err(Error::value_error("chr() arg not in range(0x110000)")),
    }
}

/// `repr(object)`.
pub(super) fn repr(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    let text = format::repr(args.one("repr")?)?;
    Ok(Value::Str(vm.heap.str(text)))
}

/// `isinstance(object, type or tuple of types)`.
pub(super) fn isinstance(_: &mut Vm, args: &Args) -> Outcome<Value> {
    match args.between("isinstance", 2, 2)? {
        [value, class] => is_instance(value.type_of(), *class, 0).map(Value::from),
        _ => Ok(Value::None),
    }
}

fn is_instance(kind: Type, class: Value, depth: u32) -> Outcome<bool> {
    const MAX_NESTING: u32 = 900;
    match class {
        Value::Type(class) => Ok(kind.is_subtype_of(class)),
        Value::Tuple(_) if depth > MAX_NESTING => Err(Error::recursion(" in __instancecheck__")),
        Value::Tuple(classes) => {
            for &class in classes.items() {
                if is_instance(kind, class, depth + 1)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(Error::type_error(
            "isinstance() arg 2 must be a type, a tuple of types, or a union",
        )),
    }
}
