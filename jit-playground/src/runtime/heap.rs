//! The heap: allocation, handles, and the mark-and-sweep collector.
//!
//! It never moves an object and never collects on its own: allocating only raises [`Heap::collection_wanted`], and
//! the interpreter collects at its next safepoint, where everything that lives is in the value stack, in the globals
//! and constants, or reported by a [`RootProvider`]. That rule is what makes [`Gc`] sound to copy and to follow
//! freely between two safepoints, and it is why this file may use `unsafe` while the code around it does not.
//!
//! Start reading at [`Gc`], then [`Heap::collect`].

#![allow(
    unsafe_code,
    reason = "a collected heap owns its objects by raw pointer; handles follow them"
)]

use std::alloc::Layout;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::rc::Rc;

use super::address;
use super::object::{Header, Kind, StrObject, free_object, trace_object};
use super::pool::Pool;
use super::value::Value;

/// The heap grows at least this much between two collections, in bytes: little enough that the memory of short-lived
/// objects stays in the cache.
const SMALLEST_THRESHOLD: u64 = 2 << 20;

/// A handle to a heap object: eight bytes wide on every target, free to copy.
///
/// A handle is good until the first safepoint at which its object cannot be reached from a root. Code that keeps
/// one across a safepoint keeps it where the collector looks: the value stack, a global, a constant, another
/// object, or a [`RootProvider`].
#[repr(C, align(8))]
pub struct Gc<T> {
    pointer: NonNull<T>,
    #[cfg(target_pointer_width = "32")]
    high_word: u32,
}

impl<T> Clone for Gc<T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Gc<T> {}

impl<T> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:p}", self.pointer)
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: objects are freed only at safepoints, when no handle outside the roots is used again; they are
        // never moved, and never borrowed mutably (their fields are cells).
        unsafe { self.pointer.as_ref() }
    }
}

impl<T> Gc<T> {
    fn new(pointer: NonNull<T>) -> Gc<T> {
        Gc {
            pointer,
            #[cfg(target_pointer_width = "32")]
            high_word: address::HIGH_WORD,
        }
    }

    /// The address of the object, as machine code holds it.
    #[inline]
    pub fn address(self) -> u64 {
        address::word(self.pointer.as_ptr())
    }

    /// The handle of the object at an address.
    ///
    /// # Safety
    /// `address` must come from [`Gc::address`] of a `Gc<T>` whose object is still alive.
    #[inline]
    pub unsafe fn from_address(address: u64) -> Gc<T> {
        let pointer = std::ptr::with_exposed_provenance_mut(address as usize);
        // SAFETY: the address of a live object is not null.
        Gc::new(unsafe { NonNull::new_unchecked(pointer) })
    }

    /// Whether two handles name the same object.
    #[inline]
    pub fn is(self, other: Gc<T>) -> bool {
        self.pointer == other.pointer
    }
}

/// A type that can live in the heap.
///
/// # Safety
/// The type must be `#[repr(C)]` with a [`Header`] as its first field, and [`Kind`] must number it alone, so that
/// the collector can get from a header to the object.
pub unsafe trait HeapObject {
    /// Which kind the header says.
    const KIND: Kind;
    /// What one counts for, in bytes: its size where pointers take 64 bits, on every target, so that collections come at
    /// the same times everywhere.
    const SIZE: usize;
}

/// Somebody outside the interpreter who holds on to objects, such as the owner of compiled traces.
pub trait RootProvider {
    /// Calls `visit` with every value that must stay alive.
    fn visit_roots(&self, visit: &mut dyn FnMut(Value));
}

/// What allocation counts; at a stable address, because machine code reads it.
#[repr(C)]
#[derive(Debug, Default)]
struct Pressure {
    /// One when a collection is wanted, else zero.
    wanted: Cell<u64>,
    /// Bytes allocated since the last collection.
    allocated: Cell<u64>,
    /// Bytes to allocate before a collection is wanted.
    threshold: Cell<u64>,
}

/// Figures about the heap's work so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// How many collections ran.
    pub collections: u64,
    /// How many objects they freed.
    pub objects_freed: u64,
    /// How many objects live now, garbage included.
    pub objects: u64,
}

/// The heap of one [`Vm`](crate::interpreter::Vm).
pub struct Heap {
    newest: Cell<Option<NonNull<Header>>>,
    pressure: Box<Pressure>,
    stress: Cell<bool>,
    stats: Cell<HeapStats>,
    providers: RefCell<Vec<Rc<dyn RootProvider>>>,
    pub(super) pool: Pool,
    pub(super) ascii: Box<[Cell<Option<Gc<StrObject>>>; 129]>,
}

impl Default for Heap {
    fn default() -> Self {
        Heap::new()
    }
}

impl Heap {
    /// An empty heap.
    pub fn new() -> Heap {
        let pressure = Box::new(Pressure::default());
        pressure.threshold.set(SMALLEST_THRESHOLD);
        Heap {
            newest: Cell::new(None),
            pressure,
            stress: Cell::new(false),
            stats: Cell::default(),
            providers: RefCell::default(),
            pool: Pool::default(),
            ascii: Box::new([const { Cell::new(None) }; 129]),
        }
    }

    /// Whether enough was allocated for a collection at the next safepoint.
    #[inline]
    pub fn collection_wanted(&self) -> bool {
        self.pressure.wanted.get() != 0
    }

    /// The address of a 64-bit word that is not zero when a collection is wanted. It never changes while the heap
    /// lives.
    pub fn collection_wanted_word(&self) -> *const u64 {
        self.pressure.wanted.as_ptr()
    }

    /// Collect at every safepoint from now on: a test finds a root that was forgotten at once.
    pub fn set_stress(&self, stress: bool) {
        self.stress.set(stress);
        self.pressure.wanted.set(u64::from(stress));
    }

    /// Adds somebody whose values stay alive for as long as the heap.
    pub fn add_root_provider(&self, provider: Rc<dyn RootProvider>) {
        self.providers.borrow_mut().push(provider);
    }

    /// The figures so far.
    pub fn stats(&self) -> HeapStats {
        self.stats.get()
    }

    /// Counts `bytes` that an object holds outside itself.
    #[inline]
    pub fn count(&self, bytes: usize) {
        let allocated = self.pressure.allocated.get() + bytes as u64;
        self.pressure.allocated.set(allocated);
        if allocated > self.pressure.threshold.get() {
            self.pressure.wanted.set(1);
        }
    }

    /// Puts an object into the heap.
    #[inline]
    pub fn alloc<T: HeapObject>(&self, object: T) -> Gc<T> {
        const { assert!(!cfg!(target_pointer_width = "64") || size_of::<T>() == T::SIZE) };
        let layout = Layout::new::<T>();
        let Some(pointer) = self.pool.allocate(layout).map(NonNull::cast::<T>) else {
            std::alloc::handle_alloc_error(layout);
        };
        // SAFETY: the memory is fresh, large enough and aligned, and nothing else owns it.
        unsafe {
            pointer.write(object);
            self.adopt(pointer, T::SIZE)
        }
    }

    /// Takes ownership of an object that its own constructor allocated.
    ///
    /// # Safety
    /// `pointer` must be an initialised object that [`free_object`] knows how to free, owned by nobody else.
    pub(super) unsafe fn adopt<T: HeapObject>(&self, pointer: NonNull<T>, bytes: usize) -> Gc<T> {
        let header: NonNull<Header> = pointer.cast();
        // SAFETY: a HeapObject starts with its header.
        let fields = unsafe { header.as_ref() };
        fields.start(T::KIND, self.newest.get());
        self.newest.set(Some(header));
        self.count(bytes);
        let mut stats = self.stats.get();
        stats.objects += 1;
        self.stats.set(stats);
        Gc::new(pointer)
    }

    /// Frees every object that cannot be reached. Only a safepoint may call this.
    ///
    /// `roots` is called once with a function to call on each root value; the root providers are asked besides.
    pub fn collect(&self, roots: impl FnOnce(&mut dyn FnMut(Value))) {
        let mut grey: Vec<NonNull<Header>> = Vec::new();
        let mut mark = |value: Value| {
            if let Some(header) = header_of(value) {
                // SAFETY: a root, or a field of a live object, is a live object.
                if !unsafe { header.as_ref() }.mark() {
                    grey.push(header);
                }
            }
        };
        roots(&mut mark);
        for provider in self.providers.borrow().iter() {
            provider.visit_roots(&mut mark);
        }
        for string in self.ascii.iter().filter_map(Cell::get) {
            mark(Value::Str(string));
        }
        let mut live_bytes = 0;
        while let Some(header) = grey.pop() {
            // SAFETY: only headers of live objects are pushed.
            live_bytes += unsafe {
                trace_object(header, &mut |value| {
                    if let Some(child) = header_of(value)
                        && !child.as_ref().mark()
                    {
                        grey.push(child);
                    }
                })
            };
        }
        self.sweep();
        self.pressure.allocated.set(0);
        self.pressure
            .threshold
            .set(SMALLEST_THRESHOLD.max(live_bytes as u64));
        self.pressure.wanted.set(u64::from(self.stress.get()));
    }

    fn sweep(&self) {
        let mut stats = self.stats.get();
        let mut kept: Option<NonNull<Header>> = None;
        let mut next = self.newest.get();
        while let Some(header) = next {
            // SAFETY: the list holds objects that were not freed yet; each is looked at before it is freed.
            let fields = unsafe { header.as_ref() };
            next = fields.next();
            if fields.unmark() {
                fields.set_next(kept);
                kept = Some(header);
            } else {
                stats.objects_freed += 1;
                stats.objects -= 1;
                // SAFETY: it was not marked, so no root reaches it, and it has left the list.
                unsafe { free_object(header, &self.pool) };
            }
        }
        self.newest.set(kept);
        stats.collections += 1;
        self.stats.set(stats);
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        let mut next = self.newest.take();
        while let Some(header) = next {
            // SAFETY: the list holds each object once, and the heap owns them all.
            unsafe {
                next = header.as_ref().next();
                free_object(header, &self.pool);
            }
        }
    }
}

/// The header of the object that a value names, if it names one.
fn header_of(value: Value) -> Option<NonNull<Header>> {
    Some(match value {
        Value::Unbound
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Builtin(_)
        | Value::Type(_)
        | Value::RangeIter(_) => return None,
        Value::BigInt(object) => object.pointer.cast(),
        Value::Str(object) => object.pointer.cast(),
        Value::List(object) => object.pointer.cast(),
        Value::Tuple(object) => object.pointer.cast(),
        Value::Range(object) => object.pointer.cast(),
        Value::Function(object) => object.pointer.cast(),
        Value::Module(object) => object.pointer.cast(),
        Value::Method(object) => object.pointer.cast(),
    })
}
