//! Comparisons: equality of everything, order of numbers, strings and sequences, membership.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::number::Number;
use crate::bytecode::CompareOp;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::value::Value;

/// Comparing sequences nested deeper than this raises a RecursionError.
const MAX_NESTING: u32 = 900;

/// `left op right`.
///
/// # Errors
/// TypeError when the operands have no order; RecursionError for sequences that are nested too deep.
pub fn compare(op: CompareOp, left: Value, right: Value) -> Outcome<bool> {
    compare_nested(op, left, right, 0)
}

/// `left == right`.
///
/// # Errors
/// RecursionError for sequences that are nested too deep.
pub fn equal(left: Value, right: Value) -> Outcome<bool> {
    equal_nested(left, right, 0)
}

/// Whether `ordering` (of left to right; `None` when a NaN is among them) satisfies the operator.
fn satisfies(op: CompareOp, ordering: Option<Ordering>) -> bool {
    match op {
        CompareOp::Less => ordering == Some(Ordering::Less),
        CompareOp::LessEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Equal => ordering == Some(Ordering::Equal),
        CompareOp::NotEqual => ordering != Some(Ordering::Equal),
        CompareOp::Greater => ordering == Some(Ordering::Greater),
        CompareOp::GreaterEqual => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
    }
}

fn compare_nested(op: CompareOp, left: Value, right: Value, depth: u32) -> Outcome<bool> {
    match op {
        CompareOp::Equal => return equal_nested(left, right, depth),
        CompareOp::NotEqual => return Ok(!equal_nested(left, right, depth)?),
        _ => {}
    }
    if let (Some(a), Some(b)) = (Number::of(&left), Number::of(&right)) {
        return Ok(satisfies(op, order_numbers(&a, &b)));
    }
    match (left, right) {
        (Value::Str(a), Value::Str(b)) => {
            return Ok(satisfies(op, Some(a.as_str().cmp(b.as_str()))));
        }
        (Value::List(a), Value::List(b)) => {
            return order_items(op, a.iter(), b.iter(), depth);
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            let (a, b) = (a.items().iter().copied(), b.items().iter().copied());
            return order_items(op, a, b, depth);
        }
        _ => {}
    }
    Err(Error::type_error(format!(
        "'{}' not supported between instances of '{}' and '{}'",
        op.symbol(),
        left.type_name(),
        right.type_name()
    )))
}

fn equal_nested(left: Value, right: Value, depth: u32) -> Outcome<bool> {
    if let (Some(a), Some(b)) = (Number::of(&left), Number::of(&right)) {
        return Ok(order_numbers(&a, &b) == Some(Ordering::Equal));
    }
    match (left, right) {
        (Value::Str(a), Value::Str(b)) => Ok(a.as_str() == b.as_str()),
        (Value::List(a), Value::List(b)) => {
            Ok(a.len() == b.len() && equal_items(a.iter(), b.iter(), depth)?)
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            let (a, b) = (a.items(), b.items());
            let pairs = (a.iter().copied(), b.iter().copied());
            Ok(a.len() == b.len() && equal_items(pairs.0, pairs.1, depth)?)
        }
        (Value::Range(a), Value::Range(b)) => {
            let len = a.len();
            Ok(len == b.len()
                && (len == 0 || (a.start() == b.start() && (len == 1 || a.step() == b.step()))))
        }
        (Value::Method(a), Value::Method(b)) => {
            Ok(a.function() == b.function() && a.receiver().is_same(&b.receiver()))
        }
        _ => Ok(left.is_same(&right)),
    }
}

fn equal_items(
    left: impl Iterator<Item = Value>,
    right: impl Iterator<Item = Value>,
    depth: u32,
) -> Outcome<bool> {
    check_nesting(depth)?;
    for (a, b) in left.zip(right) {
        // Items that are the same object count as equal, even a NaN.
        if !a.is_same(&b) && !equal_nested(a, b, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Sequences are ordered by their first items that differ, or by their lengths.
fn order_items(
    op: CompareOp,
    mut left: impl Iterator<Item = Value>,
    mut right: impl Iterator<Item = Value>,
    depth: u32,
) -> Outcome<bool> {
    check_nesting(depth)?;
    loop {
        match (left.next(), right.next()) {
            (Some(a), Some(b)) => {
                if !a.is_same(&b) && !equal_nested(a, b, depth + 1)? {
                    return compare_nested(op, a, b, depth + 1);
                }
            }
            (a, b) => return Ok(satisfies(op, Some(a.is_some().cmp(&b.is_some())))),
        }
    }
}

fn check_nesting(depth: u32) -> Outcome<()> {
    if depth > MAX_NESTING {
        return Err(Error::recursion(" in comparison"));
    }
    Ok(())
}

/// The exact order of two numbers; `None` when one is a NaN.
fn order_numbers(a: &Number, b: &Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Int(x), Number::Int(y)) => Some(x.cmp(y)),
        (Number::Float(x), Number::Float(y)) => x.partial_cmp(y),
        (Number::Float(x), _) => order_int_float(b, *x).map(Ordering::reverse),
        (_, Number::Float(y)) => order_int_float(a, *y),
        _ => {
            let (x, y) = (a.integer()?, b.integer()?);
            match (x.wide(), y.wide()) {
                (Some(x), Some(y)) => Some(x.cmp(&y)),
                _ => Some(x.to_big().cmp(&y.to_big())),
            }
        }
    }
}

fn order_int_float(int: &Number, x: f64) -> Option<Ordering> {
    const EXACT: u64 = 1 << 53;
    if let Number::Int(n) = *int
        && n.unsigned_abs() <= EXACT
    {
        return (n as f64).partial_cmp(&x);
    }
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 {
            Ordering::Less
        } else {
            Ordering::Greater
        });
    }
    // The int is beyond the range where a fraction could decide: the float's integer part is enough, and where the
    // integer parts are equal the fraction does.
    let whole = BigInt::from_f64(x.trunc())?;
    let order = int.integer()?.to_big().as_ref().cmp(&whole);
    Some(order.then_with(|| 0.0.partial_cmp(&x.fract()).unwrap_or(Ordering::Equal)))
}

/// `item in container`.
///
/// # Errors
/// TypeError when the container is none.
pub fn contains(container: Value, item: Value) -> Outcome<bool> {
    let holds = |candidate: Value| -> Outcome<bool> {
        Ok(candidate.is_same(&item) || equal(candidate, item)?)
    };
    match container {
        Value::Str(text) => match item {
            Value::Str(part) => Ok(text.as_str().contains(part.as_str())),
            _ => Err(Error::type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                item.type_name()
            ))),
        },
        Value::List(list) => {
            for candidate in list.iter() {
                if holds(candidate)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::Tuple(tuple) => {
            for &candidate in tuple.items() {
                if holds(candidate)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::Range(range) => Ok(match item {
            Value::Int(n) => range.contains(n),
            Value::Bool(bit) => range.contains(bit as i64),
            Value::Float(x) => x.fract() == 0.0 && x.abs() < 9.2e18 && range.contains(x as i64),
            _ => false,
        }),
        _ => Err(Error::type_error(format!(
            "argument of type '{}' is not iterable",
            container.type_name()
        ))),
    }
}
