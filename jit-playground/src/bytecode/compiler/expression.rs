//! Expressions: each leaves one value on the operand stack.

use rustpython_ruff_python_ast::{
    BoolOp, CmpOp, Expr, ExprBinOp, ExprBoolOp, ExprCompare, ExprIf, Operator, UnaryOp,
};

use super::{Compiler, span_of};
use crate::bytecode::code::Span;
use crate::bytecode::op::{BinaryOp, CompareOp, Op};
use crate::syntax::subset;

impl Compiler<'_> {
    pub(super) fn expression(&mut self, expression: &Expr) {
        let span = span_of(expression);
        if let Some(constant) = self.fold(expression) {
            return self.emit_constant(constant, span);
        }
        match expression {
            Expr::Name(node) => self.load_name(node.id.as_str(), span),
            Expr::BinOp(node) => self.binary(node),
            Expr::UnaryOp(node) => {
                self.expression(&node.operand);
                let op = match node.op {
                    UnaryOp::Invert => Op::UnaryInvert,
                    UnaryOp::Not => Op::UnaryNot,
                    UnaryOp::UAdd => Op::UnaryPositive,
                    UnaryOp::USub => Op::UnaryNegative,
                };
                self.emit(op, 0, span);
            }
            Expr::BoolOp(node) => self.bool_op(node),
            Expr::Compare(node) => self.compare(node),
            Expr::If(node) => self.conditional(node),
            Expr::Call(node) => self.call(node),
            Expr::Attribute(node) => {
                self.expression(&node.value);
                self.check_attribute(&node.value, &node.attr);
                let name = self.unit.name(node.attr.as_str());
                self.emit(Op::LoadAttr, name, span);
            }
            Expr::Subscript(node) => {
                self.expression(&node.value);
                self.expression(&node.slice);
                self.emit(Op::BinarySubscr, 0, span);
            }
            Expr::List(node) => self.sequence(Op::BuildList, &node.elts, span),
            Expr::Tuple(node) => self.sequence(Op::BuildTuple, &node.elts, span),
            Expr::FString(node) => self.f_string(node),
            _ => self.refuse_expression(expression),
        }
    }

    fn sequence(&mut self, op: Op, items: &[Expr], span: Span) {
        for item in items {
            self.expression(item);
        }
        self.emit(op, items.len() as u32, span);
    }

    /// A chain such as `a + b + c` leans to the left as deep as it is long, so the left side is followed in a loop.
    fn binary(&mut self, node: &ExprBinOp) {
        let mut chain = vec![node];
        let mut left = &*node.left;
        while let Expr::BinOp(inner) = left
            && self.fold(left).is_none()
        {
            chain.push(inner);
            left = &inner.left;
        }
        self.expression(left);
        for node in chain.into_iter().rev() {
            self.expression(&node.right);
            self.emit(Op::BinaryOp, binary_op(node.op) as u32, span_of(node));
        }
    }

    fn bool_op(&mut self, node: &ExprBoolOp) {
        let op = match node.op {
            BoolOp::And => Op::JumpIfFalseOrPop,
            BoolOp::Or => Op::JumpIfTrueOrPop,
        };
        let end = self.unit.label();
        for (index, value) in node.values.iter().enumerate() {
            self.expression(value);
            if index + 1 < node.values.len() {
                self.unit.jump(op, end, span_of(value));
            }
        }
        self.unit.bind(end);
    }

    fn conditional(&mut self, node: &ExprIf) {
        let otherwise = self.unit.label();
        let end = self.unit.label();
        self.jump_unless(&node.test, otherwise);
        self.expression(&node.body);
        self.unit.jump(Op::JumpForward, end, span_of(&*node.body));
        self.unit.bind(otherwise);
        self.expression(&node.orelse);
        self.unit.bind(end);
    }

    fn compare(&mut self, node: &ExprCompare) {
        let span = span_of(node);
        self.expression(&node.left);
        let last = node.ops.len() - 1;
        if last == 0 {
            self.expression(&node.comparators[0]);
            return self.compare_op(node.ops[0], span);
        }
        // Each middle operand is evaluated once: it stays below the result of the comparison before it.
        let cleanup = self.unit.label();
        let end = self.unit.label();
        for (index, (&op, right)) in node.ops.iter().zip(&node.comparators).enumerate() {
            self.expression(right);
            if index < last {
                self.emit(Op::Swap, 2, span);
                self.emit(Op::Copy, 2, span);
            }
            self.compare_op(op, span);
            if index < last {
                self.unit.jump(Op::JumpIfFalseOrPop, cleanup, span);
            }
        }
        self.unit.jump(Op::JumpForward, end, span);
        self.unit.bind(cleanup);
        self.emit(Op::Swap, 2, span);
        self.emit(Op::PopTop, 0, span);
        self.unit.bind(end);
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, span: Span) {
        let (op, arg) = match op {
            CmpOp::Is => (Op::IsOp, 0),
            CmpOp::IsNot => (Op::IsOp, 1),
            CmpOp::In => (Op::ContainsOp, 0),
            CmpOp::NotIn => (Op::ContainsOp, 1),
            CmpOp::Eq => (Op::CompareOp, CompareOp::Equal as u32),
            CmpOp::NotEq => (Op::CompareOp, CompareOp::NotEqual as u32),
            CmpOp::Lt => (Op::CompareOp, CompareOp::Less as u32),
            CmpOp::LtE => (Op::CompareOp, CompareOp::LessEqual as u32),
            CmpOp::Gt => (Op::CompareOp, CompareOp::Greater as u32),
            CmpOp::GtE => (Op::CompareOp, CompareOp::GreaterEqual as u32),
        };
        self.emit(op, arg, span);
    }

    /// Refuses an attribute that nothing in the subset has.
    pub(super) fn check_attribute(
        &mut self,
        object: &Expr,
        attribute: &rustpython_ruff_python_ast::Identifier,
    ) {
        if let Some(diagnostic) = subset::attribute(object, attribute) {
            self.refuse(diagnostic);
        }
    }
}

pub(super) fn binary_op(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Subtract,
        Operator::Mult => BinaryOp::Multiply,
        Operator::MatMult => BinaryOp::MatrixMultiply,
        Operator::Div => BinaryOp::TrueDivide,
        Operator::Mod => BinaryOp::Remainder,
        Operator::Pow => BinaryOp::Power,
        Operator::LShift => BinaryOp::LeftShift,
        Operator::RShift => BinaryOp::RightShift,
        Operator::BitOr => BinaryOp::Or,
        Operator::BitXor => BinaryOp::Xor,
        Operator::BitAnd => BinaryOp::And,
        Operator::FloorDiv => BinaryOp::FloorDivide,
    }
}
