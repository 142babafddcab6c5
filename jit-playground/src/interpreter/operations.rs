//! What each instruction does: fast paths in line, everything else by the functions of [`runtime`](crate::runtime).
//!
//! An operation that raises leaves its operands on the stack, so that it can be run again. Operations that begin or
//! end frames are in [`dispatch`](super::dispatch).

use super::registers::Registers;
use super::vm::Vm;
use crate::bytecode::op::FORMAT_WITH_SPEC;
use crate::bytecode::{BinaryOp, CompareOp, Instruction, Op};
use crate::runtime::arith::{self, fast};
use crate::runtime::format;
use crate::runtime::{Error, ExceptionClass, Outcome, Value, attribute, iterate, subscript};

/// An operation that is called rather than compiled into the dispatch loop.
pub(super) type Operation = fn(&mut Vm, &mut Registers, Instruction) -> Outcome<()>;

/// Calls an operation with a copy of the registers. Were the loop's own registers lent to a call, the compiler would
/// have to keep them in memory throughout.
#[inline(always)]
pub(super) fn outlined(
    vm: &mut Vm,
    r: &mut Registers,
    instruction: Instruction,
    operation: Operation,
) -> Outcome<()> {
    let mut copy = *r;
    let outcome = operation(vm, &mut copy, instruction);
    *r = copy;
    outcome
}

#[inline(always)]
pub(super) fn load_fast(r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let value = r.local(instruction.arg);
    if !value.is_bound() {
        return Err(unbound_local(*r, instruction.arg));
    }
    r.push(value);
    Ok(())
}

#[cold]
fn unbound_local(r: Registers, index: u32) -> Error {
    let code = r.code();
    let name = &code.locals()[index as usize];
    let message =
        format!("cannot access local variable '{name}' where it is not associated with a value");
    Error::new(ExceptionClass::UnboundLocalError, message)
}

#[inline(always)]
pub(super) fn load_global(r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let value = r.code().globals().get(instruction.arg);
    if !value.is_bound() {
        return Err(undefined_name(*r, instruction.arg));
    }
    r.push(value);
    Ok(())
}

#[cold]
fn undefined_name(r: Registers, slot: u32) -> Error {
    let globals = r.code().globals();
    Error::undefined(&globals.names()[slot as usize])
}

#[inline(always)]
pub(super) fn binary_op(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let (right, left) = (r.peek(1), r.peek(2));
    let op = BinaryOp::from_arg(instruction.arg).unwrap_or(BinaryOp::Add);
    if instruction.tries > 0 {
        specialise(*r, instruction, specialised_binary(op, left, right));
    }
    let result = match fast::binary(op, left, right) {
        Some(result) => result,
        None => binary_slow(vm, op, left, right)?,
    };
    r.drop(1);
    r.poke(1, result);
    Ok(())
}

#[inline(never)]
fn binary_slow(vm: &mut Vm, op: BinaryOp, left: Value, right: Value) -> Outcome<Value> {
    arith::binary(&vm.heap, op, left, right)
}

fn specialised_binary(op: BinaryOp, left: Value, right: Value) -> Option<Op> {
    match (op.plain(), left, right) {
        (BinaryOp::Add, Value::Int(_), Value::Int(_)) => Some(Op::BinaryOpAddInt),
        (BinaryOp::Subtract, Value::Int(_), Value::Int(_)) => Some(Op::BinaryOpSubtractInt),
        (BinaryOp::Multiply, Value::Int(_), Value::Int(_)) => Some(Op::BinaryOpMultiplyInt),
        (BinaryOp::Add, Value::Float(_), Value::Float(_)) => Some(Op::BinaryOpAddFloat),
        (BinaryOp::Subtract, Value::Float(_), Value::Float(_)) => Some(Op::BinaryOpSubtractFloat),
        (BinaryOp::Multiply, Value::Float(_), Value::Float(_)) => Some(Op::BinaryOpMultiplyFloat),
        _ => None,
    }
}

/// Puts a specialised form in the place of the instruction before `pc`, which is about to run in its general form.
#[inline(never)]
fn specialise(r: Registers, instruction: Instruction, form: Option<Op>) {
    let op = form.unwrap_or(instruction.op.general());
    // An instruction whose operands suit no form is not looked at for ever.
    let tries = instruction.tries - u8::from(form.is_none());
    r.code().respecialise(
        r.pc - 1,
        Instruction {
            op,
            tries,
            ..instruction
        },
    );
}

/// Goes back to the general form of the instruction before `pc`, whose specialised form did not suit its operands,
/// and to that instruction.
#[cold]
#[inline(never)]
pub(super) fn generalise(r: Registers, instruction: Instruction) {
    let general = Instruction {
        op: instruction.op.general(),
        tries: instruction.tries.saturating_sub(1),
        ..instruction
    };
    r.code().respecialise(r.pc - 1, general);
}

/// An operation of two machine ints; false when the operands do not suit it.
#[inline(always)]
pub(super) fn int_op(r: &mut Registers, operate: impl Fn(i64, i64) -> Option<i64>) -> bool {
    if let (Value::Int(b), Value::Int(a)) = (r.peek(1), r.peek(2))
        && let Some(result) = operate(a, b)
    {
        r.drop(1);
        r.poke(1, Value::Int(result));
        return true;
    }
    false
}

/// An operation of two floats; false when the operands do not suit it.
#[inline(always)]
pub(super) fn float_op(r: &mut Registers, operate: impl Fn(f64, f64) -> f64) -> bool {
    if let (Value::Float(b), Value::Float(a)) = (r.peek(1), r.peek(2)) {
        r.drop(1);
        r.poke(1, Value::Float(operate(a, b)));
        return true;
    }
    false
}

#[inline(always)]
pub(super) fn compare_op(r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let (right, left) = (r.peek(1), r.peek(2));
    let op = CompareOp::from_arg(instruction.arg).unwrap_or(CompareOp::Equal);
    let result = match fast::compare(op, left, right) {
        Some(result) => result,
        None => compare_slow(op, left, right)?,
    };
    r.drop(1);
    r.poke(1, result.into());
    Ok(())
}

#[inline(never)]
fn compare_slow(op: CompareOp, left: Value, right: Value) -> Outcome<bool> {
    arith::compare(op, left, right)
}

#[inline(always)]
pub(super) fn is_op(r: &mut Registers, instruction: Instruction) {
    let same = r.peek(2).is_same(&r.peek(1));
    r.drop(1);
    r.poke(1, (same != (instruction.arg == 1)).into());
}

#[inline(never)]
pub(super) fn contains_op(_: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let inside = arith::contains(r.peek(1), r.peek(2))?;
    r.drop(1);
    r.poke(1, (inside != (instruction.arg == 1)).into());
    Ok(())
}

#[inline(never)]
pub(super) fn unary_negative(vm: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let result = arith::negative(&vm.heap, r.peek(1))?;
    r.poke(1, result);
    Ok(())
}

#[inline(never)]
pub(super) fn unary_positive(_: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let result = arith::positive(r.peek(1))?;
    r.poke(1, result);
    Ok(())
}

#[inline(never)]
pub(super) fn unary_invert(vm: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let result = arith::invert(&vm.heap, r.peek(1))?;
    r.poke(1, result);
    Ok(())
}

/// The item of a list at a machine int, negative ones included.
#[inline(always)]
fn list_item(container: Value, index: Value) -> Option<Value> {
    let (Value::List(list), Value::Int(index)) = (container, index) else {
        return None;
    };
    let at = if index < 0 {
        index + list.len() as i64
    } else {
        index
    };
    usize::try_from(at).ok().and_then(|at| list.get(at))
}

#[inline(always)]
pub(super) fn binary_subscr(vm: &mut Vm, r: &mut Registers) -> Outcome<()> {
    let (index, container) = (r.peek(1), r.peek(2));
    let item = match list_item(container, index) {
        Some(item) => item,
        None => subscript_slow(vm, container, index)?,
    };
    r.drop(1);
    r.poke(1, item);
    Ok(())
}

#[inline(never)]
fn subscript_slow(vm: &mut Vm, container: Value, index: Value) -> Outcome<Value> {
    subscript::get(&vm.heap, container, index)
}

#[inline(always)]
pub(super) fn store_subscr(r: &mut Registers) -> Outcome<()> {
    let (index, container, value) = (r.peek(1), r.peek(2), r.peek(3));
    let stored = match (container, index) {
        (Value::List(list), Value::Int(index)) if index >= 0 => list.set(index as usize, value),
        _ => false,
    };
    if !stored {
        store_slow(container, index, value)?;
    }
    r.drop(3);
    Ok(())
}

#[inline(never)]
fn store_slow(container: Value, index: Value, value: Value) -> Outcome<()> {
    subscript::set(container, index, value)
}

#[inline(never)]
pub(super) fn build_list(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let count = instruction.arg;
    let list = vm.heap.list(r.operands(count))?;
    r.drop(count);
    r.push(Value::List(list));
    Ok(())
}

#[inline(never)]
pub(super) fn build_tuple(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let count = instruction.arg;
    let tuple = vm.heap.tuple(r.operands(count))?;
    r.drop(count);
    r.push(Value::Tuple(tuple));
    Ok(())
}

#[inline(never)]
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

#[inline(never)]
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

#[inline(never)]
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

#[inline(never)]
pub(super) fn get_iter(_: &mut Vm, r: &mut Registers, _: Instruction) -> Outcome<()> {
    let [object, state, limit] = iterate::start(r.peek(1))?;
    r.poke(1, object);
    r.push(state);
    r.push(limit);
    Ok(())
}

/// Pushes the next item, or pops the iteration and jumps.
#[inline(always)]
pub(super) fn for_iter(vm: &mut Vm, r: &mut Registers, instruction: Instruction) {
    if let (Value::RangeIter(step), Value::Int(next), Value::Int(stop)) =
        (r.peek(3), r.peek(2), r.peek(1))
    {
        let more = if step > 0 { next < stop } else { next > stop };
        if more {
            r.poke(2, Value::Int(next.checked_add(step).unwrap_or(stop)));
            r.push(Value::Int(next));
            return;
        }
    } else if let (Value::List(list), Value::Int(index)) = (r.peek(3), r.peek(2)) {
        if let Some(item) = list.get(index as usize) {
            r.poke(2, Value::Int(index + 1));
            r.push(item);
            return;
        }
    } else {
        let slots = [r.peek(3), r.peek(2), r.peek(1)];
        if let Some((item, state)) = advance_slow(vm, slots) {
            r.poke(2, state);
            r.push(item);
            return;
        }
    }
    r.drop(3);
    r.pc = instruction.arg;
}

#[inline(never)]
fn advance_slow(vm: &mut Vm, mut slots: [Value; 3]) -> Option<(Value, Value)> {
    let item = iterate::advance(&vm.heap, &mut slots)?;
    Some((item, slots[1]))
}

#[inline(never)]
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

#[inline(never)]
pub(super) fn load_attr(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let code = r.code();
    let name = &code.names()[instruction.arg as usize];
    let value = attribute::get(&vm.heap, r.peek(1), name)?;
    r.poke(1, value);
    Ok(())
}

#[inline(never)]
pub(super) fn import_name(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let code = r.code();
    let module = vm.import(&code.names()[instruction.arg as usize])?;
    r.push(module);
    Ok(())
}

#[inline(never)]
pub(super) fn import_from(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    let code = r.code();
    let name = &code.names()[instruction.arg as usize];
    let value = attribute::get(&vm.heap, r.peek(1), name)?;
    r.push(value);
    Ok(())
}

#[inline(never)]
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

impl Registers {
    fn peek_defaults(&self, instruction: Instruction) -> Option<Value> {
        (instruction.cache == 1).then(|| self.peek(1))
    }
}
