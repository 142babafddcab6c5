//! Instructions that are calls: those whose work is large beside the cost of a call, and those that are rare.
//!
//! They all have one shape, [`Operation`](super::operations::Operation), and never touch the dispatch loop's own
//! registers, only a copy. An operation that raises leaves its operands on the stack.

use super::registers::Registers;
use super::vm::Vm;
use crate::bytecode::Instruction;
use crate::bytecode::op::FORMAT_WITH_SPEC;
use crate::runtime::format;
use crate::runtime::{Outcome, Value, arith, attribute, iterate};

pub(super) fn build_list(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let count = instruction.arg;
    let list = vm.heap.list(r.operands(count))?;
    r.drop(count);
    r.push(Value::List(list));
    Ok(())
}

pub(super) fn build_tuple(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let count = instruction.arg;
    let tuple = vm.heap.tuple(r.operands(count))?;
    r.drop(count);
    r.push(Value::Tuple(tuple));
    Ok(())
}

pub(super) fn build_string(
    vm: &mut Vm,
    r: &mut Registers,
    instruction: Instruction,
) -> Outcome<()> {
    let count = instruction.arg;
    let string = format::concatenate(&vm.heap, r.operands(count));
    r.drop(count);
    r.push(string);
    Ok(())
}

pub(super) fn format_value(
    vm: &mut Vm,
    r: &mut Registers,
    instruction: Instruction,
) -> Outcome<()> {
    let arg = instruction.arg;
    let has_spec = arg & FORMAT_WITH_SPEC != 0;
    let (value, spec) = if has_spec {
        (r.peek(2), Some(r.peek(1)))
    } else {
        (r.peek(1), None)
    };
    let result = format::field(&vm.heap, arg, value, spec)?;
    r.drop(u32::from(has_spec));
    r.poke(1, result);
    Ok(())
}

pub(super) fn unpack_sequence(
    vm: &mut Vm,
    r: &mut Registers,
    instruction: Instruction,
) -> Outcome<()> {
    let count = instruction.arg;
    if let Value::Tuple(tuple) = r.peek(1)
        && tuple.items().len() == count as usize
    {
        r.drop(1);
        tuple.items().iter().rev().for_each(|&item| r.push(item));
        return Ok(());
    }
    let items = iterate::unpack(&vm.heap, r.peek(1), count as usize)?;
    r.drop(1);
    items.into_iter().rev().for_each(|item| r.push(item));
    Ok(())
}

pub(super) fn load_method(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let object = r.peek(1);
    let code = r.code();
    let name = &code.names()[instruction.arg as usize];
    match attribute::method(object, name) {
        Some(function) => {
            r.poke(1, Value::Builtin(function));
            r.push(object);
        }
        None => {
            let value = attribute::get(&vm.heap, object, name)?;
            r.poke(1, Value::Unbound);
            r.push(value);
        }
    }
    Ok(())
}

pub(super) fn load_attr(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let code = r.code();
    let name = &code.names()[instruction.arg as usize];
    let value = attribute::get(&vm.heap, r.peek(1), name)?;
    r.poke(1, value);
    Ok(())
}

pub(super) fn import_name(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let code = r.code();
    let module = vm.import(&code.names()[instruction.arg as usize])?;
    r.push(module);
    Ok(())
}

pub(super) fn import_from(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let code = r.code();
    let name = &code.names()[instruction.arg as usize];
    let value = attribute::get(&vm.heap, r.peek(1), name)?;
    r.push(value);
    Ok(())
}

pub(super) fn make_function(
    vm: &mut Vm,
    r: &mut Registers,
    instruction: Instruction,
) -> Outcome<()> {
    let code = r.code().children()[instruction.arg as usize];
    let defaults = match (instruction.cache, r.peek_defaults(instruction)) {
        (1, Some(Value::Tuple(defaults))) => Some(defaults),
        _ => None,
    };
    let function = vm.heap.function(code, defaults);
    r.drop(u32::from(instruction.cache));
    r.push(Value::Function(function));
    Ok(())
}

pub(super) fn contains_op(_: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let inside = arith::contains(r.peek(1), r.peek(2))?;
    r.drop(1);
    r.poke(1, (inside != (instruction.arg == 1)).into());
    Ok(())
}

pub(super) fn unary_negative(vm: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let result = arith::negative(&vm.heap, r.peek(1))?;
    r.poke(1, result);
    Ok(())
}

pub(super) fn unary_positive(_: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let result = arith::positive(r.peek(1))?;
    r.poke(1, result);
    Ok(())
}

pub(super) fn unary_invert(vm: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let result = arith::invert(&vm.heap, r.peek(1))?;
    r.poke(1, result);
    Ok(())
}

pub(super) fn get_iter(_: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let [object, state, limit] = iterate::start(r.peek(1))?;
    r.poke(1, object);
    r.push(state);
    r.push(limit);
    Ok(())
}

impl Registers {
    fn peek_defaults(&self, instruction: Instruction) -> Option<Value> {
        (instruction.cache == 1).then(|| self.peek(1))
    }
}
