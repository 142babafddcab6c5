//! The objects of the heap: one file per kind, and here what they share.
//!
//! Every object is `#[repr(C)]` and starts with a [`Header`]. The offsets that machine code uses are public
//! constants beside each object, and are the same on every target. Fields that change are cells: objects are only
//! ever borrowed shared.

#![allow(
    unsafe_code,
    reason = "tracing and freeing go from a header to the object that it heads"
)]

mod big_int;
mod function;
mod list;
mod module;
mod range;
mod text;
mod tuple;
mod wide;

use std::alloc::Layout;
use std::cell::Cell;
use std::ptr::NonNull;

pub use big_int::{Big, BigIntObject};
pub use function::{FunctionObject, MethodObject};
pub use list::{ListObject, OutOfMemory};
pub use module::ModuleObject;
pub use range::RangeObject;
pub use text::StrObject;
pub use tuple::TupleObject;

use super::heap::HeapObject;
use super::pool::Pool;
use super::value::Value;
use wide::WidePointer;

/// What a heap object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "each names its object type")]
pub enum Kind {
    BigInt,
    Str,
    List,
    Tuple,
    Range,
    Function,
    Module,
    Method,
}

/// The first 16 bytes of every heap object.
#[repr(C)]
#[derive(Debug)]
pub struct Header {
    next: Cell<WidePointer<Header>>,
    kind: Cell<Kind>,
    marked: Cell<bool>,
    reserved: [u8; 6],
}

/// Size of the header, and so the offset of an object's first own field, in bytes.
pub const HEADER_SIZE: usize = 16;
const _: () = assert!(size_of::<Header>() == HEADER_SIZE);

impl Header {
    /// A header for an object that is not in a heap yet.
    fn new() -> Header {
        Header {
            next: Cell::new(WidePointer::null()),
            kind: Cell::new(Kind::BigInt),
            marked: Cell::new(false),
            reserved: [0; 6],
        }
    }

    pub(super) fn start(&self, kind: Kind, next: Option<NonNull<Header>>) {
        self.kind.set(kind);
        self.set_next(next);
    }

    pub(super) fn next(&self) -> Option<NonNull<Header>> {
        NonNull::new(self.next.get().get())
    }

    pub(super) fn set_next(&self, next: Option<NonNull<Header>>) {
        self.next.set(WidePointer::new(
            next.map_or(std::ptr::null_mut(), NonNull::as_ptr),
        ));
    }

    /// Marks the object; returns whether it was marked before.
    pub(super) fn mark(&self) -> bool {
        self.marked.replace(true)
    }

    /// Takes the mark away; returns whether there was one.
    pub(super) fn unmark(&self) -> bool {
        self.marked.replace(false)
    }
}

/// Calls `visit` with every value inside an object, and returns how many bytes the object holds.
///
/// # Safety
/// `header` must head a live object.
pub(super) unsafe fn trace_object(header: NonNull<Header>, visit: &mut dyn FnMut(Value)) -> usize {
    // SAFETY: the caller vouches for the object, and `kind` says its type.
    unsafe {
        match header.as_ref().kind.get() {
            Kind::BigInt => header.cast::<BigIntObject>().as_ref().size(),
            Kind::Str => header.cast::<StrObject>().as_ref().size(),
            Kind::List => header.cast::<ListObject>().as_ref().trace(visit),
            Kind::Tuple => header.cast::<TupleObject>().as_ref().trace(visit),
            Kind::Range => RangeObject::SIZE,
            Kind::Function => header.cast::<FunctionObject>().as_ref().trace(visit),
            Kind::Module => header.cast::<ModuleObject>().as_ref().trace(visit),
            Kind::Method => header.cast::<MethodObject>().as_ref().trace(visit),
        }
    }
}

/// Frees an object.
///
/// # Safety
/// `header` must head a live object from a heap with this pool, which nobody uses again.
pub(super) unsafe fn free_object(header: NonNull<Header>, pool: &Pool) {
    // SAFETY: every kind but the tuple was made by `Heap::alloc`; the tuple frees itself.
    unsafe {
        match header.as_ref().kind.get() {
            Kind::BigInt => drop_and_release(header.cast::<BigIntObject>(), pool),
            Kind::Str => drop_and_release(header.cast::<StrObject>(), pool),
            Kind::List => drop_and_release(header.cast::<ListObject>(), pool),
            Kind::Tuple => TupleObject::free(header.cast(), pool),
            Kind::Range => drop_and_release(header.cast::<RangeObject>(), pool),
            Kind::Function => drop_and_release(header.cast::<FunctionObject>(), pool),
            Kind::Module => drop_and_release(header.cast::<ModuleObject>(), pool),
            Kind::Method => drop_and_release(header.cast::<MethodObject>(), pool),
        }
    }
}

/// # Safety
/// As for [`free_object`], of an object made by `Heap::alloc`.
unsafe fn drop_and_release<T>(object: NonNull<T>, pool: &Pool) {
    // SAFETY: the caller vouches for the object; its memory came from this pool with its own layout.
    unsafe {
        object.drop_in_place();
        pool.release(object.cast(), Layout::new::<T>());
    }
}
