//! Calls: binding arguments to parameters, and beginning frames.

use super::frame::Frame;
use super::registers::Registers;
use super::vm::{RECURSION_LIMIT, Vm};
use crate::bytecode::CodeRef;
use crate::runtime::builtins::{Args, Builtin, call_type};
use crate::runtime::object::FunctionObject;
use crate::runtime::{Error, Gc, Outcome, Value};

/// What became of a call.
pub(super) enum Called {
    /// A frame was begun, which will give the result.
    Entered,
    /// It is done.
    Returned(Value),
}

/// Begins a frame. Its arguments must lie in the slots from `base` on, all parameters of them; the result will go
/// into the slot `result`.
///
/// # Errors
/// RecursionError when there are too many frames, or no room in the value stack.
#[inline]
pub fn push_frame(vm: &mut Vm, code: CodeRef, base: u32, result: u32) -> Outcome<()> {
    let end = base as usize + code.frame_size() as usize;
    if vm.frames.len() >= RECURSION_LIMIT || end > vm.stack.capacity() {
        return Err(Error::recursion(""));
    }
    for local in code.parameter_count()..code.locals().len() as u32 {
        vm.stack.set(base + local, Value::Unbound);
    }
    vm.frames.push(Frame {
        code,
        pc: 0,
        base,
        result,
    });
    Ok(())
}

/// Calls `callable` with the last `count` operands, of which the last ones have the given names. The result of a
/// function goes into the slot `result`.
#[inline(never)]
pub(super) fn call(
    vm: &mut Vm,
    registers: Registers,
    callable: Value,
    count: u32,
    names: &[Value],
    result: u32,
) -> Outcome<Called> {
    match callable {
        Value::Function(function) => {
            let base = registers.top_slot(&vm.stack) - count;
            bind(vm, function, base, count, names)?;
            push_frame(vm, function.code(), base, result)?;
            Ok(Called::Entered)
        }
        Value::Builtin(builtin) => {
            let args = Args::new(registers.operands(count), names);
            call_builtin(vm, builtin, &args).map(Called::Returned)
        }
        Value::Type(kind) => {
            let args = Args::new(registers.operands(count), names);
            call_type(vm, kind, &args).map(Called::Returned)
        }
        Value::Method(method) => {
            let mut values = vec![method.receiver()];
            values.extend_from_slice(registers.operands(count));
            let args = Args::new(&values, names);
            call_builtin(vm, method.function(), &args).map(Called::Returned)
        }
        _ => {
            let name = callable.type_name();
            Err(Error::type_error(format!(
                "'{name}' object is not callable"
            )))
        }
    }
}

/// Calls a built-in function.
///
/// # Errors
/// Whatever it raises.
pub fn call_builtin(vm: &mut Vm, builtin: Builtin, args: &Args) -> Outcome<Value> {
    builtin.function()(vm, args)
}

/// Puts the arguments, which lie in the slots from `base` on, into the order of the parameters, and fills in defaults.
fn bind(
    vm: &mut Vm,
    function: Gc<FunctionObject>,
    base: u32,
    count: u32,
    names: &[Value],
) -> Outcome<()> {
    let code = function.code();
    let parameters = code.parameter_count();
    let positional = count - names.len() as u32;
    let defaults = function.defaults();
    let first_default = parameters as usize - defaults.len();
    if positional > parameters {
        return Err(too_many(code, defaults.len(), positional));
    }
    let end = base as usize + code.frame_size() as usize + count as usize;
    if end > vm.stack.capacity() {
        return Err(Error::recursion(""));
    }
    // The keyword values lie where parameters belong: they are taken out first.
    let given: Vec<Value> = (positional..count)
        .map(|i| vm.stack.get(base + i))
        .collect();
    for slot in positional..parameters {
        vm.stack.set(base + slot, Value::Unbound);
    }
    for (name, value) in names.iter().zip(given) {
        let Value::Str(name) = name else { continue };
        bind_keyword(vm, code, base, name.as_str(), value)?;
    }
    let mut missing = Vec::new();
    for slot in positional..parameters {
        if vm.stack.get(base + slot).is_bound() {
            continue;
        }
        match (slot as usize).checked_sub(first_default) {
            Some(index) => vm.stack.set(base + slot, defaults[index]),
            None => missing.push(&*code.locals()[slot as usize]),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(missing_arguments(code, &missing))
}

fn bind_keyword(vm: &mut Vm, code: CodeRef, base: u32, name: &str, value: Value) -> Outcome<()> {
    let parameters = &code.locals()[..code.parameter_count() as usize];
    let function = code.qualified_name();
    let Some(index) = parameters.iter().position(|known| &**known == name) else {
        return Err(Error::type_error(format!(
            "{function}() got an unexpected keyword argument '{name}'"
        )));
    };
    let slot = base + index as u32;
    if vm.stack.get(slot).is_bound() {
        return Err(Error::type_error(format!(
            "{function}() got multiple values for argument '{name}'"
        )));
    }
    vm.stack.set(slot, value);
    Ok(())
}

fn too_many(code: CodeRef, defaults: usize, given: u32) -> Error {
    let function = code.qualified_name();
    let parameters = code.parameter_count() as usize;
    let takes = match (defaults, parameters) {
        (0, 1) => "1 positional argument".to_owned(),
        (0, _) => format!("{parameters} positional arguments"),
        (_, _) => format!(
            "from {} to {parameters} positional arguments",
            parameters - defaults
        ),
    };
    let were = if given == 1 { "was" } else { "were" };
    Error::type_error(format!(
        "{function}() takes {takes} but {given} {were} given"
    ))
}

fn missing_arguments(code: CodeRef, missing: &[&str]) -> Error {
    let function = code.qualified_name();
    let quoted: Vec<String> = missing.iter().map(|name| format!("'{name}'")).collect();
    let list = match quoted.as_slice() {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
        [] => String::new(),
    };
    let count = missing.len();
    let plural = if count == 1 { "" } else { "s" };
    Error::type_error(format!(
        "{function}() missing {count} required positional argument{plural}: {list}"
    ))
}
