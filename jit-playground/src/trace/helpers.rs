//! Functions that traces call for what has no uops of its own. Each runs the same function of the runtime as the
//! interpreter does, so there is one meaning.
//!
//! The values of a call go through an [`Area`] at a fixed address: the trace stores the arguments there, calls
//! [`entry`] with the number of the helper, and finds the results at the area's start. A helper that would raise gives
//! a status other than zero and the trace exits to before the bytecode, which the interpreter then runs, and raises.
//! A helper may allocate but never collects garbage.
//!
//! Start reading at [`Helper`], then [`run`].

#![allow(
    unsafe_code,
    reason = "machine code calls these with a context that leads to the VM"
)]

use std::cell::UnsafeCell;

use crate::bytecode::{BinaryOp, CompareOp};
use crate::interpreter::Vm;
use crate::runtime::builtins::{Args, Builtin, call_type};
use crate::runtime::{Error, Outcome, Value, address, arith, format, iterate, subscript};

/// How many values an [`Area`] holds: arguments of one call, or results.
pub const AREA_VALUES: usize = 256;

/// Where calls of helpers pass their values, and how helpers find the VM. Lives in a box that does not move.
#[repr(C)]
#[derive(Debug)]
pub struct Area {
    values: [UnsafeCell<Value>; AREA_VALUES],
    vm: UnsafeCell<*mut Vm>,
}

impl Area {
    /// An area that leads nowhere yet.
    pub fn new() -> Box<Area> {
        Box::new(Area {
            values: [const { UnsafeCell::new(Value::Unbound) }; AREA_VALUES],
            vm: UnsafeCell::new(std::ptr::null_mut()),
        })
    }

    /// The address of the first value.
    pub fn address(&self) -> u64 {
        address::word(self.values.as_ptr())
    }

    /// Says which VM the helpers work for while a region runs.
    pub fn set_vm(&self, vm: *mut Vm) {
        // SAFETY: the area is used by one thread, and no reference into it is ever kept.
        unsafe { *self.vm.get() = vm };
    }
}

/// What a helper does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Helper {
    /// An operator on two values.
    Binary(BinaryOp),
    /// A comparison of two values, as a bool.
    Compare(CompareOp),
    /// `-value`.
    Negative,
    /// `+value`.
    Positive,
    /// `~value`.
    Invert,
    /// Whether the second value contains the first, as a bool.
    Contains,
    /// Whether the second value does not contain the first, as a bool.
    ContainsNot,
    /// `container[index]`.
    Subscript,
    /// `container[index] = value`, of value, container, index.
    StoreSubscript,
    /// A list of the arguments.
    BuildList,
    /// A tuple of the arguments.
    BuildTuple,
    /// The concatenation of the arguments, which are strings.
    BuildString,
    /// A value as text, with a format specification behind it if the number says so.
    Format(u32),
    /// A call of a type with the arguments that follow it.
    CallType,
    /// A call of a built-in function.
    Call(Builtin),
    /// A call of a built-in function whose last argument is a tuple that names the arguments before it.
    CallKw(Builtin),
    /// The next character of a str at a byte offset, and the next offset; `None` at the end.
    NextChar,
    /// Exactly so many items of an iterable.
    Unpack(u32),
}

impl Helper {
    /// The name in listings.
    pub fn name(self) -> String {
        match self {
            Helper::Binary(op) => format!("BINARY_OP {}", op.symbol()),
            Helper::Compare(op) => format!("COMPARE_OP {}", op.symbol()),
            Helper::Negative => "UNARY_NEGATIVE".to_owned(),
            Helper::Positive => "UNARY_POSITIVE".to_owned(),
            Helper::Invert => "UNARY_INVERT".to_owned(),
            Helper::Contains => "CONTAINS_OP".to_owned(),
            Helper::ContainsNot => "CONTAINS_OP not".to_owned(),
            Helper::Subscript => "BINARY_SUBSCR".to_owned(),
            Helper::StoreSubscript => "STORE_SUBSCR".to_owned(),
            Helper::BuildList => "BUILD_LIST".to_owned(),
            Helper::BuildTuple => "BUILD_TUPLE".to_owned(),
            Helper::BuildString => "BUILD_STRING".to_owned(),
            Helper::Format(_) => "FORMAT_VALUE".to_owned(),
            Helper::CallType => "CALL_TYPE".to_owned(),
            Helper::Call(builtin) => format!("CALL_BUILTIN {}", builtin.name()),
            Helper::CallKw(builtin) => format!("CALL_BUILTIN_KW {}", builtin.name()),
            Helper::NextChar => "FOR_ITER_STR".to_owned(),
            Helper::Unpack(_) => "UNPACK_SEQUENCE".to_owned(),
        }
    }

    /// The number that the trace passes.
    pub fn word(self) -> u64 {
        let (kind, detail) = match self {
            Helper::Binary(op) => (0, op as u64),
            Helper::Compare(op) => (1, op as u64),
            Helper::Negative => (2, 0),
            Helper::Positive => (3, 0),
            Helper::Invert => (4, 0),
            Helper::Contains => (5, 0),
            Helper::ContainsNot => (6, 0),
            Helper::Subscript => (7, 0),
            Helper::StoreSubscript => (8, 0),
            Helper::BuildList => (9, 0),
            Helper::BuildTuple => (10, 0),
            Helper::BuildString => (11, 0),
            Helper::Format(arg) => (12, u64::from(arg)),
            Helper::CallType => (13, 0),
            Helper::Call(builtin) => (14, builtin as u64),
            Helper::CallKw(builtin) => (15, builtin as u64),
            Helper::NextChar => (16, 0),
            Helper::Unpack(count) => (17, u64::from(count)),
        };
        kind | detail << 8
    }

    /// The helper with a number.
    pub fn from_word(word: u64) -> Option<Helper> {
        let detail = word >> 8;
        Some(match word & 0xff {
            0 => Helper::Binary(BinaryOp::from_arg(detail as u32)?),
            1 => Helper::Compare(CompareOp::from_arg(detail as u32)?),
            2 => Helper::Negative,
            3 => Helper::Positive,
            4 => Helper::Invert,
            5 => Helper::Contains,
            6 => Helper::ContainsNot,
            7 => Helper::Subscript,
            8 => Helper::StoreSubscript,
            9 => Helper::BuildList,
            10 => Helper::BuildTuple,
            11 => Helper::BuildString,
            12 => Helper::Format(detail as u32),
            13 => Helper::CallType,
            14 => Helper::Call(Builtin::from_word(detail)?),
            15 => Helper::CallKw(Builtin::from_word(detail)?),
            16 => Helper::NextChar,
            17 => Helper::Unpack(detail as u32),
            _ => return None,
        })
    }

    /// Whether lists may be longer or shorter afterwards, or hold other items.
    pub fn changes_lists(self) -> bool {
        match self {
            Helper::Binary(op) => op.is_inplace(),
            Helper::StoreSubscript => true,
            Helper::Call(builtin) | Helper::CallKw(builtin) => builtin.owner().is_some(),
            _ => false,
        }
    }
}

/// What machine code calls: runs a helper on the first `count` values of the area. Gives 0, with the results at the
/// area's start, or 1 when the helper raised.
///
/// # Safety
/// The user's word of `context` must be the address of an [`Area`] that leads to a VM which nobody else uses
/// meanwhile.
pub unsafe extern "C" fn entry(context: *mut u64, helper: i64, count: i64) -> i64 {
    const USER: usize = stencils::operand::Context::USER as usize / 8;
    // SAFETY: the caller vouches for the context's word and for what it leads to.
    let (area, vm) = unsafe {
        let address = *context.add(USER) as usize;
        let area = &*std::ptr::with_exposed_provenance::<Area>(address);
        (area, &mut **area.vm.get())
    };
    // SAFETY: whoever stored the arguments stored whole values.
    let read = |cell: &UnsafeCell<Value>| unsafe { *cell.get() };
    let count = usize::try_from(count).unwrap_or(0).min(AREA_VALUES);
    // A copy of a fixed number of values takes no loop; those of earlier calls among them are never looked at.
    let buffer: [Value; 4] = std::array::from_fn(|index| read(&area.values[index]));
    let copied;
    let args: &[Value] = if count <= buffer.len() {
        &buffer[..count]
    } else {
        copied = area.values[..count].iter().map(read).collect::<Vec<_>>();
        &copied
    };
    let store = |index: usize, value: Value| {
        // SAFETY: no reference into the area is kept.
        unsafe { *area.values[index].get() = value };
    };
    match Helper::from_word(helper as u64) {
        Some(Helper::NextChar) => next_char(vm, args, store),
        Some(Helper::Unpack(count)) => return unpack(vm, args, count, store),
        Some(helper) => match run(vm, helper, args) {
            Ok(value) => store(0, value),
            Err(_) => return 1,
        },
        None => return 1,
    }
    0
}

/// Runs a helper with one result.
fn run(vm: &mut Vm, helper: Helper, args: &[Value]) -> Outcome<Value> {
    let heap = &vm.heap;
    match (helper, args) {
        (Helper::Binary(op), &[a, b]) => arith::binary(heap, op, a, b),
        (Helper::Compare(op), &[a, b]) => arith::compare(op, a, b).map(Value::from),
        (Helper::Negative, &[a]) => arith::negative(heap, a),
        (Helper::Positive, &[a]) => arith::positive(a),
        (Helper::Invert, &[a]) => arith::invert(heap, a),
        (Helper::Contains, &[item, container]) => arith::contains(container, item).map(Value::from),
        (Helper::ContainsNot, &[item, container]) => {
            arith::contains(container, item).map(|inside| Value::from(!inside))
        }
        (Helper::Subscript, &[container, index]) => subscript::get(heap, container, index),
        (Helper::StoreSubscript, &[value, container, index]) => {
            subscript::set(container, index, value).map(|()| Value::None)
        }
        (Helper::BuildList, items) => Ok(Value::List(heap.list(items)?)),
        (Helper::BuildTuple, items) => Ok(Value::Tuple(heap.tuple(items)?)),
        (Helper::BuildString, parts) => Ok(format::concatenate(heap, parts)),
        (Helper::Format(arg), &[value]) => format::field(heap, arg, value, None),
        (Helper::Format(arg), &[value, spec]) => format::field(heap, arg, value, Some(spec)),
        (Helper::CallType, [Value::Type(kind), args @ ..]) => {
            call_type(vm, *kind, &Args::new(args, &[]))
        }
        (Helper::Call(builtin), args) => builtin.function()(vm, &Args::new(args, &[])),
        (Helper::CallKw(builtin), [args @ .., Value::Tuple(names)]) => {
            builtin.function()(vm, &Args::new(args, names.items()))
        }
        _ => Err(Error::type_error(
            "a trace passed a helper what it does not take",
        )),
    }
}

fn next_char(vm: &Vm, args: &[Value], store: impl Fn(usize, Value)) {
    let &[text, offset] = args else {
        return store(0, Value::None);
    };
    let mut slots = [text, offset, Value::None];
    let item = iterate::advance(&vm.heap, &mut slots);
    store(0, item.unwrap_or(Value::None));
    store(1, slots[1]);
}

fn unpack(vm: &Vm, args: &[Value], count: u32, store: impl Fn(usize, Value)) -> i64 {
    let &[sequence] = args else { return 1 };
    match iterate::unpack(&vm.heap, sequence, count as usize) {
        Ok(items) if items.len() <= AREA_VALUES => {
            items
                .into_iter()
                .enumerate()
                .for_each(|(index, item)| store(index, item));
            0
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_helpers() {
        let helpers = [
            Helper::Binary(BinaryOp::InplaceAdd),
            Helper::Compare(CompareOp::GreaterEqual),
            Helper::Negative,
            Helper::Positive,
            Helper::Invert,
            Helper::Contains,
            Helper::ContainsNot,
            Helper::Subscript,
            Helper::StoreSubscript,
            Helper::BuildList,
            Helper::BuildTuple,
            Helper::BuildString,
            Helper::Format(5),
            Helper::CallType,
            Helper::Call(Builtin::Print),
            Helper::CallKw(Builtin::Print),
            Helper::NextChar,
            Helper::Unpack(3),
        ];
        for helper in helpers {
            assert_eq!(Helper::from_word(helper.word()), Some(helper));
        }
        assert_eq!(Helper::from_word(0xff), None);
        assert_eq!(Helper::from_word(u64::MAX), None);
    }
}
