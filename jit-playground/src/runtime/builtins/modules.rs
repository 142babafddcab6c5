//! The built-in modules: `math`.

use super::{Builtin, Home};
use crate::runtime::heap::Heap;
use crate::runtime::value::Value;

const CONSTANTS: [(&str, f64); 5] = [
    ("pi", std::f64::consts::PI),
    ("e", std::f64::consts::E),
    ("tau", std::f64::consts::TAU),
    ("inf", f64::INFINITY),
    ("nan", f64::NAN),
];

/// The names of the modules.
pub fn module_names() -> &'static [&'static str] {
    &["math"]
}

/// Whether there is a module of that name.
pub fn is_module(name: &str) -> bool {
    module_names().contains(&name)
}

/// The names in a module, sorted; none when there is no such module.
pub fn attribute_names(module: &str) -> Vec<&'static str> {
    if !is_module(module) {
        return Vec::new();
    }
    let mut names: Vec<_> = functions().map(|builtin| builtin.name()).collect();
    names.extend(CONSTANTS.iter().map(|&(name, _)| name));
    names.sort_unstable();
    names
}

/// Whether a module has an attribute.
pub fn has_attribute(module: &str, name: &str) -> bool {
    is_module(module)
        && (CONSTANTS.iter().any(|&(known, _)| known == name)
            || functions().any(|builtin| builtin.name() == name))
}

fn functions() -> impl Iterator<Item = Builtin> {
    let all = Builtin::ALL.iter().copied();
    all.filter(|builtin| builtin.home() == Home::Math)
}

/// A module as a value; `None` when there is no such module.
pub fn import(heap: &Heap, name: &str) -> Option<Value> {
    let name = *module_names().iter().find(|&&known| known == name)?;
    let constants = CONSTANTS.iter().map(|&(name, x)| (name, Value::Float(x)));
    let functions = functions().map(|builtin| (builtin.name(), Value::Builtin(builtin)));
    Some(Value::Module(
        heap.module(name, constants.chain(functions).collect()),
    ))
}
