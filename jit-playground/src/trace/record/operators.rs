//! Operators, subscripts, and taking sequences apart.

use super::{Operands, Recorder};
use crate::bytecode::{BinaryOp, CompareOp, Op};
use crate::interpreter::Frame;
use crate::runtime::Value;
use crate::runtime::arith::fast;
use crate::trace::abort::Abort;
use crate::trace::helpers::{AREA_VALUES, Helper};
use crate::trace::uop::VmUop;

/// Every int up to here is exact as a float.
const EXACT: u64 = 1 << 53;

/// A bool as the int that it equals.
fn widened(value: Value) -> Value {
    match value {
        Value::Bool(bit) => Value::Int(bit as i64),
        other => other,
    }
}

fn is_integer(value: Value) -> bool {
    matches!(value, Value::Int(_) | Value::Bool(_))
}

/// Whether a comparison with a float can be one of floats.
fn is_exact(value: Value) -> bool {
    match value {
        Value::Int(n) => n.unsigned_abs() <= EXACT,
        Value::Bool(_) | Value::Float(_) => true,
        _ => false,
    }
}

/// Where an index points, if it is inside: whether it counts from the end, and the position.
fn position(index: Value, len: usize) -> Option<(bool, usize)> {
    let Value::Int(index) = widened(index) else {
        return None;
    };
    let at = if index < 0 {
        index.checked_add(len as i64)?
    } else {
        index
    };
    let at = usize::try_from(at).ok().filter(|&at| at < len)?;
    Some((index < 0, at))
}

impl Recorder {
    pub(super) fn operator(&mut self, stack: &Operands<'_>, op: Op, arg: u32) -> Result<(), Abort> {
        match op {
            Op::BinaryOp => {
                let op = BinaryOp::from_arg(arg).ok_or(Abort::Contradiction)?;
                self.binary(stack, op);
            }
            Op::CompareOp => {
                let op = CompareOp::from_arg(arg).ok_or(Abort::Contradiction)?;
                self.compare(stack, op);
            }
            Op::IsOp => {
                self.guard_types_of_two(stack);
                self.emit(VmUop::IsOp { negated: arg == 1 });
            }
            Op::ContainsOp if arg == 1 => self.helper(Helper::ContainsNot, 2, 0),
            Op::ContainsOp => self.helper(Helper::Contains, 2, 0),
            Op::UnaryNot => {
                if let Value::Range(_) = stack.peek(1) {
                    return Err(Abort::Unsupported(op));
                }
                self.guard_type(stack, 1);
                self.emit(VmUop::UnaryNot);
            }
            _ => self.unary(stack, op),
        }
        Ok(())
    }

    fn binary(&mut self, stack: &Operands<'_>, op: BinaryOp) {
        let (left, right) = (stack.peek(2), stack.peek(1));
        let fast = fast::binary(op, widened(left), widened(right)).is_some();
        if fast && is_integer(left) && is_integer(right) {
            self.guard_types_of_two(stack);
            self.emit(VmUop::BinaryInt { op });
        } else if fast {
            self.guard_types_of_two(stack);
            self.emit(VmUop::BinaryFloat { op });
        } else {
            self.helper(Helper::Binary(op), 2, 0);
        }
    }

    fn compare(&mut self, stack: &Operands<'_>, op: CompareOp) {
        let (left, right) = (stack.peek(2), stack.peek(1));
        if is_integer(left) && is_integer(right) {
            self.guard_types_of_two(stack);
            self.emit(VmUop::CompareInt { op });
        } else if is_exact(left) && is_exact(right) {
            self.guard_types_of_two(stack);
            self.emit(VmUop::CompareFloat { op });
        } else {
            self.helper(Helper::Compare(op), 2, 0);
        }
    }

    fn unary(&mut self, stack: &Operands<'_>, op: Op) {
        let value = stack.peek(1);
        let (uop, helper) = match op {
            Op::UnaryNegative => (VmUop::UnaryNegative, Helper::Negative),
            Op::UnaryPositive => (VmUop::UnaryPositive, Helper::Positive),
            _ => (VmUop::UnaryInvert, Helper::Invert),
        };
        let inline = match value {
            Value::Int(n) => n != i64::MIN,
            Value::Bool(_) => true,
            Value::Float(_) => op != Op::UnaryInvert,
            _ => false,
        };
        if inline {
            self.guard_type(stack, 1);
            self.emit(uop);
        } else {
            self.helper(helper, 1, 0);
        }
    }

    pub(super) fn subscript(&mut self, stack: &Operands<'_>) {
        let (sequence, index) = (stack.peek(2), stack.peek(1));
        let found = match sequence {
            Value::List(list) => position(index, list.len())
                .and_then(|(negative, at)| Some((negative, list.get(at)?))),
            Value::Tuple(tuple) => position(index, tuple.items().len())
                .map(|(negative, at)| (negative, tuple.items()[at])),
            _ => None,
        };
        match found {
            Some((negative, item)) => {
                self.guard_types_of_two(stack);
                self.emit(VmUop::SubscrSequence {
                    negative,
                    tag: item.tag(),
                });
            }
            None => self.helper(Helper::Subscript, 2, 0),
        }
    }

    pub(super) fn store_subscript(&mut self, stack: &Operands<'_>) {
        let (list, index) = (stack.peek(2), stack.peek(1));
        let inside = match list {
            Value::List(list) => position(index, list.len()),
            _ => None,
        };
        match inside {
            Some((negative, _)) => {
                self.guard_types_of_two(stack);
                self.emit(VmUop::StoreSubscrList { negative });
            }
            None => self.emit(VmUop::CallHelper {
                helper: Helper::StoreSubscript,
                count: 3,
                below: 0,
                tag: None,
            }),
        }
    }

    pub(super) fn unpack(
        &mut self,
        stack: &Operands<'_>,
        frame: &Frame,
        count: u32,
    ) -> Result<(), Abort> {
        if count as usize > AREA_VALUES {
            return Err(Abort::Unsupported(Op::UnpackSequence));
        }
        if self.was_just_built(frame, count) {
            self.recording.uops.pop();
            self.emit(VmUop::Reverse { count });
            return Ok(());
        }
        match stack.peek(1) {
            Value::Tuple(tuple) if tuple.items().len() == count as usize => {
                self.guard_type(stack, 1);
                self.emit(VmUop::UnpackTuple { count });
            }
            _ => self.emit(VmUop::UnpackIterable { count }),
        }
        Ok(())
    }

    /// Whether the tuple that is taken apart was built by the instruction before: `a, b = b, a`.
    fn was_just_built(&self, frame: &Frame, count: u32) -> bool {
        let Some(last) = self.recording.uops.last() else {
            return false;
        };
        let origin = self.recording.origins[last.origin as usize];
        let built = matches!(
            last.uop,
            VmUop::CallHelper { helper: Helper::BuildTuple, count: built, .. } if built == count
        );
        built && origin.code == frame.code && origin.pc + 1 == frame.pc
    }
}
