//! What each instruction does: fast paths in line, everything else by the functions of [`runtime`](crate::runtime).
//!
//! An operation that raises leaves its operands on the stack, so that it can be run again. Operations that begin or
//! end frames are in [`dispatch`](super::dispatch).

use super::registers::Registers;
use super::vm::Vm;
use crate::bytecode::{BinaryOp, CompareOp, Instruction, Op};
use crate::runtime::arith::{self, fast};
use crate::runtime::{Error, ExceptionClass, Outcome, Value, iterate, subscript};

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
