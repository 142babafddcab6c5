//! Indexing: reading and assigning `container[index]`.

use super::arith::number::Integer;
use super::error::{Error, Outcome};
use super::heap::Heap;
use super::value::Value;

/// `container[index]`.
///
/// # Errors
/// IndexError when the index is out of range; TypeError when the container or the index is of the wrong type.
pub fn get(heap: &Heap, container: Value, index: Value) -> Outcome<Value> {
    match container {
        Value::List(list) => position(index, list.len(), Sequence::List)
            .and_then(|at| list.get(at).ok_or_else(|| Sequence::List.out_of_range())),
        Value::Tuple(tuple) => {
            let items = tuple.items();
            position(index, items.len(), Sequence::Tuple).map(|at| items[at])
        }
        Value::Str(text) => {
            let at = position(index, text.char_len(), Sequence::Str)?;
            let char = text
                .char_at(at)
                .ok_or_else(|| Sequence::Str.out_of_range())?;
            Ok(Value::Str(heap.char(char)))
        }
        Value::Range(range) => {
            let len = usize::try_from(range.len()).unwrap_or(usize::MAX);
            let at = position(index, len, Sequence::Range)?;
            let item = range.get(at as u64);
            item.map(Value::Int)
                .ok_or_else(|| Sequence::Range.out_of_range())
        }
        _ => {
            let name = container.type_name();
            Err(Error::type_error(format!(
                "'{name}' object is not subscriptable"
            )))
        }
    }
}

/// `container[index] = value`.
///
/// # Errors
/// IndexError when the index is out of range; TypeError when the container or the index is of the wrong type.
pub fn set(container: Value, index: Value, value: Value) -> Outcome<()> {
    let Value::List(list) = container else {
        let name = container.type_name();
        let message = format!("'{name}' object does not support item assignment");
        return Err(Error::type_error(message));
    };
    let at = position(index, list.len(), Sequence::ListTarget)?;
    list.set(at, value);
    Ok(())
}

#[derive(Clone, Copy)]
enum Sequence {
    List,
    ListTarget,
    Tuple,
    Str,
    Range,
}

impl Sequence {
    fn out_of_range(self) -> Error {
        Error::index_error(match self {
            Sequence::List => "list index out of range",
            Sequence::ListTarget => "list assignment index out of range",
            Sequence::Tuple => "tuple index out of range",
            Sequence::Str => "string index out of range",
            Sequence::Range => "range object index out of range",
        })
    }

    fn wrong_index(self, index: Value) -> Error {
        let name = index.type_name();
        Error::type_error(match self {
            Sequence::List | Sequence::ListTarget => {
                format!("list indices must be integers or slices, not {name}")
            }
            Sequence::Tuple => format!("tuple indices must be integers or slices, not {name}"),
            Sequence::Str => format!("string indices must be integers, not '{name}'"),
            Sequence::Range => format!("range indices must be integers or slices, not {name}"),
        })
    }
}

/// The place that an index means in a sequence of `len` items; negative indices count from the end.
fn position(index: Value, len: usize, sequence: Sequence) -> Outcome<usize> {
    let index = match Integer::of(&index) {
        Some(Integer::Small(index)) => index,
        Some(Integer::Big(_)) => {
            return Err(Error::index_error(
                "cannot fit 'int' into an index-sized integer",
            ));
        }
        None => return Err(sequence.wrong_index(index)),
    };
    let at = if index < 0 {
        // A negative index below the start wraps to something beyond any length.
        (len as u64).wrapping_add_signed(index)
    } else {
        index as u64
    };
    if at >= len as u64 {
        return Err(sequence.out_of_range());
    }
    Ok(at as usize)
}
