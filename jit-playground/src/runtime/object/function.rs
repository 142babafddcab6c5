//! Functions made by `def`, and methods of built-in types bound to their receiver.

#![allow(
    unsafe_code,
    reason = "HeapObject is an unsafe trait: it promises a layout"
)]

use std::mem::offset_of;

use super::{Header, Kind, TupleObject};
use crate::bytecode::CodeRef;
use crate::runtime::builtins::Builtin;
use crate::runtime::heap::{Gc, Heap, HeapObject};
use crate::runtime::value::Value;

/// The object behind [`Value::Function`].
#[repr(C)]
#[derive(Debug)]
pub struct FunctionObject {
    header: Header,
    code: CodeRef,
    defaults: Option<Gc<TupleObject>>,
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for FunctionObject {
    const KIND: Kind = Kind::Function;
    const SIZE: usize = 32;
}

impl FunctionObject {
    /// Offset of the word that holds the address of the code object, in bytes.
    pub const CODE_OFFSET: usize = offset_of!(FunctionObject, code);

    /// What the function runs.
    #[inline]
    pub fn code(&self) -> CodeRef {
        self.code
    }

    /// The values of the last parameters when the call leaves them out.
    #[inline]
    pub fn defaults(&self) -> &[Value] {
        self.defaults.as_ref().map_or(&[], |tuple| tuple.items())
    }

    pub(super) fn trace(&self, visit: &mut dyn FnMut(Value)) -> usize {
        if let Some(defaults) = self.defaults {
            visit(Value::Tuple(defaults));
        }
        Self::SIZE
    }
}

/// The object behind [`Value::Method`].
#[repr(C)]
#[derive(Debug)]
pub struct MethodObject {
    header: Header,
    receiver: Value,
    function: Builtin,
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for MethodObject {
    const KIND: Kind = Kind::Method;
    const SIZE: usize = 40;
}

impl MethodObject {
    /// The object that the method was read from.
    pub fn receiver(&self) -> Value {
        self.receiver
    }

    /// The method itself; its first argument is the receiver.
    pub fn function(&self) -> Builtin {
        self.function
    }

    pub(super) fn trace(&self, visit: &mut dyn FnMut(Value)) -> usize {
        visit(self.receiver);
        Self::SIZE
    }
}

impl Heap {
    /// A function that runs `code`.
    pub fn function(&self, code: CodeRef, defaults: Option<Gc<TupleObject>>) -> Gc<FunctionObject> {
        self.alloc(FunctionObject {
            header: Header::new(),
            code,
            defaults,
        })
    }

    /// A method with its receiver.
    pub fn method(&self, receiver: Value, function: Builtin) -> Gc<MethodObject> {
        self.alloc(MethodObject {
            header: Header::new(),
            receiver,
            function,
        })
    }
}
