//! The dispatch loop, and the instructions that begin and end frames.
//!
//! The registers live in Rust variables while the loop runs, and are written to the top frame whenever somebody else
//! may look: at calls and returns, at safepoints, at hooks, and when an exception is raised. Start reading at
//! [`run`].

use super::call::{self, Called, push_frame};
use super::hook::{Control, Hook};
use super::operations as op;
use super::registers::Registers;
use super::vm::Vm;
use crate::bytecode::{Instruction, Op};
use crate::runtime::arith;
use crate::runtime::{Error, Outcome, Value};

/// How [`run`] ended without an exception.
#[derive(Clone, Copy, Debug)]
pub enum Exit {
    /// The outermost frame that it was to run has returned this.
    Finished(Value),
    /// A hook asked it to leave; the frames say where to go on.
    Left,
}

/// Runs the top frame, and those it calls, until `floor` frames are left.
///
/// # Errors
/// The exception that none of these frames caught; they are gone then, and are in its traceback.
pub fn run<H: Hook>(vm: &mut Vm, hook: &mut H, floor: usize) -> Outcome<Exit> {
    let Some(mut registers) = load(vm) else {
        return Ok(Exit::Left);
    };
    dispatch(vm, hook, &mut registers, floor).map_err(|error| unwind(vm, registers, error, floor))
}

/// The registers of the top frame.
fn load(vm: &Vm) -> Option<Registers> {
    vm.frames
        .last()
        .map(|frame| Registers::load(frame, &vm.stack))
}

/// Writes the registers to the top frame; `pc` becomes the next instruction to run.
#[inline(always)]
fn save(vm: &mut Vm, pc: u32) {
    if let Some(frame) = vm.frames.last_mut() {
        frame.pc = pc;
    }
}

/// Takes frames away until `floor` are left, and notes each in the traceback.
#[cold]
fn unwind(vm: &mut Vm, registers: Registers, mut error: Error, floor: usize) -> Error {
    save(vm, registers.pc);
    while vm.frames.len() > floor
        && let Some(frame) = vm.frames.pop()
    {
        // The instruction that raised is the one before the next.
        error.add_frame(frame.code, frame.pc.saturating_sub(1));
    }
    error
}

/// What the loop does next.
enum Next {
    Go,
    Exit(Exit),
}

/// Collects garbage if it is time. Everything below the top of the operands is live.
#[inline(always)]
fn safepoint(vm: &mut Vm, r: &Registers) {
    if vm.heap.collection_wanted() {
        let top = r.top_slot(&vm.stack);
        vm.collect(top);
    }
}

/// Obeys a hook, whose frames are up to date.
fn obey(vm: &Vm, r: &mut Registers, control: Control) -> Next {
    match (control, load(vm)) {
        (Control::Continue, _) => Next::Go,
        (Control::Resume, Some(loaded)) => {
            *r = loaded;
            Next::Go
        }
        (Control::Leave, _) | (_, None) => Next::Exit(Exit::Left),
    }
}

/// Tells a hook that follows execution that an instruction is about to run, and before that, that one has run.
#[inline(always)]
fn follow<H: Hook>(vm: &mut Vm, hook: &mut H, r: &mut Registers, ran: bool) -> Next {
    save(vm, r.pc);
    if ran {
        let control = hook.after(vm);
        match obey(vm, r, control) {
            Next::Go => {}
            exit => return exit,
        }
    }
    let instruction = r.code.fetch(r.pc).general();
    let control = hook.before(vm, instruction);
    match control {
        Control::Continue => Next::Go,
        // The hook has moved execution elsewhere, where it will be asked again.
        control => obey(vm, r, control),
    }
}

fn dispatch<H: Hook>(
    vm: &mut Vm,
    hook: &mut H,
    registers: &mut Registers,
    floor: usize,
) -> Outcome<Exit> {
    let mut r = *registers;
    let mut ran = false;
    loop {
        if H::FOLLOWS {
            if let Next::Exit(exit) = follow(vm, hook, &mut r, ran) {
                return Ok(exit);
            }
            ran = true;
        }
        let i = r.fetch();
        let operation = if H::FOLLOWS { i.op.general() } else { i.op };
        let outcome = match operation {
            Op::Nop => Ok(()),
            Op::LoadFast => op::load_fast(&mut r, i),
            Op::LoadConst | Op::LoadBuiltin => {
                r.push(r.code.constant(i.arg));
                Ok(())
            }
            Op::StoreFast => {
                let value = r.pop();
                r.set_local(i.arg, value);
                Ok(())
            }
            Op::LoadGlobal => op::load_global(&mut r, i),
            Op::StoreGlobal => {
                let value = r.pop();
                r.code.globals().set(i.arg, value);
                Ok(())
            }
            Op::PopTop => {
                r.drop(1);
                Ok(())
            }
            Op::Copy => {
                r.push(r.peek(i.arg));
                Ok(())
            }
            Op::Swap => {
                let (top, other) = (r.peek(1), r.peek(i.arg));
                r.poke(1, other);
                r.poke(i.arg, top);
                Ok(())
            }
            Op::UnaryNegative => op::unary(&mut r, |value| arith::negative(&vm.heap, value)),
            Op::UnaryPositive => op::unary(&mut r, arith::positive),
            Op::UnaryNot => op::unary(&mut r, |value| Ok((!arith::truth(value)).into())),
            Op::UnaryInvert => op::unary(&mut r, |value| arith::invert(&vm.heap, value)),
            Op::BinaryOp => op::binary_op(vm, &mut r, i),
            Op::CompareOp => op::compare_op(&mut r, i),
            Op::IsOp => {
                op::is_op(&mut r, i);
                Ok(())
            }
            Op::ContainsOp => op::contains_op(&mut r, i),
            Op::BinarySubscr | Op::BinarySubscrListInt => op::binary_subscr(vm, &mut r),
            Op::StoreSubscr | Op::StoreSubscrListInt => op::store_subscr(&mut r),
            Op::BuildList => op::build_list(vm, &mut r, i.arg),
            Op::BuildTuple => op::build_tuple(vm, &mut r, i.arg),
            Op::BuildString => op::build_string(vm, &mut r, i.arg),
            Op::FormatValue => op::format_value(vm, &mut r, i.arg),
            Op::UnpackSequence => op::unpack_sequence(vm, &mut r, i.arg),
            Op::JumpForward => {
                r.pc = i.arg;
                Ok(())
            }
            Op::JumpBackward => {
                let pc = r.pc - 1;
                r.pc = i.arg;
                safepoint(vm, &r);
                if H::COUNTS_LOOPS {
                    if i.cache == 0 {
                        save(vm, r.pc);
                        let control = hook.hot_loop(vm, r.code, pc);
                        ran = ran && control == Control::Continue;
                        if let Next::Exit(exit) = obey(vm, &mut r, control) {
                            return Ok(exit);
                        }
                    } else {
                        r.code.set_loop_counter(pc, i.cache - 1);
                    }
                }
                Ok(())
            }
            Op::PopJumpIfFalse => {
                if !arith::truth(r.pop()) {
                    r.pc = i.arg;
                }
                Ok(())
            }
            Op::PopJumpIfTrue => {
                if arith::truth(r.pop()) {
                    r.pc = i.arg;
                }
                Ok(())
            }
            Op::JumpIfFalseOrPop => {
                jump_or_pop(&mut r, i, false);
                Ok(())
            }
            Op::JumpIfTrueOrPop => {
                jump_or_pop(&mut r, i, true);
                Ok(())
            }
            Op::GetIter => op::get_iter(&mut r),
            Op::ForIter | Op::ForIterRange | Op::ForIterList => {
                op::for_iter(vm, &mut r, i);
                Ok(())
            }
            Op::Call => call_positional(vm, &mut r, i),
            Op::CallKw => call_keywords(vm, &mut r, i),
            Op::LoadMethod => op::load_method(vm, &mut r, i),
            Op::CallMethod => call_method(vm, &mut r, i),
            Op::LoadAttr => op::load_attr(vm, &mut r, i),
            Op::ImportName => op::import_name(vm, &mut r, i),
            Op::ImportFrom => op::import_from(vm, &mut r, i),
            Op::MakeFunction => {
                op::make_function(vm, &mut r, i);
                Ok(())
            }
            Op::ReturnValue => {
                if let Some(result) = return_value(vm, &mut r, floor) {
                    return Ok(Exit::Finished(result));
                }
                Ok(())
            }
            Op::BinaryOpAddInt => specialised(&mut r, i, |r| op::int_op(r, i64::checked_add)),
            Op::BinaryOpSubtractInt => specialised(&mut r, i, |r| op::int_op(r, i64::checked_sub)),
            Op::BinaryOpMultiplyInt => specialised(&mut r, i, |r| op::int_op(r, i64::checked_mul)),
            Op::BinaryOpAddFloat => specialised(&mut r, i, |r| op::float_op(r, |a, b| a + b)),
            Op::BinaryOpSubtractFloat => specialised(&mut r, i, |r| op::float_op(r, |a, b| a - b)),
            Op::BinaryOpMultiplyFloat => specialised(&mut r, i, |r| op::float_op(r, |a, b| a * b)),
            Op::CompareOpInt | Op::CompareOpFloat => op::compare_op(&mut r, i),
        };
        if let Err(error) = outcome {
            *registers = r;
            return Err(error);
        }
    }
}

/// Runs a specialised form; when it does not suit the operands, the general form takes its place and runs next.
#[inline(always)]
fn specialised(
    r: &mut Registers,
    instruction: Instruction,
    run: impl FnOnce(&mut Registers) -> bool,
) -> Outcome<()> {
    if !run(r) {
        op::generalise(*r, instruction);
        r.pc -= 1;
    }
    Ok(())
}

#[inline(always)]
fn jump_or_pop(r: &mut Registers, instruction: Instruction, truth: bool) {
    if arith::truth(r.peek(1)) == truth {
        r.pc = instruction.arg;
    } else {
        r.drop(1);
    }
}

#[inline(always)]
fn call_positional(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    safepoint(vm, r);
    let count = instruction.arg;
    let callable = r.peek(count + 1);
    if let Value::Function(function) = callable
        && function.code().parameter_count() == count
    {
        save(vm, r.pc);
        let base = r.top_slot(&vm.stack) - count;
        push_frame(vm, function.code(), base, base - 1)?;
        enter(vm, r);
        return Ok(());
    }
    finish_call(vm, r, callable, count, &[], 1)
}

fn call_keywords(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    safepoint(vm, r);
    let count = instruction.arg;
    let names = match r.peek(1) {
        Value::Tuple(names) => Some(names),
        _ => None,
    };
    // The names go; should the call raise, the instruction is not run again.
    r.drop(1);
    let callable = r.peek(count + 1);
    let names = names.as_ref().map_or(&[][..], |names| names.items());
    finish_call(vm, r, callable, count, names, 1)
}

#[inline(always)]
fn call_method(vm: &mut Vm, r: &mut Registers, instruction: Instruction) -> Outcome<()> {
    safepoint(vm, r);
    let count = instruction.arg;
    match r.peek(count + 2) {
        Value::Unbound => {
            let callable = r.peek(count + 1);
            finish_call(vm, r, callable, count, &[], 2)
        }
        method => finish_call(vm, r, method, count + 1, &[], 1),
    }
}

/// Calls anything, and puts the result, now or when it comes, into the slot `below` slots under the arguments.
#[inline(always)]
fn finish_call(
    vm: &mut Vm,
    r: &mut Registers,
    callable: Value,
    count: u32,
    names: &[Value],
    below: u32,
) -> Outcome<()> {
    save(vm, r.pc);
    let result = r.top_slot(&vm.stack) - count - below;
    match call::call(vm, *r, callable, count, names, result)? {
        Called::Entered => enter(vm, r),
        Called::Returned(value) => {
            r.drop(count + below - 1);
            r.poke(1, value);
        }
    }
    Ok(())
}

/// Goes on in the frame that was just begun.
#[inline(always)]
fn enter(vm: &Vm, r: &mut Registers) {
    if let Some(registers) = load(vm) {
        *r = registers;
    }
}

/// Ends the top frame. Gives the result when it was the last one to run.
#[inline(always)]
fn return_value(vm: &mut Vm, r: &mut Registers, floor: usize) -> Option<Value> {
    let value = r.pop();
    let finished = vm.frames.pop()?;
    vm.stack.set(finished.result, value);
    if vm.frames.len() <= floor {
        return Some(value);
    }
    enter(vm, r);
    None
}
