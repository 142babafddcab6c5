//! The value: 16 bytes, a tag and a payload, each a 64-bit word that machine code reads and writes directly.
//!
//! A value never owns anything: heap payloads are plain handles that the collector keeps alive (see
//! [`heap`](crate::runtime::heap)). Start reading at [`Value`].

use std::mem::MaybeUninit;

use super::builtins::Builtin;
use super::heap::Gc;
use super::object::{
    BigIntObject, FunctionObject, ListObject, MethodObject, ModuleObject, RangeObject, StrObject,
    TupleObject,
};
use super::types::Type;

/// Any value of the language, and what a frame slot can hold besides.
///
/// The layout is fixed: the tag (one of [`tag`]'s constants) is the word at offset 0, the payload the word at
/// [`PAYLOAD_OFFSET`]. Every payload is eight bytes wide on every target.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Value {
    /// No value: a local or a global that is not assigned. Zeroed memory reads as this.
    Unbound = tag::UNBOUND,
    /// `None`.
    None = tag::NONE,
    /// `False` (payload 0) or `True` (payload 1).
    Bool(u64) = tag::BOOL,
    /// An int that fits 64 bits. Every such int is in this form.
    Int(i64) = tag::INT,
    /// A float.
    Float(f64) = tag::FLOAT,
    /// An int that does not fit 64 bits.
    BigInt(Gc<BigIntObject>) = tag::BIG_INT,
    /// A str.
    Str(Gc<StrObject>) = tag::STR,
    /// A list.
    List(Gc<ListObject>) = tag::LIST,
    /// A tuple.
    Tuple(Gc<TupleObject>) = tag::TUPLE,
    /// A `range(..)` object.
    Range(Gc<RangeObject>) = tag::RANGE,
    /// A function made by `def`.
    Function(Gc<FunctionObject>) = tag::FUNCTION,
    /// A built-in function, or a method of a built-in type without its receiver.
    Builtin(Builtin) = tag::BUILTIN,
    /// A built-in type, such as `int`.
    Type(Type) = tag::TYPE,
    /// A module.
    Module(Gc<ModuleObject>) = tag::MODULE,
    /// A method of a built-in type with its receiver, such as `xs.append`.
    Method(Gc<MethodObject>) = tag::METHOD,
    /// The first of the three slots of an iteration over a range; the payload is the step. It never leaves the
    /// operand stack.
    RangeIter(i64) = tag::RANGE_ITER,
}

/// The words that stand at offset 0 of a [`Value`].
#[expect(
    missing_docs,
    reason = "each constant is documented at the variant of Value it numbers"
)]
pub mod tag {
    pub const UNBOUND: u64 = 0;
    pub const NONE: u64 = 1;
    pub const BOOL: u64 = 2;
    pub const INT: u64 = 3;
    pub const FLOAT: u64 = 4;
    pub const BIG_INT: u64 = 5;
    pub const STR: u64 = 6;
    pub const LIST: u64 = 7;
    pub const TUPLE: u64 = 8;
    pub const RANGE: u64 = 9;
    pub const FUNCTION: u64 = 10;
    pub const BUILTIN: u64 = 11;
    pub const TYPE: u64 = 12;
    pub const MODULE: u64 = 13;
    pub const METHOD: u64 = 14;
    pub const RANGE_ITER: u64 = 15;
}

/// Size of a value, and so of a frame slot, in bytes.
pub const VALUE_SIZE: usize = 16;
/// Offset of the payload in a value, in bytes. The tag is at offset 0.
pub const PAYLOAD_OFFSET: usize = 8;

const _: () = assert!(size_of::<Value>() == VALUE_SIZE && align_of::<Value>() == 8);

impl Value {
    /// Reads a value from memory word by word.
    ///
    /// A value that was just written word by word and is read at once as 16 bytes makes the processor wait until both
    /// writes have reached the cache; two reads of a word each do not. The compiler would join them were they not
    /// volatile. It made the interpreter's loops up to twice as fast.
    ///
    /// # Safety
    /// `slot` must point to an initialised value.
    #[inline(always)]
    #[expect(unsafe_code, reason = "it reads through a raw pointer")]
    pub(crate) unsafe fn read(slot: *const Value) -> Value {
        let words = slot.cast::<MaybeUninit<u64>>();
        // SAFETY: a value is two words, of which the second may not be initialised; put together again they are the
        // value that the caller vouches for.
        unsafe {
            let words = [words.read_volatile(), words.add(1).read_volatile()];
            std::mem::transmute::<[MaybeUninit<u64>; 2], Value>(words)
        }
    }

    /// The tag word.
    #[inline]
    pub fn tag(&self) -> u64 {
        match self {
            Value::Unbound => tag::UNBOUND,
            Value::None => tag::NONE,
            Value::Bool(_) => tag::BOOL,
            Value::Int(_) => tag::INT,
            Value::Float(_) => tag::FLOAT,
            Value::BigInt(_) => tag::BIG_INT,
            Value::Str(_) => tag::STR,
            Value::List(_) => tag::LIST,
            Value::Tuple(_) => tag::TUPLE,
            Value::Range(_) => tag::RANGE,
            Value::Function(_) => tag::FUNCTION,
            Value::Builtin(_) => tag::BUILTIN,
            Value::Type(_) => tag::TYPE,
            Value::Module(_) => tag::MODULE,
            Value::Method(_) => tag::METHOD,
            Value::RangeIter(_) => tag::RANGE_ITER,
        }
    }

    /// The payload word as machine code sees it: the number, the bits of the float, the address of the object.
    /// Zero for `Unbound` and `None`.
    pub fn payload(&self) -> u64 {
        match *self {
            Value::Unbound | Value::None => 0,
            Value::Bool(bit) => bit,
            Value::Int(n) | Value::RangeIter(n) => n as u64,
            Value::Float(x) => x.to_bits(),
            Value::BigInt(object) => object.address(),
            Value::Str(object) => object.address(),
            Value::List(object) => object.address(),
            Value::Tuple(object) => object.address(),
            Value::Range(object) => object.address(),
            Value::Function(object) => object.address(),
            Value::Module(object) => object.address(),
            Value::Method(object) => object.address(),
            Value::Builtin(id) => id as u64,
            Value::Type(id) => id as u64,
        }
    }

    /// Whether the value is all in its two words: it names no object of the heap.
    #[inline]
    pub fn is_immediate(&self) -> bool {
        matches!(
            self,
            Value::Unbound
                | Value::None
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Float(_)
                | Value::Builtin(_)
                | Value::Type(_)
                | Value::RangeIter(_)
        )
    }

    /// Whether this is anything but [`Value::Unbound`].
    #[inline]
    pub fn is_bound(&self) -> bool {
        !matches!(self, Value::Unbound)
    }

    /// The type of the value.
    pub fn type_of(&self) -> Type {
        match self {
            Value::Unbound | Value::None => Type::NoneType,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) | Value::BigInt(_) => Type::Int,
            Value::Float(_) => Type::Float,
            Value::Str(_) => Type::Str,
            Value::List(_) => Type::List,
            Value::Tuple(_) => Type::Tuple,
            Value::Range(_) => Type::Range,
            Value::Function(_) => Type::Function,
            Value::Builtin(_) | Value::Method(_) => Type::BuiltinFunction,
            Value::Type(_) => Type::Type,
            Value::Module(_) => Type::Module,
            Value::RangeIter(_) => Type::RangeIterator,
        }
    }

    /// The name of the value's type as error messages print it.
    pub fn type_name(&self) -> &'static str {
        self.type_of().name()
    }

    /// Whether two values are the same object, as the operator `is` asks.
    pub fn is_same(&self, other: &Value) -> bool {
        self.tag() == other.tag() && self.payload() == other.payload()
    }
}

impl From<bool> for Value {
    #[inline]
    fn from(truth: bool) -> Value {
        Value::Bool(u64::from(truth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_and_payload_are_the_words_in_memory() {
        #[expect(
            unsafe_code,
            reason = "the test looks at the memory of a value as machine code does"
        )]
        fn words(value: Value) -> (u64, u64) {
            // SAFETY: a value whose payload is initialised is two initialised 64-bit words.
            unsafe { std::mem::transmute(value) }
        }
        for value in [
            Value::from(true),
            Value::Int(-7),
            Value::Float(1.5),
            Value::Builtin(Builtin::Len),
            Value::Type(Type::Float),
            Value::RangeIter(3),
        ] {
            assert_eq!(words(value), (value.tag(), value.payload()));
        }
    }
}
