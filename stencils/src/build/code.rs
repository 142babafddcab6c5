//! Machine code between the compiler and the library: instructions with relocations, in basic blocks.

use crate::library::HoleKind;
use object::elf::RelocationType;

/// What a relocation refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelocTarget {
    /// The pattern's immediate n.
    Imm(u8),
    /// The next stencil.
    Continue,
    /// The exit.
    Exit,
    /// Read-only data: the section's name and content, and the place of the symbol in it.
    Constant {
        /// The section's name; it tells the size of the constants that it is a pool of.
        section: String,
        /// The section's content.
        data: Vec<u8>,
        /// Where the symbol stands in it.
        at: u64,
    },
    /// The library's constants, at this byte offset.
    Pooled(u32),
    /// Something that no stencil may refer to.
    Unknown(String),
}

/// The kind of a relocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelocKind {
    /// As the compiler wrote it: ELF's number.
    Elf(RelocationType),
    /// As the library has it.
    Hole(HoleKind),
}

/// A relocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reloc {
    /// Byte offset, in the function or in the instruction.
    pub offset: usize,
    /// Its kind.
    pub kind: RelocKind,
    /// What it refers to.
    pub target: RelocTarget,
    /// What is added.
    pub addend: i64,
}

/// One instruction that is no branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inst {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its relocations, with offsets in the instruction.
    pub relocs: Vec<Reloc>,
}

/// The condition of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cond {
    /// x86-64: the condition's 4 bits in `jcc`.
    X86(u8),
    /// AArch64: the instruction, its field for the target zero.
    A64(u32),
}

impl Cond {
    /// The opposite condition.
    pub fn inverted(self) -> Cond {
        match self {
            Cond::X86(cc) => Cond::X86(cc ^ 1),
            // b.cond: the low bit of the condition; cbz, cbnz, tbz, tbnz: bit 24.
            Cond::A64(word) if word >> 24 == 0x54 => Cond::A64(word ^ 1),
            Cond::A64(word) => Cond::A64(word ^ 1 << 24),
        }
    }
}

/// Where control goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dest {
    /// To a block of the same stencil.
    Block(usize),
    /// To the next stencil.
    Continue,
    /// To the exit.
    Exit,
}

/// How a block ends, after its conditional branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Control goes there.
    Jump(Dest),
    /// The last instruction never goes on.
    Stop,
}

/// A basic block. Its branches are tried in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Instructions without branches.
    pub insts: Vec<Inst>,
    /// Conditional branches.
    pub branches: Vec<(Cond, Dest)>,
    /// What comes then.
    pub end: End,
}

/// What decoding finds at the end of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next instruction.
    Next,
    /// A conditional branch, to an offset unless a relocation says where.
    Branch(Cond, usize),
    /// A jump, likewise.
    Jump(usize),
    /// Nothing follows.
    Stop,
}

/// An instruction's place and kind in a function.
#[derive(Clone, Copy, Debug)]
pub struct Decoded {
    /// Byte offset in the function.
    pub offset: usize,
    /// Length in bytes.
    pub len: usize,
    /// Where control goes.
    pub flow: Flow,
    /// Whether it does nothing, and may be dropped.
    pub is_nop: bool,
}
