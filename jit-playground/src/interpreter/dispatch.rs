//! The dispatch loop, and the instructions that begin and end frames.
//!
//! The registers live in Rust variables while the loop runs, and are written to the top frame whenever somebody else
//! may look: at calls and returns, at safepoints, at hooks, and when an exception is raised. Start reading at
//! [`run`].

use super::call::{self, Called, push_frame};
use super::hook::{Control, Hook};
use super::operations as op;
use super::outlined;
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
    Go(Registers),
    Exit(Exit),
}

/// Collects garbage if it is time. Everything below the top of the operands is live.
#[inline(always)]
fn safepoint(vm: &mut Vm, r: &Registers) {
    if vm.heap.collection_wanted() {
        let top = r.top_slot(&vm.stack);
        collect(vm, top);
    }
}

#[cold]
#[inline(never)]
fn collect(vm: &mut Vm, top: u32) {
    vm.collect(top);
}

/// Obeys a hook, whose frames are up to date.
fn obey(vm: &Vm, r: Registers, control: Control) -> Next {
    match (control, load(vm)) {
        (Control::Continue, _) => Next::Go(r),
        (Control::Resume, Some(loaded)) => Next::Go(loaded),
        (Control::Leave, _) | (_, None) => Next::Exit(Exit::Left),
    }
}

/// Tells a hook that follows execution that an instruction is about to run, and before that, that one has run.
fn follow<H: Hook>(vm: &mut Vm, hook: &mut H, mut r: Registers, ran: bool) -> Next {
    save(vm, r.pc);
    if ran {
        let control = hook.after(vm);
        match obey(vm, r, control) {
            Next::Go(registers) => r = registers,
            exit => return exit,
        }
    }
    let instruction = r.code().fetch(r.pc).general();
    match hook.before(vm, instruction) {
        Control::Continue => Next::Go(r),
        // What the frames say now is another instruction, and the hook is asked about that one too.
        Control::Resume => match load(vm) {
            Some(registers) => follow(vm, hook, registers, false),
            None => Next::Exit(Exit::Left),
        },
        Control::Leave => Next::Exit(Exit::Left),
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
            match follow(vm, hook, r, ran) {
                Next::Go(registers) => r = registers,
                Next::Exit(exit) => return Ok(exit),
            }
            ran = true;
        }
        let i = r.fetch();
        if H::COUNTS_RUNS {
            r.code().count_run(r.pc - 1);
        }
        let operation = if H::FOLLOWS { i.op.general() } else { i.op };
        let outcome = match operation {
            Op::Nop => Ok(()),
            Op::LoadFast => op::load_fast(&mut r, i),
            Op::LoadConst | Op::LoadBuiltin => {
                r.push(r.code().constant(i.arg));
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
                r.code().globals().set(i.arg, value);
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
            Op::UnaryNegative => op::outlined(vm, &mut r, i, outlined::unary_negative),
            Op::UnaryPositive => op::outlined(vm, &mut r, i, outlined::unary_positive),
            Op::UnaryNot => {
                r.poke(1, (!truth(r.peek(1))).into());
                Ok(())
            }
            Op::UnaryInvert => op::outlined(vm, &mut r, i, outlined::unary_invert),
            Op::BinaryOp => op::binary_op(vm, &mut r, i),
            Op::CompareOp => op::compare_op(&mut r, i),
            Op::IsOp => {
                op::is_op(&mut r, i);
                Ok(())
            }
            Op::ContainsOp => op::outlined(vm, &mut r, i, outlined::contains_op),
            Op::BinarySubscr => op::binary_subscr(vm, &mut r),
            Op::StoreSubscr => op::store_subscr(&mut r),
            Op::BuildList => op::outlined(vm, &mut r, i, outlined::build_list),
            Op::BuildTuple => op::outlined(vm, &mut r, i, outlined::build_tuple),
            Op::BuildString => op::outlined(vm, &mut r, i, outlined::build_string),
            Op::FormatValue => op::outlined(vm, &mut r, i, outlined::format_value),
            Op::UnpackSequence => op::outlined(vm, &mut r, i, outlined::unpack_sequence),
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
                        let control = hook.hot_loop(vm, r.code(), pc);
                        ran = ran && control == Control::Continue;
                        match obey(vm, r, control) {
                            Next::Go(registers) => r = registers,
                            Next::Exit(exit) => return Ok(exit),
                        }
                    } else {
                        r.code().set_loop_counter(pc, i.cache - 1);
                    }
                }
                Ok(())
            }
            Op::PopJumpIfFalse => {
                if !truth(r.pop()) {
                    r.pc = i.arg;
                }
                Ok(())
            }
            Op::PopJumpIfTrue => {
                if truth(r.pop()) {
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
            Op::GetIter => op::outlined(vm, &mut r, i, outlined::get_iter),
            Op::ForIter => {
                op::for_iter(vm, &mut r, i);
                Ok(())
            }
            Op::Call => call_positional(vm, &mut r, i),
            Op::CallKw => op::outlined(vm, &mut r, i, call_keywords),
            Op::LoadMethod => op::outlined(vm, &mut r, i, outlined::load_method),
            Op::CallMethod => op::outlined(vm, &mut r, i, call_method),
            Op::LoadAttr => op::outlined(vm, &mut r, i, outlined::load_attr),
            Op::ImportName => op::outlined(vm, &mut r, i, outlined::import_name),
            Op::ImportFrom => op::outlined(vm, &mut r, i, outlined::import_from),
            Op::MakeFunction => op::outlined(vm, &mut r, i, outlined::make_function),
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
        };
        if let Err(error) = outcome {
            *registers = r;
            return Err(error);
        }
    }
}

/// Whether a condition holds; bools and ints in line.
#[inline(always)]
fn truth(value: Value) -> bool {
    match value {
        Value::Bool(bit) => bit != 0,
        Value::Int(n) => n != 0,
        _ => truth_slow(value),
    }
}

#[inline(never)]
fn truth_slow(value: Value) -> bool {
    arith::truth(value)
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
fn jump_or_pop(r: &mut Registers, instruction: Instruction, jumps_when: bool) {
    if truth(r.peek(1)) == jumps_when {
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

#[inline(never)]
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

#[inline(never)]
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
