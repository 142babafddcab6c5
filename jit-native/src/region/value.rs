//! SSA values, packed: a region has one or two for every uop and each pass reads them all, so a value takes eight bytes.
//! What it says unpacked is a [`ValueDef`], which [`RegionData::def`] gives; the bits of constants stand in a pool of their
//! own. Start with [`Value`].

use super::{BlockId, ConstId, RegionData, UopId, ValueId};
use stencils::table::Type;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueDef {
    /// The result of a uop.
    Uop(UopId),
    /// Parameter number n of a block.
    Param(BlockId, u32),
    /// A constant's bits (an `f64` by its bit pattern).
    Const(u64),
}

/// One SSA value: its type and where it comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(align(8))]
pub struct Value {
    /// The number of the uop, the block or the constant.
    at: u32,
    /// The type, the origin, and above these a parameter's number.
    tag: u32,
}

/// The origins. A parameter's has a bit that the others have not, for [`Value::is_near`].
const ORIGIN: u32 = 3;
const UOP: u32 = 0;
const CONST: u32 = 1;
const PARAM: u32 = 3;
const TYPE: u32 = 1 << TYPE_BIT;
const TYPE_BIT: u32 = 2;
/// Of a constant: it is known to be an integer of 32 bits, signed.
const NARROW: u32 = 1 << 3;
const NUMBER: u32 = 8;
/// The greatest number of a parameter: there are no more values than that in a region.
const MAX_NUMBER: u32 = u32::MAX >> NUMBER;

/// A type's place in a tag.
#[inline]
fn type_bit(ty: Type) -> u32 {
    (ty as u32) << TYPE_BIT
}

impl Value {
    /// The result of a uop.
    #[inline]
    pub fn uop(ty: Type, uop: UopId) -> Value {
        let (at, tag) = (uop.0, type_bit(ty) | UOP);
        Value { at, tag }
    }

    /// Parameter number `n` of a block. A number beyond what a region may hold becomes the greatest, which names none.
    #[inline]
    pub fn param(ty: Type, block: BlockId, n: u32) -> Value {
        let tag = type_bit(ty) | PARAM | n.min(MAX_NUMBER) << NUMBER;
        Value { at: block.0, tag }
    }

    /// A constant.
    #[inline]
    pub fn constant(ty: Type, constant: ConstId) -> Value {
        let (at, tag) = (constant.0, type_bit(ty) | CONST);
        Value { at, tag }
    }

    /// A constant with these bits: [`Near::NARROW`] knows it if it is narrow.
    #[inline]
    pub(crate) fn constant_of(ty: Type, constant: ConstId, bits: u64) -> Value {
        let narrow = ty == Type::I64 && i32::try_from(bits as i64).is_ok();
        let mut value = Value::constant(ty, constant);
        value.tag |= if narrow { NARROW } else { 0 };
        value
    }

    /// Its class.
    #[inline]
    pub fn ty(self) -> Type {
        if self.tag & TYPE == type_bit(Type::F64) {
            Type::F64
        } else {
            Type::I64
        }
    }

    /// The uop whose result it is.
    #[inline]
    pub fn as_uop(self) -> Option<UopId> {
        (self.tag & ORIGIN == UOP).then_some(UopId(self.at))
    }

    /// Whether it is the result of a uop from this one on.
    #[inline]
    pub(crate) fn is_uop_from(self, first: u32) -> bool {
        self.tag & ORIGIN == UOP && self.at >= first
    }

    /// The block whose parameter it is, and which one.
    #[inline]
    pub fn as_param(self) -> Option<(BlockId, u32)> {
        (self.tag & ORIGIN == PARAM).then_some((BlockId(self.at), self.tag >> NUMBER))
    }

    /// The constant that it is.
    #[inline]
    pub fn as_constant(self) -> Option<ConstId> {
        (self.tag & ORIGIN == CONST).then_some(ConstId(self.at))
    }

    /// Whether it is a constant.
    #[inline]
    pub fn is_constant(self) -> bool {
        self.tag & ORIGIN == CONST
    }

    /// Whether it is what is asked for, and a constant or the result of a uop from this one on: one comparison. Taking the uop
    /// away borrows from the tag where an earlier one or a smaller number stands: so what was a constant's may become a
    /// uop's, a uop's no such tag, and a parameter's still has its bit. (The lowest bit tells constants from uops.)
    #[inline(always)]
    pub(crate) fn is_near(self, near: Near, first_uop: u32) -> bool {
        let number = u64::from(self.tag) << 32 | u64::from(self.at);
        let tag = number.wrapping_sub(u64::from(first_uop)) >> 32;
        (tag >> 1) as u32 & near.looks_at == near.is
    }

    /// Makes it the result of a uop, of the same type.
    #[inline]
    pub(crate) fn set_uop(&mut self, uop: UopId) {
        *self = Value::uop(self.ty(), uop);
    }

    /// Makes it parameter number `n` of a block, of the same type.
    #[inline]
    pub(crate) fn set_param(&mut self, block: BlockId, n: u32) {
        *self = Value::param(self.ty(), block, n);
    }
}

/// What [`Value::is_near`] asks for: bits of a tag without its lowest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Near {
    looks_at: u32,
    is: u32,
}

impl Near {
    /// An integer constant of 32 bits, signed, that was made with [`Value::constant_of`].
    pub const NARROW: Near = Near {
        looks_at: u32::MAX,
        is: NARROW >> 1,
    };
    /// Nothing.
    pub const NOTHING: Near = Near {
        looks_at: u32::MAX,
        is: u32::MAX,
    };

    /// Anything of a type.
    pub fn any(ty: Type) -> Near {
        Near {
            looks_at: !(NARROW >> 1),
            is: type_bit(ty) >> 1,
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut tuple = f.debug_tuple("Value");
        tuple.field(&self.ty());
        if let Some((block, n)) = self.as_param() {
            return tuple.field(&block).field(&n).finish();
        }
        match self.as_uop() {
            Some(uop) => tuple.field(&uop).finish(),
            None => tuple.field(&ConstId(self.at)).finish(),
        }
    }
}

impl RegionData {
    /// All values.
    pub fn values(&self) -> impl Iterator<Item = ValueId> + use<> {
        (0..self.values.len() as u32).map(ValueId)
    }

    /// The class of a value.
    #[inline]
    pub fn ty(&self, value: ValueId) -> Type {
        self.values[value.index()].ty()
    }

    /// Where a value comes from.
    #[inline]
    pub fn def(&self, value: ValueId) -> ValueDef {
        let value = self.values[value.index()];
        if let Some(uop) = value.as_uop() {
            return ValueDef::Uop(uop);
        }
        match value.as_param() {
            Some((block, n)) => ValueDef::Param(block, n),
            None => ValueDef::Const(self.constants[value.at as usize]),
        }
    }

    /// The bits of a constant; none for any other value, and for a number that names no value.
    #[inline]
    pub fn constant(&self, value: ValueId) -> Option<u64> {
        let constant = self.values.get(value.index())?.as_constant()?;
        self.constants.get(constant.index()).copied()
    }

    /// The bits of a value that is known to be a constant; 0 for any other.
    #[inline]
    pub(crate) fn constant_bits(&self, value: ValueId) -> i64 {
        self.constant(value).unwrap_or(0) as i64
    }

    /// A value, packed; a constant's bits go into the pool.
    pub fn pack(&mut self, ty: Type, def: ValueDef) -> Value {
        match def {
            ValueDef::Uop(uop) => Value::uop(ty, uop),
            ValueDef::Param(block, n) => Value::param(ty, block, n),
            ValueDef::Const(bits) => {
                let constant = ConstId(self.constants.len() as u32);
                self.constants.push(bits);
                Value::constant(ty, constant)
            }
        }
    }

    /// Lets a value come from elsewhere.
    pub fn set_def(&mut self, value: ValueId, def: ValueDef) {
        self.values[value.index()] = self.pack(self.ty(value), def);
    }
}

/// Regions are equal when they consist of the same; in which order constants stand in their pool does not count.
impl PartialEq for RegionData {
    fn eq(&self, other: &RegionData) -> bool {
        let same_value = |n: usize| {
            let (one, two) = (self.values[n], other.values[n]);
            let both_constant = one.is_constant() && two.is_constant();
            let value = ValueId(n as u32);
            if both_constant {
                one.ty() == two.ty() && self.constant(value) == other.constant(value)
            } else {
                one == two
            }
        };
        self.values.len() == other.values.len()
            && (0..self.values.len()).all(same_value)
            && self.uops == other.uops
            && self.blocks == other.blocks
            && self.exits == other.exits
            && self.args == other.args
            && self.params == other.params
            && self.snapshots == other.snapshots
    }
}

impl Eq for RegionData {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let mut region = RegionData::default();
        let greatest = u32::MAX;
        for ty in [Type::I64, Type::F64] {
            for def in [
                ValueDef::Uop(UopId(greatest)),
                ValueDef::Param(BlockId(greatest), MAX_NUMBER),
                ValueDef::Param(BlockId(0), 0),
                ValueDef::Const(u64::MAX),
            ] {
                let value = region.pack(ty, def);
                let id = ValueId(region.values.len() as u32);
                region.values.push(value);
                assert_eq!((region.ty(id), region.def(id)), (ty, def));
                let is_constant = matches!(def, ValueDef::Const(_));
                assert_eq!(value.is_constant(), is_constant);
                assert_eq!(region.constant(id).is_some(), is_constant);
            }
        }
        assert_eq!(size_of::<Value>(), 8);
        assert_eq!(region.constant(ValueId(greatest)), None);
    }

    #[test]
    fn what_is_near_is_told_by_one_comparison() {
        let greatest = u32::MAX;
        let near = |value: Value, near: Near| value.is_near(near, 5);
        for (ty, other) in [(Type::I64, Type::F64), (Type::F64, Type::I64)] {
            let (of_ty, of_other) = (Near::any(ty), Near::any(other));
            for uop in [5, greatest] {
                let value = Value::uop(ty, UopId(uop));
                assert!(near(value, of_ty) && !near(value, of_other));
                assert!(!near(value, Near::NARROW) && !near(value, Near::NOTHING));
            }
            let mut others = vec![Value::uop(ty, UopId(0)), Value::uop(ty, UopId(4))];
            for (block, n) in [(4, 0), (5, 0), (greatest, 0), (4, 1), (5, MAX_NUMBER)] {
                others.push(Value::param(ty, BlockId(block), n));
            }
            for value in others {
                for asked in [of_ty, of_other, Near::NARROW, Near::NOTHING] {
                    assert!(!near(value, asked), "{value:?} as {asked:?}");
                }
            }
            for constant in [0, 4, 5, greatest].map(ConstId) {
                for bits in [0, 1 << 31, i32::MIN as u64, u64::MAX, i64::MIN as u64] {
                    let narrow = ty == Type::I64 && i32::try_from(bits as i64).is_ok();
                    let value = Value::constant_of(ty, constant, bits);
                    assert!(value.is_constant() && value.ty() == ty);
                    assert!(near(value, of_ty) && !near(value, of_other));
                    assert_eq!(near(value, Near::NARROW), narrow);
                    assert!(!near(value, Near::NOTHING));
                    let unknown = Value::constant(ty, constant);
                    assert!(near(unknown, of_ty) && !near(unknown, Near::NARROW));
                }
            }
        }
    }
}
