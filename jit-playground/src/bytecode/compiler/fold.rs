//! Constant expressions, evaluated at compile time by the very operations that the program would run.
//!
//! Whatever would raise, or would make something large, is left to run time.

use num_bigint::BigInt;
use num_traits::Num;
use rustpython_ruff_python_ast::{
    Expr, ExprBinOp, ExprNumberLiteral, ExprTuple, Int, Number, Operator, UnaryOp,
};

use super::expression::binary_op;
use super::{Compiler, span_of};
use crate::runtime::{Value, arith};
use crate::syntax::Diagnostic;

/// Results with more bits than this are not folded.
const MAX_FOLDED_BITS: i64 = 128;

/// Decimal literals may have so many digits, as in CPython.
const MAX_LITERAL_DIGITS: usize = 4300;

impl Compiler<'_> {
    /// The value of a constant expression; `None` if it is none.
    pub(super) fn fold(&mut self, expression: &Expr) -> Option<Value> {
        match expression {
            Expr::NumberLiteral(node) => self.number(node),
            Expr::StringLiteral(node) => Some(Value::Str(self.heap.str(node.value.to_str()))),
            Expr::BooleanLiteral(node) => Some(node.value.into()),
            Expr::NoneLiteral(_) => Some(Value::None),
            Expr::UnaryOp(node) => {
                let operand = self.fold(&node.operand)?;
                match node.op {
                    UnaryOp::USub => arith::negative(self.heap, operand).ok(),
                    UnaryOp::UAdd => arith::positive(operand).ok(),
                    UnaryOp::Invert => arith::invert(self.heap, operand).ok(),
                    UnaryOp::Not => Some((!arith::truth(operand)).into()),
                }
            }
            Expr::BinOp(node) => self.fold_binary(node),
            Expr::Tuple(node) => self.fold_tuple(node),
            _ => None,
        }
    }

    fn fold_binary(&mut self, node: &ExprBinOp) -> Option<Value> {
        // The right side first: in a long chain it is the short one.
        let right = self.fold(&node.right)?;
        let left = self.fold(&node.left)?;
        let is_number = |value| matches!(value, Value::Int(_) | Value::Float(_));
        if !is_number(left) || !is_number(right) {
            return None;
        }
        if let (Value::Int(base), Value::Int(amount)) = (left, right) {
            let bits = 64 - i64::from(base.unsigned_abs().leading_zeros());
            let large = match node.op {
                Operator::Pow => bits.checked_mul(amount)? > MAX_FOLDED_BITS,
                Operator::LShift => bits.checked_add(amount)? > MAX_FOLDED_BITS,
                _ => false,
            };
            if large {
                return None;
            }
        }
        arith::binary(self.heap, binary_op(node.op), left, right).ok()
    }

    fn fold_tuple(&mut self, node: &ExprTuple) -> Option<Value> {
        let mut items = Vec::with_capacity(node.elts.len());
        for item in &node.elts {
            items.push(self.fold(item)?);
        }
        self.heap.tuple(&items).ok().map(Value::Tuple)
    }

    fn number(&mut self, node: &ExprNumberLiteral) -> Option<Value> {
        match &node.value {
            Number::Float(value) => Some(Value::Float(*value)),
            Number::Int(value) => Some(self.integer(node, value)),
            Number::Complex { .. } => None,
        }
    }

    fn integer(&mut self, node: &ExprNumberLiteral, value: &Int) -> Value {
        if let Some(small) = value.as_i64() {
            return Value::Int(small);
        }
        let span = span_of(node);
        let text = self.source.slice(span).replace('_', "");
        let (digits, radix) = match text.get(..2) {
            Some("0x" | "0X") => (&text[2..], 16),
            Some("0o" | "0O") => (&text[2..], 8),
            Some("0b" | "0B") => (&text[2..], 2),
            _ => (&*text, 10),
        };
        if radix == 10 && digits.len() > MAX_LITERAL_DIGITS {
            let message = format!(
                "this int literal has {} digits, and at most {MAX_LITERAL_DIGITS} are allowed",
                digits.len()
            );
            let help = "write very large ints in hexadecimal";
            // An expression may be looked at more than once; it is refused once.
            let diagnostic = Diagnostic::new(span, message).with_help(help);
            if !self.diagnostics.contains(&diagnostic) {
                self.refuse(diagnostic);
            }
            return Value::Int(0);
        }
        match BigInt::from_str_radix(digits, radix) {
            Ok(value) => self.heap.int(value),
            Err(_) => {
                self.refuse(Diagnostic::new(span, "malformed int literal"));
                Value::Int(0)
            }
        }
    }
}
