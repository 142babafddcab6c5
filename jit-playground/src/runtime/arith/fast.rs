//! The operators on machine ints and floats, in line: what the interpreter tries before it calls anything.
//!
//! Each gives `None` when the operands are of other types, or when the result would overflow or raise; then the
//! general function decides.

use std::cmp::Ordering;

use super::Value;
use crate::bytecode::{BinaryOp, CompareOp};

/// `left op right` for two ints or two floats, or one of each.
#[inline(always)]
pub fn binary(op: BinaryOp, left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => integers(op, a, b),
        (Value::Float(a), Value::Float(b)) => floats(op, a, b),
        (Value::Int(a), Value::Float(b)) => floats(op, a as f64, b),
        (Value::Float(a), Value::Int(b)) => floats(op, a, b as f64),
        _ => None,
    }
}

#[inline(always)]
fn integers(op: BinaryOp, a: i64, b: i64) -> Option<Value> {
    let result = match op.plain() {
        BinaryOp::Add => a.checked_add(b)?,
        BinaryOp::Subtract => a.checked_sub(b)?,
        BinaryOp::Multiply => a.checked_mul(b)?,
        BinaryOp::FloorDivide => {
            let quotient = a.checked_div(b)?;
            quotient - i64::from(quotient * b != a && (a < 0) != (b < 0))
        }
        BinaryOp::Remainder => {
            let rest = a.checked_rem(b)?;
            if rest != 0 && (rest < 0) != (b < 0) {
                rest + b
            } else {
                rest
            }
        }
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::RightShift if b >= 0 => a >> b.min(63),
        BinaryOp::LeftShift if (0..63).contains(&b) && (a << b) >> b == a => a << b,
        BinaryOp::TrueDivide => {
            const EXACT: u64 = 1 << 53;
            let exact = a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT && b != 0;
            return exact.then(|| Value::Float(a as f64 / b as f64));
        }
        _ => return None,
    };
    Some(Value::Int(result))
}

#[inline(always)]
fn floats(op: BinaryOp, a: f64, b: f64) -> Option<Value> {
    let result = match op.plain() {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::TrueDivide if b != 0.0 => a / b,
        _ => return None,
    };
    Some(Value::Float(result))
}

/// `left op right` for two ints or two floats.
#[inline(always)]
pub fn compare(op: CompareOp, left: Value, right: Value) -> Option<bool> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(compare_ints(op, a, b)),
        (Value::Float(a), Value::Float(b)) => Some(compare_floats(op, a, b)),
        _ => None,
    }
}

/// `a op b`.
#[inline(always)]
pub fn compare_ints(op: CompareOp, a: i64, b: i64) -> bool {
    let order = a.cmp(&b);
    match op {
        CompareOp::Less => order == Ordering::Less,
        CompareOp::LessEqual => order != Ordering::Greater,
        CompareOp::Equal => order == Ordering::Equal,
        CompareOp::NotEqual => order != Ordering::Equal,
        CompareOp::Greater => order == Ordering::Greater,
        CompareOp::GreaterEqual => order != Ordering::Less,
    }
}

/// `a op b`.
#[inline(always)]
pub fn compare_floats(op: CompareOp, a: f64, b: f64) -> bool {
    match op {
        CompareOp::Less => a < b,
        CompareOp::LessEqual => a <= b,
        CompareOp::Equal => a == b,
        CompareOp::NotEqual => a != b,
        CompareOp::Greater => a > b,
        CompareOp::GreaterEqual => a >= b,
    }
}
