//! What optimisers go wrong at, and what random uops seldom are: an operand that is neutral or absorbing, memory that is read,
//! overwritten in part through another pointer or by a call, and read again, a result at the very end of a range.
//!
//! Every statement stores what it finds in the frame, so that it shows.

use super::Generator;
use crate::region::ValueId;
use stencils::table::{ParamKind, Type, UopKind, UopTable};
use stencils::uops::kind;

/// Integers that mean something to some operation.
const TELLING_INTS: [i64; 12] = [
    0,
    1,
    -1,
    2,
    8,
    64,
    255,
    1 << 32,
    1 << 62,
    i64::MAX,
    i64::MIN,
    i64::MIN + 1,
];

/// Floats that mean something to some operation.
const TELLING_FLOATS: [f64; 8] = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, f64::INFINITY, f64::NAN];

/// What is added or taken away at the end of a range: next to nothing, all, and the ends of what instructions hold.
const STEPS: [i64; 17] = [
    0,
    1,
    -1,
    2,
    -2,
    127,
    -128,
    -129,
    4095,
    -4095,
    -65536,
    i32::MAX as i64,
    i32::MIN as i64,
    i32::MIN as i64 - 1,
    i32::MAX as i64 + 1,
    i64::MAX,
    i64::MIN,
];

const INT_KINDS: [UopKind; 16] = [
    kind::ADD_I64,
    kind::SUB_I64,
    kind::MUL_I64,
    kind::DIV_I64,
    kind::REM_I64,
    kind::FLOOR_DIV_I64,
    kind::FLOOR_MOD_I64,
    kind::AND_I64,
    kind::OR_I64,
    kind::XOR_I64,
    kind::SHL_I64,
    kind::ADD_OVF_I64,
    kind::SUB_OVF_I64,
    kind::MUL_OVF_I64,
    kind::LT_I64,
    kind::LE_U64,
];

const FLOAT_KINDS: [UopKind; 7] = [
    kind::ADD_F64,
    kind::SUB_F64,
    kind::MUL_F64,
    kind::DIV_F64,
    kind::EQ_F64,
    kind::LT_F64,
    kind::MAX_F64,
];

const LOADS: [UopKind; 8] = [
    kind::LOAD_I64,
    kind::LOAD_I64,
    kind::LOAD_F64,
    kind::LOAD_U8,
    kind::LOAD_I8,
    kind::LOAD_U16,
    kind::LOAD_I32,
    kind::LOAD_U32,
];

const STORES: [UopKind; 5] = [
    kind::STORE_I64,
    kind::STORE_F64,
    kind::STORE_I8,
    kind::STORE_I16,
    kind::STORE_I32,
];

impl Generator<'_, '_> {
    /// One of the statements of this file.
    pub(super) fn bait(&mut self) {
        match self.below(4) {
            0 => self.telling_int(),
            1 => self.telling_float(),
            2 => self.end_of_range(),
            _ => self.overlapping_memory(),
        }
    }

    /// An operation of a value and a constant that means something to it; or of a value and itself.
    fn telling_int(&mut self) {
        let kind = self.pick(&INT_KINDS);
        let x = self.hidden_int();
        let constant = self.pick(&TELLING_INTS);
        let y = match self.chance(1, 8) {
            true => x,
            false => self.b.const_i64(constant),
        };
        let args = if self.chance(1, 4) { [y, x] } else { [x, y] };
        let result = self.operate(kind, &args);
        // And again with another constant, which a rule may take together with the first.
        let constant = self.pick(&TELLING_INTS);
        let again = self.b.const_i64(constant);
        let kind = self.pick(&[kind::ADD_I64, kind::SUB_I64, kind::AND_I64, kind::XOR_I64]);
        let result = self.operate(kind, &[result, again]);
        self.show(Type::I64, result);
    }

    fn telling_float(&mut self) {
        let kind = self.pick(&FLOAT_KINDS);
        let x = self.hidden_float();
        let constant = self.pick(&TELLING_FLOATS);
        let y = match self.chance(1, 4) {
            true => x,
            false => self.b.const_f64(constant),
        };
        let args = if self.chance(1, 4) { [y, x] } else { [x, y] };
        let result = self.b.value(kind, &args);
        if UopTable::stock()[kind].result == Some(Type::I64) {
            return self.show(Type::I64, result);
        }
        let clean = self.without_loose_bits(result);
        self.show(Type::F64, clean);
    }

    /// A bit of the frame, which nothing knows before the region runs.
    fn hidden_bit(&mut self) -> ValueId {
        let (slot, one) = (self.slot_offset(), self.b.const_i64(1));
        let word = self.b.value(kind::LOAD_FRAME_I64, &[slot]);
        self.b.value(kind::AND_I64, &[word, one])
    }

    /// A word of the frame, or a telling integer: which of them shows only when the region runs.
    fn hidden_int(&mut self) -> ValueId {
        let (bit, slot) = (self.hidden_bit(), self.slot_offset());
        let word = self.b.value(kind::LOAD_FRAME_I64, &[slot]);
        let constant = self.pick(&TELLING_INTS);
        let constant = self.b.const_i64(constant);
        self.b.value(kind::SELECT_I64, &[bit, constant, word])
    }

    fn hidden_float(&mut self) -> ValueId {
        let (bit, slot) = (self.hidden_bit(), self.slot_offset());
        let word = self.b.value(kind::LOAD_FRAME_F64, &[slot]);
        let constant = self.pick(&TELLING_FLOATS);
        let constant = self.b.const_f64(constant);
        self.b.value(kind::SELECT_F64, &[bit, constant, word])
    }

    /// Arithmetic that may leave, on an operand that is known to lie between two ends, one of them the greatest integer's.
    fn end_of_range(&mut self) {
        let fresh = self.slot_offset();
        let mut any = self.b.value(kind::LOAD_FRAME_I64, &[fresh]);
        if self.chance(1, 4) {
            let few = self.b.const_i64(40);
            any = self.b.value(kind::USHR_I64, &[any, few]);
        }
        let (narrow, by) = self.pick(&[
            (kind::USHR_I64, 1),
            (kind::AND_I64, i64::MAX),
            (kind::USHR_I64, 33),
            (kind::SHR_I64, 1),
            (kind::OR_I64, i64::MIN),
        ]);
        let by = self.b.const_i64(by);
        let mut x = self.b.value(narrow, &[any, by]);
        if self.chance(1, 2) {
            // All bits, shifted: the end of the range itself.
            let ones = self.b.const_i64(-1);
            let all = self.operate(kind::OR_I64, &[any, ones]);
            x = self.b.value(narrow, &[all, by]);
            let beside = self.b.value(narrow, &[any, by]);
            x = self.b.value(kind::MAX_I64, &[x, beside]);
        }
        self.scope.add(Type::I64, x);
        let kind = self.pick(&[kind::ADD_OVF_I64, kind::SUB_OVF_I64, kind::MUL_OVF_I64]);
        let step = self.pick(&STEPS);
        let step = self.b.const_i64(step);
        let result = self.operate(kind, &[x, step]);
        self.show(Type::I64, result);
        if self.chance(1, 2) {
            // Only the exit needs the operand now, which the result may have overwritten.
            return;
        }
        let compare = self.pick(&[kind::LT_I64, kind::LE_I64, kind::GT_I64, kind::EQ_I64]);
        let bound = self.pick(&[i64::MAX, i64::MAX - 1, i64::MIN, 0, 1, 0x7fff_ffff]);
        let bound = self.b.const_i64(bound);
        let decided = self.operate(compare, &[x, bound]);
        self.show(Type::I64, decided);
    }

    /// Reads a place, overwrites some of it or lets a call do so, and reads it again.
    fn overlapping_memory(&mut self) {
        let (near, other) = (self.pointer().value, self.pointer().value);
        let start = self.pick(&[0i64, 8, 16, -8]);
        let offset = self.b.const_i64(start);
        let kind = self.pick(&LOADS);
        let ty = UopTable::stock()[kind].result.unwrap_or(Type::I64);
        let before = self.b.value(kind, &[near, offset]);
        self.show(ty, before);
        if self.chance(1, 4) {
            self.call_uop();
        } else {
            let beside = self.pick(&[0i64, 0, 0, 1, -1, 2, 4, -4, 7, -7, 8]);
            let beside = self.b.const_i64(start + beside);
            let store = self.pick(&STORES);
            let float = UopTable::stock()[store].params[2].kind == ParamKind::Value(Type::F64);
            let value = match float {
                true => self.exact_float(),
                false => self.int(),
            };
            self.b.uop(store, &[other, beside, value]);
        }
        let after = self.b.value(kind, &[near, offset]);
        self.show(ty, after);
    }

    /// A uop with a result, which may leave.
    fn operate(&mut self, kind: UopKind, args: &[ValueId]) -> ValueId {
        let value = if UopTable::stock()[kind].effects.may_exit {
            let exit = self.exit();
            self.b.value_or_exit(kind, args, exit)
        } else {
            self.b.value(kind, args)
        };
        self.scope.add(Type::I64, value);
        value
    }

    /// Stores a value whose bits are determined in the frame.
    fn show(&mut self, ty: Type, value: ValueId) {
        self.scope.add(ty, value);
        let slot = self.slot_offset();
        let store = match ty {
            Type::I64 => kind::STORE_FRAME_I64,
            Type::F64 => kind::STORE_FRAME_F64,
        };
        self.b.uop(store, &[slot, value]);
    }
}
