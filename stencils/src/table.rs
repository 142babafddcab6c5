//! What the rest of Mimeo knows of a uop: its name, operands, result, effects, documentation and its reference
//! implementation. Every entry is generated from the uop's own function; there is no second list.

use crate::operand::{Imm32, Imm64};
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

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

/// A value as the bits of a word: how [`Interpret`] takes and gives values.
pub trait Word {
    /// The value with these bits.
    fn from_word(word: u64) -> Self;
    /// The value's bits.
    fn to_word(self) -> u64;
}

impl Word for i64 {
    fn from_word(word: u64) -> Self {
        word as i64
    }
    fn to_word(self) -> u64 {
        self as u64
    }
}

impl Word for f64 {
    fn from_word(word: u64) -> Self {
        f64::from_bits(word)
    }
    fn to_word(self) -> u64 {
        self.to_bits()
    }
}

impl Word for Imm32 {
    fn from_word(word: u64) -> Self {
        Imm32::new(word as i64)
    }
    fn to_word(self) -> u64 {
        self.get() as u64
    }
}

impl Word for Imm64 {
    fn from_word(word: u64) -> Self {
        Imm64::new(word as i64)
    }
    fn to_word(self) -> u64 {
        self.get() as u64
    }
}

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

/// Which table: a clone is the same one, all others of the process are different, whatever they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableId(u64);

impl TableId {
    fn fresh() -> TableId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        TableId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The uops there are: the stock ones and, after them, an author's own.
#[derive(Clone, Debug)]
pub struct UopTable {
    id: TableId,
    defs: Vec<UopDef>,
    by_name: HashMap<&'static str, UopKind>,
}

impl UopTable {
    /// The stock uops.
    pub fn stock() -> &'static UopTable {
        static STOCK: OnceLock<UopTable> = OnceLock::new();
        STOCK.get_or_init(|| match UopTable::from_defs(&crate::uops::DEFS) {
            Ok(table) => table,
            Err(error) => unreachable!("the build script has seen to it: {error}"),
        })
    }

    /// The stock uops followed by an author's own, whose kinds are numbered on.
    ///
    /// # Errors
    /// When two uops have one name, or there are more than 65,536.
    pub fn with_author(defs: &[UopDef]) -> Result<UopTable, TableError> {
        let all: Vec<UopDef> = crate::uops::DEFS.iter().chain(defs).copied().collect();
        UopTable::from_defs(&all)
    }

    fn from_defs(defs: &[UopDef]) -> Result<UopTable, TableError> {
        let mut by_name = HashMap::with_capacity(defs.len());
        for (index, def) in defs.iter().enumerate() {
            let kind = UopKind(u16::try_from(index).map_err(|_| TableError::TooMany(defs.len()))?);
            if by_name.insert(def.name, kind).is_some() {
                return Err(TableError::SameName(def.name));
            }
        }
        Ok(UopTable {
            id: TableId::fresh(),
            defs: defs.to_vec(),
            by_name,
        })
    }

    /// Which table it is.
    #[inline]
    pub fn id(&self) -> TableId {
        self.id
    }

    /// The definition of a uop, if the kind is one of this table's.
    #[inline]
    pub fn get(&self, kind: UopKind) -> Option<&UopDef> {
        self.defs.get(kind.0 as usize)
    }

    /// The uop of that name.
    pub fn find(&self, name: &str) -> Option<UopKind> {
        self.by_name.get(name).copied()
    }

    /// The number of uops: every smaller number is a kind.
    pub fn len(&self) -> usize {
        self.defs.len()
    }

    /// Whether there is no uop.
    pub fn is_empty(&self) -> bool {
        self.defs.is_empty()
    }

    /// All uops, in the order of their kinds.
    pub fn iter(&self) -> impl Iterator<Item = (UopKind, &UopDef)> {
        self.defs
            .iter()
            .enumerate()
            .map(|(index, def)| (UopKind(index as u16), def))
    }
}

impl std::ops::Index<UopKind> for UopTable {
    type Output = UopDef;

    /// The definition of a uop.
    ///
    /// # Panics
    /// When the kind is not one of this table's: [`UopTable::get`] is for kinds from elsewhere.
    #[inline]
    fn index(&self, kind: UopKind) -> &UopDef {
        &self.defs[kind.0 as usize]
    }
}

/// Why uops make no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// Two uops have this name.
    SameName(&'static str),
    /// There are this many, more than 65,536.
    TooMany(usize),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::SameName(name) => write!(f, "two uops are called `{name}`"),
            TableError::TooMany(count) => write!(
                f,
                "{count} uops are more than the 65,536 that a table holds"
            ),
        }
    }
}

impl std::error::Error for TableError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operand::Exit;
    use crate::uops::kind;

    fn run(kind: UopKind, args: &[u64]) -> Result<u64, Exit> {
        // SAFETY: these uops touch nothing but their operands.
        unsafe {
            (UopTable::stock()[kind].interpret)(std::ptr::null_mut(), std::ptr::null_mut(), args)
        }
    }

    #[test]
    fn kinds_and_names_agree() {
        let table = UopTable::stock();
        assert_eq!(table.find("add_i64"), Some(kind::ADD_I64));
        assert_eq!(table[kind::LOAD_INDEXED_F64].name, "load_indexed_f64");
        for (kind, def) in table.iter() {
            assert_eq!(table.find(def.name), Some(kind));
        }
        assert_eq!(table.find("no_such_uop"), None);
        assert!(table.get(UopKind(u16::MAX)).is_none());
    }

    #[test]
    fn effects_come_from_signatures() {
        let table = UopTable::stock();
        assert!(table[kind::ADD_I64].effects.is_pure());
        assert!(table[kind::ADD_OVF_I64].effects.may_exit);
        assert!(
            table[kind::LOAD_I64].effects.reads_memory
                && !table[kind::LOAD_I64].effects.writes_memory
        );
        assert!(table[kind::STORE_FRAME_F64].effects.writes_frame);
        assert!(table[kind::CALL_I64_2].effects.calls);
        assert!(table[kind::USER_POINTER].effects.is_pure());
        assert!(table[kind::COPY_I64].internal && !table[kind::ADD_I64].internal);
        assert_eq!(table[kind::CALL_F64_1_2].params.len(), 4);
    }

    #[test]
    fn the_reference_implementation_runs_the_function() {
        assert_eq!(run(kind::FLOOR_MOD_I64, &[-7i64 as u64, 3]), Ok(2));
        assert_eq!(
            run(kind::FLOOR_DIV_I64, &[-7i64 as u64, 3]),
            Ok(-3i64 as u64)
        );
        assert_eq!(
            run(kind::FLOOR_DIV_I64, &[i64::MIN as u64, -1i64 as u64]),
            Err(Exit)
        );
        assert_eq!(
            run(kind::ADD_F64, &[1.5f64.to_bits(), 2.0f64.to_bits()]),
            Ok(3.5f64.to_bits())
        );
        assert_eq!(run(kind::GUARD_TRUE, &[0]), Err(Exit));
        assert_eq!(
            run(kind::I64_FROM_F64_EXACT, &[0.5f64.to_bits()]),
            Err(Exit)
        );
        assert_eq!(
            run(kind::F64_FROM_I64_EXACT, &[(1u64 << 53) + 1]),
            Err(Exit)
        );
    }

    #[test]
    fn frame_uops_use_the_frame() {
        let mut frame = [0u64; 4];
        let table = UopTable::stock();
        // SAFETY: the slot is inside the frame.
        let stored = unsafe {
            (table[kind::STORE_FRAME_I64].interpret)(
                frame.as_mut_ptr(),
                std::ptr::null_mut(),
                &[16, 42],
            )
        };
        assert_eq!((stored, frame), (Ok(0), [0, 0, 42, 0]));
    }

    #[test]
    fn an_author_cannot_take_a_stock_name() {
        let own = UopTable::stock()[kind::ADD_I64];
        assert_eq!(
            UopTable::with_author(&[own]).err(),
            Some(TableError::SameName("add_i64"))
        );
    }
}
