//! What is known of a value at a glance, in one byte: whether it needs a second look is one test for all operands of a
//! uop together ([`super::kinds::Kind::look`]).

/// A set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u8);

impl Marks {
    /// Nothing is known.
    pub const NONE: Marks = Marks(0);
    /// It is a constant.
    pub const CONSTANT: Marks = Marks(1);
    /// It is an integer that cannot be every integer.
    pub const RANGED: Marks = Marks(2);
    /// Another value is used in its place here.
    pub const REPLACED: Marks = Marks(4);
    /// Of a uop's operands: both are ranged.
    pub const BOTH_RANGED: Marks = Marks(8);
    /// Of a uop's operands: both are the same.
    pub const SAME: Marks = Marks(16);
    /// Of a uop's operands: there are some.
    pub const ANY: Marks = Marks(32);

    /// Of operands that nobody has looked at.
    pub const ALL: Marks = Marks(u8::MAX);

    /// Of one operand, which has these marks.
    #[inline]
    pub fn of_one(self) -> Marks {
        self.and(Marks::ANY)
    }

    /// Of two operands, which have these marks and may be the same.
    #[inline]
    pub fn of_two(self, other: Marks, same: bool) -> Marks {
        let both = (self.0 & other.0 & Marks::RANGED.0) << 2;
        Marks(self.0 | other.0 | both | u8::from(same) << 4 | Marks::ANY.0)
    }

    /// The marks of both.
    #[inline]
    pub const fn and(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// These marks, if so.
    #[inline]
    pub fn when(self, so: bool) -> Marks {
        Marks(if so { self.0 } else { 0 })
    }

    /// Whether any of these marks is there.
    #[inline]
    pub fn has(self, any: Marks) -> bool {
        self.0 & any.0 != 0
    }
}
