//! One random uop with operands that make sense for it.

use super::Generator;
use crate::region::ValueId;
use crate::testing::helpers::placeholder;
use stencils::table::{ParamKind, Type, UopKind, UopTable};
use stencils::uops::kind;

/// Float uops that hand a NaN operand on as it is, but for its sign, or choose between operands.
const HANDS_NAN_ON: [UopKind; 6] = [
    kind::NEG_F64,
    kind::ABS_F64,
    kind::COPYSIGN_F64,
    kind::MIN_F64,
    kind::MAX_F64,
    kind::SELECT_F64,
];

/// Float uops whose result is no operand's and is determined to the bit.
const DETERMINED: [UopKind; 3] = [
    kind::F64_FROM_I64,
    kind::F64_FROM_I64_EXACT,
    kind::F64_FROM_BITS,
];

/// Uops that show the sign or the payload of a NaN.
const SHOWS_NAN: [UopKind; 2] = [kind::BITS_FROM_F64, kind::COPYSIGN_F64];

impl Generator<'_, '_> {
    /// Arithmetic, comparison, conversion.
    pub(super) fn pure_uop(&mut self) {
        let kind = self.pick(&self.kinds.pure);
        let def = &UopTable::stock()[kind];
        // Half of the uops that may leave get operands with which they mostly stay.
        let tame = def.effects.may_exit && self.chance(3, 4);
        let mut args = Vec::with_capacity(def.params.len());
        let mut exact = DETERMINED.contains(&kind) || HANDS_NAN_ON.contains(&kind);
        for param in def.params {
            let value = match param.kind {
                ParamKind::Value(Type::F64) if SHOWS_NAN.contains(&kind) => self.exact_float(),
                ParamKind::Value(Type::F64) if tame => self.whole_float(),
                ParamKind::Value(Type::F64) => {
                    let float = self.float();
                    exact &= float.exact;
                    float.value
                }
                _ if tame => self.small_int(),
                _ => self.int(),
            };
            args.push(value);
        }
        let result = if def.effects.may_exit {
            let exit = self.exit();
            self.b.uop_or_exit(kind, &args, exit)
        } else {
            self.b.uop(kind, &args)
        };
        match (result, def.result) {
            (Some(value), Some(Type::F64)) => self.scope.add_float(value, exact),
            (Some(value), Some(ty)) => self.scope.add(ty, value),
            _ => {}
        }
    }

    /// A float without a fraction.
    fn whole_float(&mut self) -> ValueId {
        let int = self.small_int();
        let float = self.b.value(kind::F64_FROM_I64, &[int]);
        self.scope.add(Type::F64, float);
        float
    }

    pub(super) fn frame_uop(&mut self) {
        let kind = self.pick(&[
            kind::LOAD_FRAME_I64,
            kind::LOAD_FRAME_F64,
            kind::STORE_FRAME_I64,
            kind::STORE_FRAME_F64,
        ]);
        debug_assert!(self.kinds.frame.contains(&kind) && self.kinds.frame.len() == 4);
        let slot = self.slot_offset();
        match kind {
            kind::STORE_FRAME_I64 => {
                let value = self.int();
                self.b.uop(kind, &[slot, value]);
            }
            kind::STORE_FRAME_F64 => {
                let value = self.exact_float();
                self.b.uop(kind, &[slot, value]);
            }
            _ => {
                let value = self.b.value(kind, &[slot]);
                let ty = if kind == kind::LOAD_FRAME_F64 {
                    Type::F64
                } else {
                    Type::I64
                };
                self.scope.add(ty, value);
            }
        }
    }

    /// A load or store: the operands are known by their parameters' names.
    pub(super) fn memory_uop(&mut self) {
        let kind = self.pick(&self.kinds.memory);
        let def = &UopTable::stock()[kind];
        let mut args = Vec::with_capacity(def.params.len());
        for param in def.params {
            let value = match param.name {
                "base" => self.pointer().value,
                "index" if self.chance(1, 3) => {
                    let index = self.below(64) as i64;
                    self.b.const_i64(index)
                }
                "index" => {
                    let index = self.int();
                    self.masked(index, 63)
                }
                "scale" => {
                    let scale = self.pick(&[8i64, 1, 2, 4, 16, 3, 12]);
                    self.b.const_i64(scale)
                }
                "offset" => {
                    let offset = self.pick(&[0i64, 8, 16, 24, 4, 2, 1, 12, -8, -1, -64, 256]);
                    self.b.const_i64(offset)
                }
                "value" if param.kind == ParamKind::Value(Type::F64) => self.exact_float(),
                "value" => self.int(),
                name => unreachable!("a memory uop has a parameter `{name}`"),
            };
            args.push(value);
        }
        let result = self.b.uop(kind, &args);
        if let (Some(value), Some(ty)) = (result, def.result) {
            self.scope.add(ty, value);
        }
    }

    pub(super) fn call_uop(&mut self) {
        let kind = self.pick(&self.kinds.calls);
        let def = &UopTable::stock()[kind];
        let Some(target) = placeholder(def.name) else {
            unreachable!("there is no helper for `{}`", def.name)
        };
        let mut args = vec![self.b.const_i64(target)];
        for param in &def.params[1..] {
            let float = param.kind == ParamKind::Value(Type::F64);
            args.push(if float {
                self.exact_float()
            } else {
                self.int()
            });
        }
        let result = self.b.uop(kind, &args);
        if let (Some(value), Some(ty)) = (result, def.result) {
            self.scope.add(ty, value);
        }
    }

    pub(super) fn guard_uop(&mut self) {
        let (kind, args) = self.condition();
        let exit = self.exit();
        self.b.guard(kind, &args, exit);
    }

    /// A guard's kind and operands. Most hold, since what comes after a failed guard is not tested.
    pub(super) fn condition(&mut self) -> (UopKind, Vec<ValueId>) {
        let any = self.pick(&self.kinds.guards);
        let likely = [kind::GUARD_TRUE, kind::GUARD_NE];
        let kind = if self.chance(1, 4) {
            any
        } else {
            self.pick(&likely)
        };
        if UopTable::stock()[kind].params.len() == 2 {
            let (a, b) = (self.int(), self.int());
            return (kind, vec![a, b]);
        }
        if self.chance(1, 2) {
            return (kind, vec![self.int()]);
        }
        let compare = self.comparison();
        (kind, vec![compare])
    }

    /// A comparison's result.
    fn comparison(&mut self) -> ValueId {
        let result = if self.chance(1, 3) {
            let kind = self.pick(&[kind::NE_F64, kind::LT_F64, kind::LE_F64, kind::EQ_F64]);
            let (a, b) = (self.float(), self.float());
            self.b.value(kind, &[a.value, b.value])
        } else {
            let kind = self.pick(&[
                kind::NE_I64,
                kind::LT_I64,
                kind::LE_I64,
                kind::GT_I64,
                kind::GE_I64,
                kind::EQ_I64,
                kind::LT_U64,
                kind::GE_U64,
            ]);
            let (a, b) = (self.int(), self.int());
            self.b.value(kind, &[a, b])
        };
        self.scope.add(Type::I64, result);
        result
    }
}
