//! The data model of a stencil library: what the engine needs to copy and patch, and nothing of how it was made.
//!
//! A stencil is stored **once per shape, not once per choice of registers**. The bits that name registers in its
//! code are zero, and each operand has a list of [`Field`]s that say where the bits of its register's hardware number
//! go; the engine ors them in while it copies. (LuaJIT Remake's optimising tier patches register numbers as well.)
//! What does need a stencil of its own is which inputs share a register with the result ([`Stencil::reuse`]),
//! because the compiler orders its instructions by it.

use crate::table::{Type, UopKind};

/// A processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "build",
    derive(serde::Deserialize),
    serde(rename_all = "snake_case")
)]
#[repr(u8)]
pub enum Arch {
    /// x86-64, System V.
    X86_64 = 1,
    /// AArch64 (little-endian), AAPCS64.
    Aarch64 = 2,
}

/// A register that values may live in: an index into [`RegisterFile::registers`]. Integer registers come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(pub u8);

/// The registers a library's stencils hold values in. At most 32 in all, so that a set of them is a `u32`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterFile {
    /// Hardware numbers and assembler names, integer registers first.
    pub registers: Vec<Register>,
    /// How many of them are integer registers.
    pub int_count: u8,
    /// The registers that survive a call (bit i: `Reg(i)`).
    pub preserved: u32,
}

/// One register of a [`RegisterFile`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its number in instruction encodings.
    pub number: u8,
    /// Its name in assembly, 64 bits wide.
    pub name: String,
}

/// Which stencil: its place in [`Library::stencils`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StencilId(pub u32);

/// Which pattern: its place in [`Library::patterns`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatternId(pub u32);

/// One operand of a uop inside a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PatternArg {
    /// The pattern's input number n: a value in a register.
    Input(u8),
    /// The pattern's immediate number n: a constant that fits in its range ([`Pattern::immediates`]).
    Imm(u8),
    /// The result of the pattern's uop number n (always an earlier one, used nowhere else).
    Result(u8),
    /// The context's argument word n: a value that has been stored there before, with `store_arg_*`. Only calls have
    /// such operands, and all their values are such operands.
    Argument(u8),
}

/// One uop inside a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PatternUop {
    /// Which uop.
    pub kind: UopKind,
    /// Where each operand comes from.
    pub args: Vec<PatternArg>,
}

/// The constants that an immediate of a pattern accepts, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImmRange {
    /// The least value.
    pub min: i64,
    /// The greatest value.
    pub max: i64,
    /// Every accepted value is a multiple of this power of two.
    pub align_log2: u8,
}

/// What a stencil computes: one uop, or several (a super-stencil), whose last is the root. All uops but the root have
/// a result that only a later uop of the pattern uses. If any uop may exit, they all leave by the same exit, with the
/// state before the whole pattern, so at most one uop with an effect stands in a pattern, and no exit after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// The uops in execution order; more than one makes a super-stencil.
    pub uops: Vec<PatternUop>,
    /// The types of the inputs, by number.
    pub inputs: Vec<Type>,
    /// The ranges of the immediates, by number.
    pub immediates: Vec<ImmRange>,
    /// The type of the root's result.
    pub result: Option<Type>,
}

/// Where the bits of one operand's register number go in a stencil's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which operand: input n is n; the result is [`Field::RESULT`].
    pub operand: u8,
    /// For each bit of the hardware number, least first, the bit of the code (byte offset * 8 + bit) that it is ored
    /// into. x86-64 has 4 of them (3 in a ModRM, SIB or opcode byte, 1 in the REX prefix) or 3 (float registers);
    /// AArch64 has 5.
    pub bits: Vec<u16>,
}

impl Field {
    /// The operand number of the result.
    pub const RESULT: u8 = 0xff;
}

/// What fills a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoleValue {
    /// The pattern's immediate number n.
    Imm(u8),
    /// The address of the exit's stub, or of the block that a branch goes to.
    Exit,
    /// An address in the library's shared constants: [`Library::constants`] at this byte offset.
    Constant(u32),
}

/// How a hole is filled: the stencil's relocation. `v` is the value plus the addend, `p` the hole's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum HoleKind {
    /// x86-64: 4 bytes, `v`, which must fit signed.
    X86Abs32 = 1,
    /// x86-64: 8 bytes, `v`.
    X86Abs64 = 2,
    /// x86-64: 4 bytes, `v - p`, which must fit signed (the addend holds the -4).
    X86Rel32 = 3,
    /// x86-64: 1 byte, `v`, which must fit signed.
    X86Abs8 = 4,
    /// x86-64: 4 bytes, `v`, which must fit unsigned.
    X86AbsU32 = 5,
    /// AArch64: the whole instruction becomes `movz`/`movn` of the low half of a 32-bit signed `v`; its register stays.
    A64MovLow = 16,
    /// AArch64: the whole instruction becomes `movk` of bits 16..32 of `v`; its register stays.
    A64MovHigh = 17,
    /// AArch64: the 16-bit field of `movz`/`movk`: bits 0..16, 16..32, 32..48, 48..64 of `v`.
    A64Mov0 = 18,
    /// See [`HoleKind::A64Mov0`].
    A64Mov1 = 19,
    /// See [`HoleKind::A64Mov0`].
    A64Mov2 = 20,
    /// See [`HoleKind::A64Mov0`].
    A64Mov3 = 21,
    /// AArch64: the 12-bit immediate of add, sub or cmp: `v`, unsigned.
    A64Add12 = 22,
    /// AArch64: the scaled 12-bit offset of a load or store of 1, 2, 4, 8, 16 bytes (the size is in the instruction): `v` is a multiple of the size.
    A64Ldst12 = 23,
    /// AArch64: `b`: a 26-bit field, `(v - p) / 4`.
    A64Branch26 = 24,
    /// AArch64: `b.cond`, `cbz`, `cbnz`: a 19-bit field, `(v - p) / 4`.
    A64Branch19 = 25,
    /// AArch64: `adrp` of `v`'s page.
    A64Page21 = 26,
    /// AArch64: like [`HoleKind::A64Add12`] with the low 12 bits of the address `v`.
    A64PageAdd12 = 27,
    /// AArch64: like [`HoleKind::A64Ldst12`] with the low 12 bits of the address `v`.
    A64PageLdst12 = 28,
    /// AArch64: the 12-bit immediate of add, sub or cmp: `-v`, unsigned.
    A64Sub12 = 29,
    /// AArch64: the fields of `lsl` by an immediate `v` from 0 to 63: `(64 - v) % 64` in 6 bits from bit 16, `63 - v` in 6 bits
    /// from bit 10.
    A64Lsl = 30,
    /// AArch64: the field of `lsr` or `asr` by an immediate `v` from 0 to 63: 6 bits from bit 16.
    A64Shr = 31,
}

impl HoleKind {
    const ALL: [HoleKind; 21] = [
        HoleKind::X86Abs32,
        HoleKind::X86Abs64,
        HoleKind::X86Rel32,
        HoleKind::X86Abs8,
        HoleKind::X86AbsU32,
        HoleKind::A64MovLow,
        HoleKind::A64MovHigh,
        HoleKind::A64Mov0,
        HoleKind::A64Mov1,
        HoleKind::A64Mov2,
        HoleKind::A64Mov3,
        HoleKind::A64Add12,
        HoleKind::A64Ldst12,
        HoleKind::A64Branch26,
        HoleKind::A64Branch19,
        HoleKind::A64Page21,
        HoleKind::A64PageAdd12,
        HoleKind::A64PageLdst12,
        HoleKind::A64Sub12,
        HoleKind::A64Lsl,
        HoleKind::A64Shr,
    ];

    /// The kind with this number, if there is one.
    pub fn from_number(number: u8) -> Option<HoleKind> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// The architecture whose instructions it patches.
    pub fn arch(self) -> Arch {
        if (self as u8) < HoleKind::A64MovLow as u8 {
            Arch::X86_64
        } else {
            Arch::Aarch64
        }
    }

    /// The number of bytes that it changes.
    pub fn size(self) -> usize {
        match self {
            HoleKind::X86Abs8 => 1,
            HoleKind::X86Abs64 => 8,
            _ => 4,
        }
    }
}

/// A place in a stencil that is filled when it is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Byte offset in the stencil's code.
    pub offset: u16,
    /// How it is filled.
    pub kind: HoleKind,
    /// With what.
    pub value: HoleValue,
    /// Added to the value first.
    pub addend: i32,
}

/// What follows a stencil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Flow {
    /// The next byte: execution falls through to the next stencil.
    Next = 0,
    /// Nothing: the stencil ends in a jump or a return.
    End = 1,
    /// The next byte, or the exit: the stencil ends in a conditional jump to the exit, and there is no other jump in it. So
    /// it can be turned round.
    Guard = 2,
}

/// Machine code of one pattern, with its register fields zero and its holes open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stencil {
    /// What it computes.
    pub pattern: PatternId,
    /// Which inputs must be in the result's register (bit n: input n). Inputs that are not in this set must not be.
    /// Every pattern with a result has a stencil with the empty set. After an exit is taken the result's register
    /// holds nothing: an input that shares it is lost, all others are as they were. But for `add_ovf_i64` and
    /// `sub_ovf_i64` alone: there the register holds the wrapped result, from which the lost input can be had back.
    pub reuse: u8,
    /// What follows it.
    pub flow: Flow,
    /// The value registers that it destroys besides the result's (only calls do), as a set of [`Reg`]s.
    pub clobbers: u32,
    /// What it costs to run, in quarters of a cycle, estimated.
    pub cost: u16,
    /// The code.
    pub code: Vec<u8>,
    /// Where register numbers go.
    pub fields: Vec<Field>,
    /// What is filled when it is copied.
    pub holes: Vec<Hole>,
}

/// Code that is no uop's: how a region is entered and left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glue {
    /// `extern "C" fn(frame: *mut u64, context: *mut u64, code: *const u8) -> u64`: saves what the host expects to
    /// be kept, pins frame and context, calls the region, gives the exit number back. Position-independent.
    pub enter: Vec<u8>,
    /// What an exit's slot points at until it is linked: returns the exit number that [`Glue::exit`] put in its register.
    pub leave: Vec<u8>,
    /// The tail of an exit's stub, after the snapshot has been written. Immediate 0 is the address of the exit's slot (a
    /// pointer to code), immediate 1 the exit number: puts the number in its register and jumps to where the slot points.
    pub exit: StencilId,
    /// An unconditional jump to the hole [`HoleValue::Exit`].
    pub jump: StencilId,
}

/// All stencils of one architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// The architecture.
    pub arch: Arch,
    /// The registers for values.
    pub registers: RegisterFile,
    /// What the stencils compute; a pattern's stencils are adjacent in [`Library::stencils`].
    pub patterns: Vec<Pattern>,
    /// The stencils.
    pub stencils: Vec<Stencil>,
    /// Constants that stencils load, shared by all copies; to be placed at an address that is a multiple of 16.
    pub constants: Vec<u8>,
    /// Entering and leaving.
    pub glue: Glue,
}
