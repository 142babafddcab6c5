//! The types a uop function may have in its signature. They are its declaration: operand classes, immediates and
//! effects are read off the parameter and result types, and nowhere else.
//!
//! | in the signature | meaning |
//! |---|---|
//! | `i64`, `f64` | a value in a register (an `i64` also has variants that take a 32-bit immediate) |
//! | [`Imm32`] | always an immediate of 32 bits, sign-extended: an offset, a scale, a slot |
//! | [`Imm64`] | always an immediate of 64 bits: an address, a wide constant |
//! | `&Frame`, `&mut Frame` | reads, writes the frame |
//! | `&Memory`, `&mut Memory` | reads, writes memory behind pointers |
//! | `&Context` | reads words of the context that do not change while a region runs: no effect |
//! | `&mut Context` | calls out: may read and write frame-independent memory, clobbers the registers a C call clobbers |
//! | `-> i64`, `-> f64`, `-> ()` | the result |
//! | `-> Result<T, Exit>` | may leave the region |
//!
//! This file is compiled twice: into this crate, where an immediate is a number, and into the generated source of
//! a library, where the generator gives it the address of a hole instead.
//!
//! [`Frame`], [`Memory`] and [`Context`] are capabilities: making one is unsafe and promises that what the uops then
//! touch is valid, so that a uop itself is a plain safe function.

/// The uop leaves the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit;

/// An immediate of 32 bits, sign-extended to 64 where it is used.
#[derive(Clone, Copy, Debug)]
pub struct Imm32(i64);

impl Imm32 {
    /// The immediate with this value; `value` fits in 32 bits (the verifier has seen to it).
    #[inline(always)]
    pub fn new(value: i64) -> Self {
        Imm32(value)
    }
    /// The value, sign-extended.
    #[inline(always)]
    pub fn get(self) -> i64 {
        self.0
    }
}

/// An immediate of 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct Imm64(i64);

impl Imm64 {
    /// The immediate with this value.
    #[inline(always)]
    pub fn new(value: i64) -> Self {
        Imm64(value)
    }
    /// The value.
    #[inline(always)]
    pub fn get(self) -> i64 {
        self.0
    }
}

/// What memory can hold: the types that [`Frame`], [`Memory`] and [`Context`] load and store. Any bits are a value.
pub trait Scalar: Copy + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! scalars {
    ($($t:ty)*) => { $(impl sealed::Sealed for $t {} impl Scalar for $t {})* };
}
scalars!(u8 i8 u16 i16 u32 i32 u64 i64 f64);

/// The frame: the array of 8-byte words through which a region's state comes in and goes out.
#[derive(Debug)]
pub struct Frame(*mut u64);

impl Frame {
    /// The frame at this address.
    ///
    /// # Safety
    /// As long as the value lives, `words` must be valid for reads and writes of every byte offset used with it.
    #[inline(always)]
    pub unsafe fn new(words: *mut u64) -> Self {
        Frame(words)
    }
    /// The word at a byte offset.
    #[inline(always)]
    pub fn load<T: Scalar>(&self, offset: Imm32) -> T {
        // SAFETY: whoever made the frame promised that the offset is valid; any bits are a `T`.
        unsafe {
            self.0
                .cast::<u8>()
                .wrapping_offset(offset.get() as isize)
                .cast::<T>()
                .read_unaligned()
        }
    }
    /// Sets the word at a byte offset.
    #[inline(always)]
    pub fn store<T: Scalar>(&mut self, offset: Imm32, value: T) {
        // SAFETY: whoever made the frame promised that the offset is valid.
        unsafe {
            self.0
                .cast::<u8>()
                .wrapping_offset(offset.get() as isize)
                .cast::<T>()
                .write_unaligned(value)
        }
    }
}

/// The memory behind pointers. Accesses need not be aligned.
#[derive(Debug)]
pub struct Memory(());

impl Memory {
    /// The right to read and write memory.
    ///
    /// # Safety
    /// As long as the value lives, every address used with it must be valid for the access.
    #[inline(always)]
    pub unsafe fn new() -> Self {
        Memory(())
    }
    /// What is stored at an address.
    #[inline(always)]
    pub fn load<T: Scalar>(&self, address: i64) -> T {
        // SAFETY: whoever made the memory promised that the address is valid; any bits are a `T`.
        unsafe { (address as *const T).read_unaligned() }
    }
    /// Stores at an address.
    #[inline(always)]
    pub fn store<T: Scalar>(&mut self, address: i64, value: T) {
        // SAFETY: whoever made the memory promised that the address is valid.
        unsafe { (address as *mut T).write_unaligned(value) }
    }
}

/// The context: an array of 8-byte words beside the frame. The words 0 to 15 are arguments of calls, word 16 is the
/// user's pointer, from word 17 on values are spilled.
#[derive(Debug)]
pub struct Context(*mut u64);

impl Context {
    /// The byte offset of the user's pointer.
    pub const USER: i64 = 16 * 8;
    /// The byte offset of the first spill slot.
    pub const SPILLS: i64 = 17 * 8;

    /// The context at this address.
    ///
    /// # Safety
    /// As long as the value lives, `words` must be valid for reads and writes of every byte offset used with it, and
    /// every function that is called with it must be sound to call with the arguments it is given.
    #[inline(always)]
    pub unsafe fn new(words: *mut u64) -> Self {
        Context(words)
    }
    /// Its address, which every called function receives first.
    #[inline(always)]
    pub fn pointer(&self) -> *mut u64 {
        self.0
    }
    /// The word at a byte offset.
    #[inline(always)]
    pub fn load<T: Scalar>(&self, offset: Imm32) -> T {
        // SAFETY: whoever made the context promised that the offset is valid; any bits are a `T`.
        unsafe {
            self.0
                .cast::<u8>()
                .wrapping_offset(offset.get() as isize)
                .cast::<T>()
                .read_unaligned()
        }
    }
    /// Sets the word at a byte offset. (Only machinery does, between uops: so no uop can see a change.)
    #[inline(always)]
    pub fn store<T: Scalar>(&self, offset: Imm32, value: T) {
        // SAFETY: whoever made the context promised that the offset is valid, and a `Context` is never shared
        // between threads (it holds a raw pointer).
        unsafe {
            self.0
                .cast::<u8>()
                .wrapping_offset(offset.get() as isize)
                .cast::<T>()
                .write_unaligned(value)
        }
    }
}
