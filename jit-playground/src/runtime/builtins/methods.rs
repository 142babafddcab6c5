//! Methods of the built-in types. The first argument is the receiver.

use super::args::Args;
use crate::interpreter::Vm;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::value::Value;

/// `list.append(item)`.
pub(super) fn append(vm: &mut Vm, args: &Args) -> Outcome<Value> {
    match args.only_positional("list.append")? {
        [Value::List(list), item] => {
            list.push(*item, &vm.heap)?;
            Ok(Value::None)
        }
        values => Err(Error::type_error(format!(
            "list.append() takes exactly one argument ({} given)",
            values.len().saturating_sub(1)
        ))),
    }
}
