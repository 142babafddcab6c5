//! `+` and `*` of strings, lists and tuples.

use super::number::Integer;
use crate::bytecode::BinaryOp;
use crate::runtime::error::{Error, Outcome};
use crate::runtime::heap::Heap;
use crate::runtime::iterate;
use crate::runtime::value::{VALUE_SIZE, Value};

/// Results larger than this many bytes are refused with a MemoryError.
const MAX_BYTES: u64 = 1 << 36;

/// The operator's result if one operand is a sequence that it has a meaning for.
pub(super) fn binary(
    heap: &Heap,
    op: BinaryOp,
    left: Value,
    right: Value,
) -> Option<Outcome<Value>> {
    match (op, left) {
        (BinaryOp::InplaceAdd, Value::List(list)) => {
            Some(iterate::extend(heap, list, right).map(|()| left))
        }
        (BinaryOp::InplaceMultiply, Value::List(list)) => {
            let count = Integer::of(&right)?;
            Some(repeat_in_place(heap, list, count).map(|()| left))
        }
        _ => match op.plain() {
            BinaryOp::Add => concatenate(heap, left, right),
            BinaryOp::Multiply => repeat(heap, left, right),
            _ => None,
        },
    }
}

fn concatenate(heap: &Heap, left: Value, right: Value) -> Option<Outcome<Value>> {
    let kind = match (left, right) {
        (Value::Str(a), Value::Str(b)) => return Some(Ok(Value::Str(heap.concat(a, b)))),
        (Value::List(a), Value::List(b)) => {
            let joined = heap.list_with_capacity(a.len() + b.len());
            return Some(joined.map_err(Error::from).and_then(|joined| {
                for item in a.iter().chain(b.iter()) {
                    joined.push(item, heap)?;
                }
                Ok(Value::List(joined))
            }));
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            let joined = heap.tuple(&[a.items(), b.items()].concat());
            return Some(joined.map(Value::Tuple).map_err(Error::from));
        }
        (Value::Str(_), _) => "str",
        (Value::List(_), _) => "list",
        (Value::Tuple(_), _) => "tuple",
        _ => return None,
    };
    let other = right.type_name();
    Some(Err(Error::type_error(format!(
        "can only concatenate {kind} (not \"{other}\") to {kind}"
    ))))
}

fn repeat(heap: &Heap, left: Value, right: Value) -> Option<Outcome<Value>> {
    let is_sequence = |value| matches!(value, Value::Str(_) | Value::List(_) | Value::Tuple(_));
    let (sequence, count) = if is_sequence(left) {
        (left, right)
    } else if is_sequence(right) {
        (right, left)
    } else {
        return None;
    };
    let Some(count) = Integer::of(&count) else {
        let name = count.type_name();
        return Some(Err(Error::type_error(format!(
            "can't multiply sequence by non-int of type '{name}'"
        ))));
    };
    Some(repeat_times(heap, sequence, count))
}

fn repeat_times(heap: &Heap, sequence: Value, count: Integer) -> Outcome<Value> {
    let count = times(count)?;
    match sequence {
        Value::Str(string) => {
            let len = string.as_str().len();
            if (len as i64).checked_mul(count as i64).is_none() {
                return Err(Error::overflow("repeated string is too long"));
            }
            check_size(len, count, 1)?;
            Ok(Value::Str(heap.str(string.as_str().repeat(count))))
        }
        Value::List(list) => {
            check_size(list.len(), count, VALUE_SIZE)?;
            let repeated = heap.copy_of(list, list.len() * count)?;
            repeated.repeat(count, heap)?;
            Ok(Value::List(repeated))
        }
        Value::Tuple(tuple) => {
            check_size(tuple.items().len(), count, VALUE_SIZE)?;
            Ok(Value::Tuple(heap.tuple(&tuple.items().repeat(count))?))
        }
        other => Ok(other),
    }
}

fn repeat_in_place(
    heap: &Heap,
    list: crate::runtime::Gc<crate::runtime::object::ListObject>,
    count: Integer,
) -> Outcome<()> {
    let count = times(count)?;
    check_size(list.len(), count, VALUE_SIZE)?;
    Ok(list.repeat(count, heap)?)
}

fn times(count: Integer) -> Outcome<usize> {
    match count {
        Integer::Small(n) => Ok(usize::try_from(n.max(0)).unwrap_or(usize::MAX)),
        Integer::Big(_) if count.is_negative() => Ok(0),
        Integer::Big(_) => Err(Error::overflow(
            "cannot fit 'int' into an index-sized integer",
        )),
    }
}

fn check_size(len: usize, count: usize, item_size: usize) -> Outcome<()> {
    let bytes = len
        .checked_mul(count)
        .and_then(|n| n.checked_mul(item_size));
    match bytes {
        Some(bytes) if bytes as u64 <= MAX_BYTES => Ok(()),
        _ => Err(Error::memory()),
    }
}
