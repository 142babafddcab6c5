//! The uops of a recording: what one bytecode instruction did, with the types that were seen. They are named after the
//! uops of CPython's tier 2 wherever they mean the same.
//!
//! These are not the engine's uops. A recording is a list of these, in the order in which the program ran;
//! [`lower`](super::lower) translates them to a region. Start reading at [`VmUop`].

use std::fmt;

use super::helpers::Helper;
use crate::bytecode::{BinaryOp, CompareOp};
use crate::runtime::object::FunctionObject;
use crate::runtime::value::tag;
use crate::runtime::{Gc, Value};

/// A built-in function that is translated to uops of its own instead of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intrinsic {
    /// `len` of a list, a tuple or a str.
    Len,
    /// `abs` of a number.
    Abs,
    /// `min` of two ints or two floats.
    Min,
    /// `max` of two ints or two floats.
    Max,
    /// `int` of an int, a bool or a float.
    Int,
    /// `float` of an int, a bool or a float.
    Float,
    /// `math.sqrt` of a number that is not negative.
    Sqrt,
}

/// What is known of the step of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is this number, one or minus one.
    Unit(i64),
    /// It is positive.
    Up,
    /// It is negative.
    Down,
}

impl Step {
    /// What a trace takes for granted of a step.
    pub fn of(step: i64) -> Step {
        match step {
            1 | -1 => Step::Unit(step),
            _ if step > 0 => Step::Up,
            _ => Step::Down,
        }
    }

    /// Whether the numbers increase.
    pub fn is_up(self) -> bool {
        self == Step::Unit(1) || self == Step::Up
    }
}

/// What a branch does to the operand stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BranchPops {
    /// Whether the recorded way pops the condition.
    pub here: bool,
    /// Whether the other way does.
    pub there: bool,
}

/// One uop of a recording. `top` counts operands from the top of the stack, which is 1.
#[derive(Clone, Copy, Debug, strum::EnumMessage)]
#[expect(missing_docs, reason = "the text of each uop says what its fields are")]
pub enum VmUop {
    /// Pushes a local, which held a value with this tag.
    LoadFast { local: u32, tag: u64 },
    /// Pops into a local.
    StoreFast { local: u32 },
    /// Pushes a constant.
    LoadConst { value: Value },
    /// Pushes a global, which was assigned and held a value with this tag.
    LoadGlobal { slot: u32, tag: u64 },
    /// Guards that a global is not assigned; pushes the builtin of that name.
    LoadGlobalBuiltin { slot: u32, value: Value },
    /// Pops into a global.
    StoreGlobal { slot: u32 },
    /// Drops the top.
    PopTop,
    /// Pushes an operand once more.
    Copy { top: u32 },
    /// Swaps the top with another operand.
    Swap { top: u32 },
    /// Puts the top operands into the opposite order: packs a tuple and takes it apart at once.
    Reverse { count: u32 },
    /// Guards the type of an operand.
    GuardType { top: u32, tag: u64 },
    /// Guards the types of the two top operands, which are the same.
    GuardBoth { tag: u64 },
    /// Guards that an operand is this very object.
    GuardIs { top: u32, value: Value },
    /// Guards that the top, an int, is not zero.
    GuardNonzero,
    /// Pops two ints (or bools), pushes what the operator gives; leaves on overflow and zero divisors.
    BinaryInt { op: BinaryOp },
    /// Pops two numbers of which one at least is a float, pushes what the operator gives.
    BinaryFloat { op: BinaryOp },
    /// Pops two ints (or bools), pushes the truth of the comparison.
    CompareInt { op: CompareOp },
    /// Pops two numbers of which one at least is a float, pushes the truth of the comparison.
    CompareFloat { op: CompareOp },
    /// Pops two values, pushes whether they are the same object (`negated`: are not).
    IsOp { negated: bool },
    /// Replaces an int, bool or float by its negative.
    UnaryNegative,
    /// Replaces a bool by the int that it equals; other numbers stay.
    UnaryPositive,
    /// Replaces an int or bool by its complement.
    UnaryInvert,
    /// Replaces a value of a type whose truth is known without a call by whether it is false.
    UnaryNot,
    /// Guards the truth of the top, of a type whose truth is known without a call; the other way goes on at `exit_pc`.
    GuardTruth {
        truth: bool,
        pops: BranchPops,
        exit_pc: u32,
    },
    /// Pops an int index and a list or tuple, pushes the item, which had this tag.
    SubscrSequence { negative: bool, tag: u64 },
    /// Pops an int index, a list and a value, and stores it.
    StoreSubscrList { negative: bool },
    /// Pops a tuple of `count` items (guarded), pushes them, the first on top.
    UnpackTuple { count: u32 },
    /// Replaces a range by the three slots of an iteration over it.
    GetIterRange,
    /// Replaces a list, tuple or str by the three slots of an iteration over it.
    GetIterSequence,
    /// Pops `count` ints and the type `range`, pushes the three slots of an iteration over that range.
    CallRangeIter { count: u32 },
    /// Guards that there is a next number, pushes it; else goes on at `exit_pc`.
    ForIterRange { step: Step, exit_pc: u32 },
    /// Guards that there is no next number, pops the iteration.
    ForIterRangeEnd { step: Step },
    /// Guards that there is a next item, pushes it, which had this tag; else goes on at `exit_pc`.
    ForIterSequence { exit_pc: u32, tag: u64 },
    /// Guards that there is no next item, pops the iteration.
    ForIterSequenceEnd,
    /// Replaces the top by a constant that it is known to lead to: an attribute of a module.
    LoadAttrConst { value: Value },
    /// Replaces the top, an object that has the method, by the method and the object.
    LoadMethod { method: Value },
    /// Replaces the top, a module, by nothing and the attribute.
    LoadMethodModule { value: Value },
    /// Goes into a function whose `count` arguments lie on the stack, above the function.
    PushFrame {
        function: Gc<FunctionObject>,
        count: u32,
    },
    /// Pops the result, leaves the function, pushes the result for the caller.
    PopFrame,
    /// Pops `count` arguments and `below` slots under them, pushes the result.
    CallIntrinsic {
        intrinsic: Intrinsic,
        count: u32,
        below: u32,
    },
    /// Pops `count` arguments and `below` slots under them, calls a function of the VM with the arguments, pushes the
    /// result, which had this tag; no result without a tag.
    CallHelper {
        helper: Helper,
        count: u32,
        below: u32,
        tag: Option<u64>,
    },
    /// Pops a value and a list with the slot of its method, appends, pushes `None`.
    ListAppend,
    /// Pushes the next character of a str that is iterated over; at the end goes on at `exit_pc`.
    NextChar { exit_pc: u32 },
    /// Pops an iterable of exactly `count` items, pushes them, the first on top.
    UnpackIterable { count: u32 },
}

/// The name of a type as it stands in uop names.
pub fn tag_name(tag: u64) -> &'static str {
    match tag {
        tag::UNBOUND => "UNBOUND",
        tag::NONE => "NONE",
        tag::BOOL => "BOOL",
        tag::INT => "INT",
        tag::FLOAT => "FLOAT",
        tag::BIG_INT => "BIG_INT",
        tag::STR => "STR",
        tag::LIST => "LIST",
        tag::TUPLE => "TUPLE",
        tag::RANGE => "RANGE",
        tag::FUNCTION => "FUNCTION",
        tag::BUILTIN => "BUILTIN",
        tag::TYPE => "TYPE",
        tag::MODULE => "MODULE",
        tag::METHOD => "METHOD",
        tag::RANGE_ITER => "RANGE_ITER",
        _ => "UNKNOWN",
    }
}

fn operator_name(op: BinaryOp) -> &'static str {
    match op.plain() {
        BinaryOp::Add => "ADD",
        BinaryOp::Subtract => "SUBTRACT",
        BinaryOp::Multiply => "MULTIPLY",
        BinaryOp::TrueDivide => "TRUE_DIVIDE",
        BinaryOp::FloorDivide => "FLOOR_DIVIDE",
        BinaryOp::Remainder => "REMAINDER",
        BinaryOp::Power => "POWER",
        BinaryOp::LeftShift => "LSHIFT",
        BinaryOp::RightShift => "RSHIFT",
        BinaryOp::And => "AND",
        BinaryOp::Or => "OR",
        BinaryOp::Xor => "XOR",
        _ => "MATRIX_MULTIPLY",
    }
}

/// How deep an operand lies, in words.
fn place(top: u32) -> String {
    match top {
        1 => "TOS".to_owned(),
        2 => "NOS".to_owned(),
        3 => "3OS".to_owned(),
        _ => format!("STACK_{top}"),
    }
}

fn name(uop: &VmUop) -> String {
    let fixed = match *uop {
        VmUop::GuardType { top, tag } => {
            return format!("_GUARD_{}_{}", place(top), tag_name(tag));
        }
        VmUop::GuardBoth { tag } => return format!("_GUARD_BOTH_{}", tag_name(tag)),
        VmUop::GuardIs { top, .. } => return format!("_GUARD_{}_IS", place(top)),
        VmUop::BinaryInt { op } => return format!("_BINARY_OP_{}_INT", operator_name(op)),
        VmUop::BinaryFloat { op } => return format!("_BINARY_OP_{}_FLOAT", operator_name(op)),
        VmUop::CallIntrinsic { intrinsic, .. } => {
            return format!("_CALL_{}", format!("{intrinsic:?}").to_uppercase());
        }
        VmUop::CallHelper { helper, .. } => {
            return format!("_{}", helper.name());
        }
        VmUop::LoadFast { .. } => "_LOAD_FAST",
        VmUop::StoreFast { .. } => "_STORE_FAST",
        VmUop::LoadConst { .. } => "_LOAD_CONST",
        VmUop::LoadGlobal { .. } => "_LOAD_GLOBAL_MODULE",
        VmUop::LoadGlobalBuiltin { .. } => "_LOAD_GLOBAL_BUILTINS",
        VmUop::StoreGlobal { .. } => "_STORE_GLOBAL",
        VmUop::PopTop => "_POP_TOP",
        VmUop::Copy { .. } => "_COPY",
        VmUop::Swap { .. } => "_SWAP",
        VmUop::Reverse { .. } => "_REVERSE",
        VmUop::CompareInt { .. } => "_COMPARE_OP_INT",
        VmUop::CompareFloat { .. } => "_COMPARE_OP_FLOAT",
        VmUop::IsOp { .. } => "_IS_OP",
        VmUop::GuardNonzero => "_GUARD_TOS_NONZERO",
        VmUop::UnaryNegative => "_UNARY_NEGATIVE",
        VmUop::UnaryPositive => "_UNARY_POSITIVE",
        VmUop::UnaryInvert => "_UNARY_INVERT",
        VmUop::UnaryNot => "_UNARY_NOT",
        VmUop::GuardTruth {
            truth: true,
            pops: BranchPops { here: true, .. },
            ..
        } => "_GUARD_IS_TRUE_POP",
        VmUop::GuardTruth {
            truth: false,
            pops: BranchPops { here: true, .. },
            ..
        } => "_GUARD_IS_FALSE_POP",
        VmUop::GuardTruth { truth: true, .. } => "_GUARD_IS_TRUE",
        VmUop::GuardTruth { truth: false, .. } => "_GUARD_IS_FALSE",
        VmUop::SubscrSequence { .. } => "_BINARY_SUBSCR_SEQUENCE_INT",
        VmUop::StoreSubscrList { .. } => "_STORE_SUBSCR_LIST_INT",
        VmUop::UnpackTuple { .. } => "_UNPACK_SEQUENCE_TUPLE",
        VmUop::GetIterRange => "_GET_ITER_RANGE",
        VmUop::GetIterSequence => "_GET_ITER_SEQUENCE",
        VmUop::CallRangeIter { .. } => "_CALL_RANGE_GET_ITER",
        VmUop::ForIterRange { .. } => "_FOR_ITER_RANGE",
        VmUop::ForIterRangeEnd { .. } => "_FOR_ITER_RANGE_END",
        VmUop::ForIterSequence { .. } => "_FOR_ITER_SEQUENCE",
        VmUop::ForIterSequenceEnd => "_FOR_ITER_SEQUENCE_END",
        VmUop::LoadAttrConst { .. } => "_LOAD_ATTR_MODULE",
        VmUop::LoadMethod { .. } => "_LOAD_METHOD",
        VmUop::LoadMethodModule { .. } => "_LOAD_METHOD_MODULE",
        VmUop::PushFrame { .. } => "_PUSH_FRAME",
        VmUop::PopFrame => "_POP_FRAME",
        VmUop::ListAppend => "_CALL_LIST_APPEND",
        VmUop::NextChar { .. } => "_FOR_ITER_STR",
        VmUop::UnpackIterable { .. } => "_UNPACK_SEQUENCE",
    };
    fixed.to_owned()
}

/// A constant as a listing shows it.
pub fn show_value(value: Value) -> String {
    match value {
        Value::None => "None".to_owned(),
        Value::Unbound => "unbound".to_owned(),
        Value::Bool(bit) => if bit != 0 { "True" } else { "False" }.to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Float(x) => format!("{x:?}"),
        Value::Str(text) => format!("{:?}", text.as_str()),
        Value::Function(function) => format!("<function {}>", function.code().name()),
        Value::Builtin(builtin) => format!("<built-in {}>", builtin.name()),
        Value::Type(kind) => format!("<class {}>", kind.name()),
        Value::Module(module) => format!("<module {}>", module.name()),
        Value::BigInt(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Range(_)
        | Value::Method(_)
        | Value::RangeIter(_) => format!("<{}>", value.type_name()),
    }
}

impl VmUop {
    /// The uop's name.
    pub fn name(&self) -> String {
        name(self)
    }

    /// The value that a trace embeds for this uop, if it does.
    pub fn constant(&self) -> Option<Value> {
        match *self {
            VmUop::LoadConst { value }
            | VmUop::LoadGlobalBuiltin { value, .. }
            | VmUop::GuardIs { value, .. }
            | VmUop::LoadAttrConst { value }
            | VmUop::LoadMethod { method: value }
            | VmUop::LoadMethodModule { value } => Some(value),
            VmUop::PushFrame { function, .. } => Some(Value::Function(function)),
            _ => None,
        }
    }
}

impl fmt::Display for VmUop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        match *self {
            VmUop::LoadFast { local, .. } | VmUop::StoreFast { local } => write!(f, " {local}"),
            VmUop::LoadGlobal { slot, .. } | VmUop::StoreGlobal { slot } => write!(f, " {slot}"),
            VmUop::Copy { top } | VmUop::Swap { top } => write!(f, " {top}"),
            VmUop::Reverse { count }
            | VmUop::UnpackTuple { count }
            | VmUop::CallRangeIter { count }
            | VmUop::CallIntrinsic { count, .. }
            | VmUop::CallHelper { count, .. } => write!(f, " {count}"),
            VmUop::CompareInt { op } | VmUop::CompareFloat { op } => write!(f, " {}", op.symbol()),
            VmUop::ForIterRange { step, .. } | VmUop::ForIterRangeEnd { step } => match step {
                Step::Unit(step) => write!(f, " step {step}"),
                Step::Up => f.write_str(" up"),
                Step::Down => f.write_str(" down"),
            },
            VmUop::PushFrame { function, count } => {
                write!(f, " {} {count}", function.code().name())
            }
            _ => match self.constant() {
                Some(value) => write!(f, " {}", show_value(value)),
                None => Ok(()),
            },
        }
    }
}
