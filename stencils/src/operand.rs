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
//! | `&mut Context` | calls out: may read and write frame-independent memory, clobbers the registers a C call clobbers |
//! | `-> i64`, `-> f64`, `-> ()` | the result |
//! | `-> Result<T, Exit>` | may leave the region |
//!
//! This file is compiled twice: into this crate, where an immediate is a number, and into the generated source of
//! a library, where the generator gives it the address of a hole instead.

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
