//! Attributes: `object.name`.

use super::builtins::{self, Builtin};
use super::error::{Error, ExceptionClass, Outcome};
use super::heap::Heap;
use super::value::Value;

/// `object.name`.
///
/// # Errors
/// AttributeError when the object has no such attribute.
pub fn get(heap: &Heap, object: Value, name: &str) -> Outcome<Value> {
    if let Value::Module(module) = object {
        return module.get(name).ok_or_else(|| missing(object, name));
    }
    match method(object, name) {
        Some(function) => Ok(Value::Method(heap.method(object, function))),
        None => Err(missing(object, name)),
    }
}

/// The method of that name that the object's type has, if it has one.
pub fn method(object: Value, name: &str) -> Option<Builtin> {
    builtins::method(object.type_of(), name)
}

fn missing(object: Value, name: &str) -> Error {
    let message = match object {
        Value::Module(module) => {
            format!("module '{}' has no attribute '{name}'", module.name())
        }
        Value::Type(kind) => {
            format!("type object '{}' has no attribute '{name}'", kind.name())
        }
        _ => {
            let kind = object.type_name();
            format!("'{kind}' object has no attribute '{name}'")
        }
    };
    Error::new(ExceptionClass::AttributeError, message)
}
