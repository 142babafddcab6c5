//! Iteration: three values that stand for one.
//!
//! An iteration is no object but three slots, `[object, state, limit]`, so that the state of a hot loop lies in frame
//! slots:
//!
//! | over | object | state | limit |
//! |---|---|---|---|
//! | a range | `RangeIter(step)` | the next number | the stop |
//! | a list or a tuple | itself | the index of the next item | `None` |
//! | a str | itself | the byte offset of the next character | `None` |

use super::error::{Error, Outcome};
use super::heap::{Gc, Heap};
use super::object::ListObject;
use super::value::Value;

/// The three slots.
pub type Iteration = [Value; 3];

/// Begins an iteration.
///
/// # Errors
/// TypeError when the value cannot be iterated over.
pub fn start(iterable: Value) -> Outcome<Iteration> {
    match iterable {
        Value::Range(range) => Ok([
            Value::RangeIter(range.step()),
            Value::Int(range.start()),
            Value::Int(range.stop()),
        ]),
        Value::List(_) | Value::Tuple(_) | Value::Str(_) => {
            Ok([iterable, Value::Int(0), Value::None])
        }
        _ => {
            let name = iterable.type_name();
            Err(Error::type_error(format!(
                "'{name}' object is not iterable"
            )))
        }
    }
}

/// The next item, if there is one; the state slot moves on.
pub fn advance(heap: &Heap, slots: &mut Iteration) -> Option<Value> {
    let [object, Value::Int(state), limit] = slots else {
        return None;
    };
    match (*object, *limit) {
        (Value::RangeIter(step), Value::Int(stop)) => {
            let next = *state;
            if (step > 0 && next >= stop) || (step < 0 && next <= stop) {
                return None;
            }
            // Beyond 64 bits lies beyond the stop.
            *state = next.checked_add(step).unwrap_or(stop);
            Some(Value::Int(next))
        }
        (Value::List(list), _) => {
            let item = list.get(*state as usize)?;
            *state += 1;
            Some(item)
        }
        (Value::Tuple(tuple), _) => {
            let item = *tuple.items().get(*state as usize)?;
            *state += 1;
            Some(item)
        }
        (Value::Str(text), _) => {
            let char = text.as_str().get(*state as usize..)?.chars().next()?;
            *state += char.len_utf8() as i64;
            Some(Value::Str(heap.char(char)))
        }
        _ => None,
    }
}

/// Calls `visit` with each item.
///
/// # Errors
/// TypeError when the value cannot be iterated over, and whatever `visit` raises.
pub fn for_each(
    heap: &Heap,
    iterable: Value,
    mut visit: impl FnMut(Value) -> Outcome<()>,
) -> Outcome<()> {
    let mut slots = start(iterable)?;
    while let Some(item) = advance(heap, &mut slots) {
        visit(item)?;
    }
    Ok(())
}

/// Appends every item of an iterable to a list. A list may be appended to itself.
///
/// # Errors
/// TypeError when the value cannot be iterated over, MemoryError when the list cannot grow.
pub fn extend(heap: &Heap, list: Gc<ListObject>, iterable: Value) -> Outcome<()> {
    if let Value::List(other) = iterable {
        for index in 0..other.len() {
            if let Some(item) = other.get(index) {
                list.push(item, heap)?;
            }
        }
        return Ok(());
    }
    for_each(heap, iterable, |item| Ok(list.push(item, heap)?))
}

/// All items of an iterable.
///
/// # Errors
/// TypeError when the value cannot be iterated over.
pub fn collect(heap: &Heap, iterable: Value) -> Outcome<Vec<Value>> {
    let mut items = Vec::new();
    for_each(heap, iterable, |item| {
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

/// The items of a sequence that an assignment takes apart into exactly `count` targets.
///
/// # Errors
/// TypeError when the value cannot be iterated over, ValueError when it has another number of items.
pub fn unpack(heap: &Heap, sequence: Value, count: usize) -> Outcome<Vec<Value>> {
    let Ok(mut slots) = start(sequence) else {
        let name = sequence.type_name();
        return Err(Error::type_error(format!(
            "cannot unpack non-iterable {name} object"
        )));
    };
    let mut items = Vec::with_capacity(count);
    while items.len() < count {
        match advance(heap, &mut slots) {
            Some(item) => items.push(item),
            None => {
                let got = items.len();
                return Err(Error::value_error(format!(
                    "not enough values to unpack (expected {count}, got {got})"
                )));
            }
        }
    }
    if advance(heap, &mut slots).is_some() {
        return Err(Error::value_error(format!(
            "too many values to unpack (expected {count})"
        )));
    }
    Ok(items)
}
