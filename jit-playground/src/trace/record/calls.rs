//! Calls: of functions of the program, which the recording goes into, of built-in functions that have uops of their
//! own, and of all others.

use super::{Operands, Recorder};
use crate::bytecode::Op;
use crate::runtime::builtins::Builtin;
use crate::runtime::object::FunctionObject;
use crate::runtime::types::Type;
use crate::runtime::{Gc, Value};
use crate::trace::abort::Abort;
use crate::trace::helpers::{AREA_VALUES, Helper};
use crate::trace::limits::{MAX_INLINE_DEPTH, MAX_RECURSION, MAX_SLOTS};
use crate::trace::recording::{End, InlineFrame};
use crate::trace::uop::{Intrinsic, VmUop};

/// The greatest power of two below which `int(x)` of a float is inside 64 bits.
const INT_LIMIT: f64 = 9_223_372_036_854_775_808.0;

impl Recorder {
    pub(super) fn call(&mut self, stack: &Operands<'_>, count: u32) -> Result<(), Abort> {
        self.call_value(stack, stack.peek(count + 1), count, 1)
    }

    pub(super) fn call_method(&mut self, stack: &Operands<'_>, count: u32) -> Result<(), Abort> {
        let method = stack.peek(count + 2);
        if let Value::Unbound = method {
            return self.call_value(stack, stack.peek(count + 1), count, 2);
        }
        if let (Value::Builtin(Builtin::ListAppend), Value::List(list), 1) =
            (method, stack.peek(2), count)
        {
            self.emit(VmUop::GuardIs {
                top: 3,
                value: method,
            });
            if list.len() < list.capacity() {
                self.guard_type(stack, 2);
                self.emit(VmUop::ListAppend);
                return Ok(());
            }
        }
        self.call_value(stack, method, count + 1, 1)
    }

    /// A call with `count` arguments, and `below` slots under them, the lowest of which gets the result. The callable
    /// is right under the arguments.
    fn call_value(
        &mut self,
        stack: &Operands<'_>,
        callable: Value,
        count: u32,
        below: u32,
    ) -> Result<(), Abort> {
        if count as usize >= AREA_VALUES {
            return Err(Abort::Unsupported(Op::Call));
        }
        let guard = VmUop::GuardIs {
            top: count + 1,
            value: callable,
        };
        match callable {
            Value::Function(function) if below == 1 => self.enter(stack, function, count, guard),
            Value::Builtin(builtin) => {
                self.emit(guard);
                match builtin_intrinsic(builtin, stack, count) {
                    Some(intrinsic) => self.intrinsic(stack, intrinsic, count, below),
                    None => self.helper(Helper::Call(builtin), count, below),
                }
                Ok(())
            }
            Value::Type(kind) => {
                self.emit(guard);
                self.call_type(stack, kind, count, below);
                Ok(())
            }
            _ => Err(Abort::Unsupported(Op::Call)),
        }
    }

    fn intrinsic(&mut self, stack: &Operands<'_>, intrinsic: Intrinsic, count: u32, below: u32) {
        for top in (1..=count).rev() {
            self.guard_type(stack, top);
        }
        self.emit(VmUop::CallIntrinsic {
            intrinsic,
            count,
            below,
        });
    }

    fn call_type(&mut self, stack: &Operands<'_>, kind: Type, count: u32, below: u32) {
        let intrinsic = match (kind, count, stack.peek(1)) {
            (Type::Int, 1, Value::Float(x)) if x.abs() < INT_LIMIT => Some(Intrinsic::Int),
            (Type::Int, 1, Value::Int(_) | Value::Bool(_)) => Some(Intrinsic::Int),
            (Type::Float, 1, Value::Int(_) | Value::Bool(_) | Value::Float(_)) => {
                Some(Intrinsic::Float)
            }
            _ => None,
        };
        if let Some(intrinsic) = intrinsic {
            return self.intrinsic(stack, intrinsic, count, below);
        }
        let is_range = kind == Type::Range && below == 1 && self.range_arguments(stack, count);
        self.helper(Helper::CallType, count + 1, below - 1);
        if is_range {
            self.range_call = Some((self.recording.uops.len() - 1, count));
        }
    }

    /// Guards that the arguments of `range` are ints, and that the step is not zero; whether it is so.
    fn range_arguments(&mut self, stack: &Operands<'_>, count: u32) -> bool {
        let ints = (1..=count).all(|top| matches!(stack.peek(top), Value::Int(_)));
        let step = stack.peek(1);
        if !ints || !(1..=3).contains(&count) || (count == 3 && matches!(step, Value::Int(0))) {
            return false;
        }
        for top in (1..=count).rev() {
            self.guard_type(stack, top);
        }
        if count == 3 {
            self.emit(VmUop::GuardNonzero);
        }
        true
    }

    pub(super) fn call_keywords(&mut self, stack: &Operands<'_>, count: u32) -> Result<(), Abort> {
        let callable = stack.peek(count + 2);
        let Value::Builtin(builtin) = callable else {
            return Err(Abort::Unsupported(Op::CallKw));
        };
        if count as usize >= AREA_VALUES {
            return Err(Abort::Unsupported(Op::CallKw));
        }
        self.emit(VmUop::GuardIs {
            top: count + 2,
            value: callable,
        });
        self.helper(Helper::CallKw(builtin), count + 1, 1);
        Ok(())
    }

    /// Goes into a function. Where calls are too deep, recursive or large to be part of the trace, it ends before this one.
    fn enter(
        &mut self,
        stack: &Operands<'_>,
        function: Gc<FunctionObject>,
        count: u32,
        guard: VmUop,
    ) -> Result<(), Abort> {
        let code = function.code();
        let parameters = code.parameter_count() as usize;
        let given = count as usize;
        if given > parameters || given + function.defaults().len() < parameters {
            return Err(Abort::Raised);
        }
        let outermost = usize::from(self.recording.code == code);
        let same = self
            .frames
            .iter()
            .filter(|frame| frame.code == code)
            .count()
            + outermost;
        let base = stack.top - count - self.base;
        let too_large = base + code.frame_size() > MAX_SLOTS;
        if self.frames.len() >= MAX_INLINE_DEPTH || same > MAX_RECURSION || too_large {
            self.outcome = Some(Ok(End::Stop));
            return Ok(());
        }
        self.emit(guard);
        self.frames.push(InlineFrame {
            code,
            base,
            return_pc: self.recording.end_pc + 1,
        });
        self.emit(VmUop::PushFrame { function, count });
        Ok(())
    }
}

/// The uops that a call of a built-in function with these arguments has of its own, if it has.
fn builtin_intrinsic(builtin: Builtin, stack: &Operands<'_>, count: u32) -> Option<Intrinsic> {
    let (first, last) = (stack.peek(count), stack.peek(1));
    match (builtin, count) {
        (Builtin::Len, 1) => match first {
            Value::List(_) | Value::Tuple(_) | Value::Str(_) => Some(Intrinsic::Len),
            _ => None,
        },
        (Builtin::Abs, 1) => match first {
            Value::Int(n) if n != i64::MIN => Some(Intrinsic::Abs),
            Value::Bool(_) | Value::Float(_) => Some(Intrinsic::Abs),
            _ => None,
        },
        (Builtin::Min | Builtin::Max, 2) => match (first, last) {
            (Value::Int(_), Value::Int(_)) | (Value::Float(_), Value::Float(_)) => {
                Some(if builtin == Builtin::Min {
                    Intrinsic::Min
                } else {
                    Intrinsic::Max
                })
            }
            _ => None,
        },
        (Builtin::MathSqrt, 1) => match first {
            Value::Float(x) if x >= 0.0 => Some(Intrinsic::Sqrt),
            Value::Int(n) if n >= 0 => Some(Intrinsic::Sqrt),
            _ => None,
        },
        _ => None,
    }
}
