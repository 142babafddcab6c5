//! A uop's declaration packed for checking operands at speed: one load per uop instead of a walk over its table entry.
//! Private to the region's builder and verifier; what a uop is stays in the uop table.

use super::value::Near;
use super::{Fault, RegionData, Value};
use stencils::table::{Param, ParamKind, Type, UopDef, UopKind, UopTable};

/// The most operands that a set of 32 bits can speak of; regions refuse a uop with more.
const MAX_OPERANDS: usize = 32;

/// The shape of what regions may not hold.
const NO_SHAPE: u32 = u32::MAX;

/// One uop's declaration. Bit n of a set speaks of operand n.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signature {
    /// Number of operands.
    pub arity: u8,
    /// What it gives.
    pub result: Option<Type>,
    /// Whether it may leave the region.
    pub may_exit: bool,
    /// Whether regions may not hold it.
    pub internal: bool,
    /// Number of operands, and whether it may leave, in one word: see [`Signature::shape`].
    pub shape: u32,
    /// What the first operands are, again: most uops have no more.
    pub first: [Near; 2],
    /// Operands that are floats.
    floats: u32,
    /// Operands that are constants.
    immediates: u32,
    /// Operands that are constants of 32 bits.
    narrow: u32,
}

/// What a value must be to stand as an operand, as far as it shows at a glance.
fn near(param: Option<&Param>) -> Near {
    match param.map(|param| param.kind) {
        Some(ParamKind::Value(ty)) => Near::any(ty),
        Some(ParamKind::Imm32) => Near::NARROW,
        _ => Near::NOTHING,
    }
}

impl Signature {
    fn new(def: &UopDef) -> Self {
        let set = |accept: fn(ParamKind) -> bool| {
            def.params
                .iter()
                .take(MAX_OPERANDS)
                .enumerate()
                .fold(0, |set, (n, p)| set | u32::from(accept(p.kind)) << n)
        };
        let internal = def.internal || def.params.len() > MAX_OPERANDS;
        Signature {
            shape: match internal {
                true => NO_SHAPE,
                false => Signature::shape(def.params.len(), def.effects.may_exit),
            },
            arity: def.params.len() as u8,
            result: def.result,
            may_exit: def.effects.may_exit,
            internal,
            first: [0, 1].map(|n| near(def.params.get(n))),
            floats: set(|kind| kind == ParamKind::Value(Type::F64)),
            immediates: set(|kind| !matches!(kind, ParamKind::Value(_))),
            narrow: set(|kind| kind == ParamKind::Imm32),
        }
    }

    /// A uop of so many operands, with an exit or without one, that a region may hold.
    #[inline]
    pub fn shape(arity: usize, may_exit: bool) -> u32 {
        arity as u32 | u32::from(may_exit) << 8
    }

    /// Whether a branch may be decided by it.
    pub fn is_guard(&self) -> bool {
        self.may_exit && self.result.is_none()
    }

    /// Whether `value` may stand as operand number `n`.
    #[inline]
    pub fn accepts(&self, n: usize, region: &RegionData, value: Value) -> bool {
        let bit = 1u32 << n;
        let float = self.floats & bit != 0;
        if float != (value.ty() == Type::F64) {
            return false;
        }
        if self.immediates & bit == 0 {
            return true;
        }
        value.as_constant().is_some_and(|constant| {
            let bits = region.constants[constant.index()];
            self.narrow & bit == 0 || i32::try_from(bits as i64).is_ok()
        })
    }

    /// Why [`Signature::accepts`] said no.
    #[cold]
    pub fn refusal(
        &self,
        def: &UopDef,
        operand: usize,
        region: &RegionData,
        value: Value,
    ) -> Fault {
        let name = def.name;
        let immediate = self.immediates & (1 << operand) != 0;
        let constant = value.as_constant();
        match (def.params[operand].kind, constant) {
            (ParamKind::Imm32, Some(constant)) if value.ty() == Type::I64 => {
                Fault::ImmediateRange {
                    name,
                    operand,
                    value: region.constants[constant.index()] as i64,
                }
            }
            _ if immediate => Fault::NotConstant { name, operand },
            (ParamKind::Value(expected), _) => Fault::OperandType {
                name,
                operand,
                expected,
                given: value.ty(),
            },
            _ => Fault::NotConstant { name, operand },
        }
    }
}

/// The signatures of all uops of a table, by kind.
#[derive(Clone, Debug)]
pub(crate) struct Signatures(Vec<Signature>);

impl Signatures {
    pub fn new(table: &UopTable) -> Self {
        Signatures(table.iter().map(|(_, def)| Signature::new(def)).collect())
    }

    #[inline]
    pub fn get(&self, kind: UopKind) -> Option<&Signature> {
        self.0.get(usize::from(kind.0))
    }
}
