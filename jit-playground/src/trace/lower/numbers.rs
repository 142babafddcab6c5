//! Arithmetic, comparisons and truth.

use jit_native::region::ValueId;
use stencils::table::Type;
use stencils::uops::kind;

use super::Lowering;
use super::state::VarId;
use crate::bytecode::{BinaryOp, CompareOp};
use crate::runtime::object::{StrObject, TupleObject};
use crate::runtime::value::tag;
use crate::trace::abort::Abort;
use crate::trace::uop::Intrinsic;

/// The truth of a value.
pub(super) enum Truth {
    /// It is the same for all values of the type.
    Always(bool),
    /// It is that of a word.
    Word(ValueId),
}

impl Lowering<'_, '_> {
    pub(super) fn binary_int(&mut self, op: BinaryOp) -> Result<(), Abort> {
        let (left, right) = (self.operand(2), self.operand(1));
        let bools = self.known_tag(left)? == tag::BOOL && self.known_tag(right)? == tag::BOOL;
        let (a, b) = (self.integer(left)?, self.integer(right)?);
        let (may_exit, uop) = match op.plain() {
            BinaryOp::Add => (true, kind::ADD_OVF_I64),
            BinaryOp::Subtract => (true, kind::SUB_OVF_I64),
            BinaryOp::Multiply => (true, kind::MUL_OVF_I64),
            BinaryOp::FloorDivide => (true, kind::FLOOR_DIV_I64),
            BinaryOp::Remainder => (true, kind::FLOOR_MOD_I64),
            BinaryOp::LeftShift => (true, kind::SHL_OVF_I64),
            BinaryOp::RightShift => (true, kind::SHR_ANY_I64),
            BinaryOp::And => (false, kind::AND_I64),
            BinaryOp::Or => (false, kind::OR_I64),
            BinaryOp::Xor => (false, kind::XOR_I64),
            BinaryOp::TrueDivide => return self.true_divide_int(left, right),
            _ => return Err(Abort::Contradiction),
        };
        let result = if may_exit {
            self.value_or_exit(uop, &[a, b])
        } else {
            self.value(uop, &[a, b])
        };
        let tag = if bools && !may_exit {
            tag::BOOL
        } else {
            tag::INT
        };
        self.give(2, tag, result);
        Ok(())
    }

    /// The quotient of two ints is that of two floats when both are exact as floats.
    fn true_divide_int(&mut self, left: VarId, right: VarId) -> Result<(), Abort> {
        let divisor = self.integer(right)?;
        self.guard(kind::GUARD_TRUE, &[divisor]);
        let (a, b) = (self.exact_float(left)?, self.exact_float(right)?);
        let result = self.value(kind::DIV_F64, &[a, b]);
        self.give(2, tag::FLOAT, result);
        Ok(())
    }

    pub(super) fn binary_float(&mut self, op: BinaryOp) -> Result<(), Abort> {
        let (left, right) = (self.operand(2), self.operand(1));
        let (a, b) = (self.float(left)?, self.float(right)?);
        let uop = match op.plain() {
            BinaryOp::Add => kind::ADD_F64,
            BinaryOp::Subtract => kind::SUB_F64,
            BinaryOp::Multiply => kind::MUL_F64,
            BinaryOp::TrueDivide => {
                let zero = self.builder.const_f64(0.0);
                let nonzero = self.value(kind::NE_F64, &[b, zero]);
                self.guard(kind::GUARD_TRUE, &[nonzero]);
                kind::DIV_F64
            }
            _ => return Err(Abort::Contradiction),
        };
        let result = self.value(uop, &[a, b]);
        self.give(2, tag::FLOAT, result);
        Ok(())
    }

    pub(super) fn compare_int(&mut self, op: CompareOp) -> Result<(), Abort> {
        let (left, right) = (self.operand(2), self.operand(1));
        let (a, b) = (self.integer(left)?, self.integer(right)?);
        let uop = match op {
            CompareOp::Less => kind::LT_I64,
            CompareOp::LessEqual => kind::LE_I64,
            CompareOp::Equal => kind::EQ_I64,
            CompareOp::NotEqual => kind::NE_I64,
            CompareOp::Greater => kind::GT_I64,
            CompareOp::GreaterEqual => kind::GE_I64,
        };
        let result = self.value(uop, &[a, b]);
        self.give(2, tag::BOOL, result);
        Ok(())
    }

    /// A comparison of an int with a float compares the numbers themselves, so the int must be exact as a float.
    pub(super) fn compare_float(&mut self, op: CompareOp) -> Result<(), Abort> {
        let (left, right) = (self.operand(2), self.operand(1));
        let (a, b) = (self.exact_float(left)?, self.exact_float(right)?);
        let uop = match op {
            CompareOp::Less => kind::LT_F64,
            CompareOp::LessEqual => kind::LE_F64,
            CompareOp::Equal => kind::EQ_F64,
            CompareOp::NotEqual => kind::NE_F64,
            CompareOp::Greater => kind::GT_F64,
            CompareOp::GreaterEqual => kind::GE_F64,
        };
        let result = self.value(uop, &[a, b]);
        self.give(2, tag::BOOL, result);
        Ok(())
    }

    pub(super) fn is_op(&mut self, negated: bool) -> Result<(), Abort> {
        let (left, right) = (self.operand(2), self.operand(1));
        let tag = self.known_tag(left)?;
        let result = if tag != self.known_tag(right)? {
            self.int(i64::from(negated))
        } else if super::state::is_bare(tag) {
            self.int(i64::from(!negated))
        } else {
            let (a, b) = (self.word(left), self.word(right));
            self.value(if negated { kind::NE_I64 } else { kind::EQ_I64 }, &[a, b])
        };
        self.give(2, tag::BOOL, result);
        Ok(())
    }

    pub(super) fn unary_negative(&mut self) -> Result<(), Abort> {
        let var = self.operand(1);
        if self.known_tag(var)? == tag::FLOAT {
            let x = self.payload(var, Type::F64);
            let result = self.value(kind::NEG_F64, &[x]);
            self.give(1, tag::FLOAT, result);
        } else {
            let n = self.integer(var)?;
            let result = self.value_or_exit(kind::NEG_OVF_I64, &[n]);
            self.give(1, tag::INT, result);
        }
        Ok(())
    }

    pub(super) fn unary_positive(&mut self) -> Result<(), Abort> {
        let var = self.operand(1);
        if self.known_tag(var)? == tag::BOOL {
            let n = self.integer(var)?;
            self.give(1, tag::INT, n);
        }
        Ok(())
    }

    pub(super) fn unary_invert(&mut self) -> Result<(), Abort> {
        let var = self.operand(1);
        let n = self.integer(var)?;
        let result = self.value(kind::NOT_I64, &[n]);
        self.give(1, tag::INT, result);
        Ok(())
    }

    pub(super) fn unary_not(&mut self) -> Result<(), Abort> {
        let var = self.operand(1);
        let result = match self.truth(var)? {
            Truth::Always(truth) => self.int(i64::from(!truth)),
            Truth::Word(word) => {
                let zero = self.int(0);
                self.value(kind::EQ_I64, &[word, zero])
            }
        };
        self.give(1, tag::BOOL, result);
        Ok(())
    }

    /// The truth of a value of a known type.
    pub(super) fn truth(&mut self, var: VarId) -> Result<Truth, Abort> {
        Ok(match self.known_tag(var)? {
            tag::NONE => Truth::Always(false),
            tag::BOOL | tag::INT => Truth::Word(self.word(var)),
            tag::FLOAT => {
                let x = self.payload(var, Type::F64);
                let zero = self.builder.const_f64(0.0);
                Truth::Word(self.value(kind::NE_F64, &[x, zero]))
            }
            tag::STR => Truth::Word(self.fixed_word(var, StrObject::CHAR_LEN_OFFSET)),
            tag::TUPLE => Truth::Word(self.fixed_word(var, TupleObject::LEN_OFFSET)),
            tag::LIST => Truth::Word(self.list_len(var)),
            tag::RANGE | tag::UNBOUND | tag::RANGE_ITER => return Err(Abort::Contradiction),
            _ => Truth::Always(true),
        })
    }

    pub(super) fn intrinsic(
        &mut self,
        intrinsic: Intrinsic,
        count: u32,
        below: u32,
    ) -> Result<(), Abort> {
        let first = self.operand(count);
        let tag = self.known_tag(first)?;
        let (tag, result) = match intrinsic {
            Intrinsic::Len => (tag::INT, self.len(first)?),
            Intrinsic::Abs if tag == tag::FLOAT => {
                let x = self.payload(first, Type::F64);
                (tag::FLOAT, self.value(kind::ABS_F64, &[x]))
            }
            Intrinsic::Abs => {
                let n = self.integer(first)?;
                (tag::INT, self.value_or_exit(kind::ABS_OVF_I64, &[n]))
            }
            Intrinsic::Min | Intrinsic::Max => self.extreme(intrinsic, first)?,
            Intrinsic::Int if tag == tag::FLOAT => {
                let x = self.payload(first, Type::F64);
                (tag::INT, self.value_or_exit(kind::I64_FROM_F64_TRUNC, &[x]))
            }
            Intrinsic::Int => (tag::INT, self.integer(first)?),
            Intrinsic::Float => (tag::FLOAT, self.float(first)?),
            Intrinsic::Sqrt => {
                let x = self.float(first)?;
                let zero = self.builder.const_f64(0.0);
                let valid = self.value(kind::GE_F64, &[x, zero]);
                self.guard(kind::GUARD_TRUE, &[valid]);
                (tag::FLOAT, self.value(kind::SQRT_F64, &[x]))
            }
        };
        self.give(count + below, tag, result);
        Ok(())
    }

    /// `min(a, b)` is `b` only when `b < a`, `max(a, b)` only when `b > a`: it matters for zeros and NaN.
    fn extreme(&mut self, intrinsic: Intrinsic, first: VarId) -> Result<(u64, ValueId), Abort> {
        let second = self.operand(1);
        let min = intrinsic == Intrinsic::Min;
        if self.known_tag(first)? == tag::FLOAT {
            let (a, b) = (
                self.payload(first, Type::F64),
                self.payload(second, Type::F64),
            );
            let uop = if min { kind::MIN_F64 } else { kind::MAX_F64 };
            return Ok((tag::FLOAT, self.value(uop, &[b, a])));
        }
        let (a, b) = (self.integer(first)?, self.integer(second)?);
        let uop = if min { kind::MIN_I64 } else { kind::MAX_I64 };
        Ok((tag::INT, self.value(uop, &[a, b])))
    }
}
