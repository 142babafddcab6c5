//! What the rest of Mimeo knows of a uop: its name, operands, result, effects, documentation and its reference
//! implementation. Every entry is generated from the uop's own function; there is no second list.

use std::fmt;

/// The class of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Type {
    /// A 64-bit integer or a pointer, in an integer register.
    I64,
    /// A double, in a float register.
    F64,
}

/// Which uop: its place in the [`UopTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UopKind(pub u16);

/// One operand of a uop, in the order of its function's parameters (effect parameters are no operands).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// The parameter's name.
    pub name: &'static str,
    /// What it accepts.
    pub kind: ParamKind,
}

/// What an operand accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Any value of that type.
    Value(Type),
    /// A constant that fits in 32 bits, signed.
    Imm32,
    /// Any integer constant.
    Imm64,
}

/// What a uop may do besides computing its result. The optimiser uses nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Reads frame slots.
    pub reads_frame: bool,
    /// Writes frame slots.
    pub writes_frame: bool,
    /// Reads memory behind pointers.
    pub reads_memory: bool,
    /// Writes memory behind pointers.
    pub writes_memory: bool,
    /// Calls a function: reads and writes memory, and clobbers what a C call clobbers.
    pub calls: bool,
    /// May leave the region.
    pub may_exit: bool,
}

impl Effects {
    /// Whether the result depends on the operands alone and nothing else happens (an exit is allowed to be
    /// redundant, but not to vanish: see [`Effects::is_removable`]).
    pub fn is_pure(&self) -> bool {
        !(self.reads_frame
            || self.writes_frame
            || self.reads_memory
            || self.writes_memory
            || self.calls)
    }
    /// Whether the uop may go when nobody uses its result.
    pub fn is_removable(&self) -> bool {
        !(self.writes_frame || self.writes_memory || self.calls || self.may_exit)
    }
}

/// The reference implementation of a uop: calls its function on raw operand bits.
///
/// Takes the frame, the context's words and the operands' bits (immediates among them) in order; gives the result's
/// bits (0 when it has none), or [`Exit`](crate::operand::Exit).
///
/// # Safety
/// What the uop reads or writes through the frame, the context or pointers must be valid for it.
pub type Interpret = unsafe fn(
    frame: *mut u64,
    context: *mut u64,
    args: &[u64],
) -> Result<u64, crate::operand::Exit>;

/// Everything known of one uop.
#[derive(Clone, Copy)]
pub struct UopDef {
    /// The function's name.
    pub name: &'static str,
    /// The group it stands in (its source module), such as `int` or `memory`.
    pub group: &'static str,
    /// Its documentation, Markdown.
    pub doc: &'static str,
    /// Its operands.
    pub params: &'static [Param],
    /// Its result's type, if it has one.
    pub result: Option<Type>,
    /// What else it does.
    pub effects: Effects,
    /// Whether it is machinery (register copies, spills, jumps): stencils exist, but a region may not hold it.
    pub internal: bool,
    /// Its reference implementation.
    pub interpret: Interpret,
}

impl fmt::Debug for UopDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UopDef")
            .field("name", &self.name)
            .field("params", &self.params)
            .field("result", &self.result)
            .finish_non_exhaustive()
    }
}
