//! The operators: `+`, `-x`, `==` and the rest, on values of any built-in type.
//!
//! Each function either gives a result or raises, and raises before it changes anything; the one operator that
//! changes an operand is `+=` and `*=` on lists. Start reading at [`binary`].

pub mod compare;
mod division;
pub mod fast;
pub mod float;
pub mod int;
pub mod number;
mod power;
mod sequence;
mod shift;

pub use compare::{compare, contains, equal};
pub use division::divmod;
pub use power::power_modulo;

use num_bigint::BigInt;

use super::error::{Error, Outcome};
use super::heap::Heap;
use super::value::Value;
use crate::bytecode::BinaryOp;
use number::{Integer, Number};

/// Ints with more bits than this are refused with a MemoryError instead of being computed for hours.
const MAX_INT_BITS: u64 = 1 << 32;

/// `left op right`.
///
/// # Errors
/// Whatever the operator raises; TypeError when it has no meaning for the operands.
pub fn binary(heap: &Heap, op: BinaryOp, left: Value, right: Value) -> Outcome<Value> {
    if let (Some(a), Some(b)) = (Number::of(&left), Number::of(&right)) {
        if let (Number::Float(_), _) | (_, Number::Float(_)) = (&a, &b) {
            if let Some(result) = floats(op.plain(), &a, &b) {
                return result;
            }
        } else if let (Some(a), Some(b)) = (a.integer(), b.integer()) {
            if let Some(result) = bools(op.plain(), left, right) {
                return Ok(result);
            }
            if let Some(result) = integers(heap, op.plain(), &a, &b) {
                return result;
            }
        }
        return Err(unsupported(op, left, right));
    }
    match sequence::binary(heap, op, left, right) {
        Some(result) => result,
        None => Err(unsupported(op, left, right)),
    }
}

/// `&`, `|` and `^` of two bools are bools.
fn bools(op: BinaryOp, left: Value, right: Value) -> Option<Value> {
    let (Value::Bool(a), Value::Bool(b)) = (left, right) else {
        return None;
    };
    match op {
        BinaryOp::And => Some(Value::Bool(a & b)),
        BinaryOp::Or => Some(Value::Bool(a | b)),
        BinaryOp::Xor => Some(Value::Bool(a ^ b)),
        _ => None,
    }
}

fn integers(heap: &Heap, op: BinaryOp, a: &Integer, b: &Integer) -> Option<Outcome<Value>> {
    Some(match op {
        BinaryOp::Add => Ok(int::add(heap, a, b)),
        BinaryOp::Subtract => Ok(int::subtract(heap, a, b)),
        BinaryOp::Multiply => int::multiply(heap, a, b),
        BinaryOp::TrueDivide => division::true_divide(a, b),
        BinaryOp::FloorDivide => division::floor_divide(heap, a, b),
        BinaryOp::Remainder => division::remainder(heap, a, b),
        BinaryOp::Power => power::power(heap, a, b),
        BinaryOp::LeftShift => shift::left(heap, a, b),
        BinaryOp::RightShift => shift::right(heap, a, b),
        BinaryOp::And => Ok(int::bitwise(heap, a, b, |x, y| x & y, |x, y| x & y)),
        BinaryOp::Or => Ok(int::bitwise(heap, a, b, |x, y| x | y, |x, y| x | y)),
        BinaryOp::Xor => Ok(int::bitwise(heap, a, b, |x, y| x ^ y, |x, y| x ^ y)),
        _ => return None,
    })
}

fn floats(op: BinaryOp, a: &Number, b: &Number) -> Option<Outcome<Value>> {
    let function = match op {
        BinaryOp::Add => |a, b| Ok(a + b),
        BinaryOp::Subtract => |a, b| Ok(a - b),
        BinaryOp::Multiply => |a, b| Ok(a * b),
        BinaryOp::TrueDivide => float::true_divide,
        BinaryOp::FloorDivide => float::floor_divide,
        BinaryOp::Remainder => float::remainder,
        BinaryOp::Power => float::power,
        _ => return None,
    };
    let both = || function(a.to_float()?, b.to_float()?).map(Value::Float);
    Some(both())
}

fn unsupported(op: BinaryOp, left: Value, right: Value) -> Error {
    let symbol = match op {
        BinaryOp::Power => "** or pow()",
        op => op.symbol(),
    };
    Error::type_error(format!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        left.type_name(),
        right.type_name()
    ))
}

/// `-operand`.
///
/// # Errors
/// TypeError when the operand is no number.
pub fn negative(heap: &Heap, operand: Value) -> Outcome<Value> {
    match Number::of(&operand) {
        Some(Number::Float(x)) => Ok(Value::Float(-x)),
        Some(Number::Int(n)) => Ok(match n.checked_neg() {
            Some(result) => Value::Int(result),
            None => heap.int(-BigInt::from(n)),
        }),
        Some(Number::Big(n)) => Ok(heap.int(-n.to_big().as_ref())),
        None => Err(bad_operand("-", operand)),
    }
}

/// `+operand`.
///
/// # Errors
/// TypeError when the operand is no number.
pub fn positive(operand: Value) -> Outcome<Value> {
    match operand {
        Value::Bool(bit) => Ok(Value::Int(bit as i64)),
        Value::Int(_) | Value::Float(_) | Value::BigInt(_) => Ok(operand),
        _ => Err(bad_operand("+", operand)),
    }
}

/// `~operand`.
///
/// # Errors
/// TypeError when the operand is no int.
pub fn invert(heap: &Heap, operand: Value) -> Outcome<Value> {
    match Integer::of(&operand) {
        Some(Integer::Small(n)) => Ok(Value::Int(!n)),
        Some(Integer::Big(n)) => Ok(heap.int(!n.to_big().as_ref())),
        None => Err(bad_operand("~", operand)),
    }
}

/// `abs(operand)`.
///
/// # Errors
/// TypeError when the operand is no number.
pub fn absolute(heap: &Heap, operand: Value) -> Outcome<Value> {
    match Number::of(&operand) {
        Some(Number::Float(x)) => Ok(Value::Float(x.abs())),
        Some(Number::Int(n)) if n >= 0 => Ok(Value::Int(n)),
        Some(Number::Big(n)) if !n.is_negative() => Ok(operand),
        Some(_) => negative(heap, operand),
        None => {
            let name = operand.type_name();
            Err(Error::type_error(format!(
                "bad operand type for abs(): '{name}'"
            )))
        }
    }
}

fn bad_operand(symbol: &str, operand: Value) -> Error {
    let name = operand.type_name();
    Error::type_error(format!("bad operand type for unary {symbol}: '{name}'"))
}

/// Whether a condition holds for the value: numbers other than zero, sequences that are not empty, everything but
/// `None`.
#[inline]
pub fn truth(value: Value) -> bool {
    match value {
        Value::Bool(bit) => bit != 0,
        Value::Int(n) => n != 0,
        Value::Float(x) => x != 0.0,
        Value::None | Value::Unbound => false,
        Value::Str(string) => !string.as_str().is_empty(),
        Value::List(list) => !list.is_empty(),
        Value::Tuple(tuple) => !tuple.items().is_empty(),
        Value::Range(range) => !range.is_empty(),
        Value::BigInt(_)
        | Value::Function(_)
        | Value::Builtin(_)
        | Value::Type(_)
        | Value::Module(_)
        | Value::Method(_)
        | Value::RangeIter(_) => true,
    }
}
