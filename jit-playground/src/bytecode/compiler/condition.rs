//! Conditions: expressions of which only the truth counts, compiled to jumps.

use rustpython_ruff_python_ast::{BoolOp, CmpOp, Expr, ExprCompare, UnaryOp};

use super::unit::Label;
use super::{Compiler, span_of};
use crate::bytecode::op::Op;

impl Compiler<'_> {
    /// Jumps to `target` when the condition is false, goes on when it is true.
    pub(super) fn jump_unless(&mut self, condition: &Expr, target: Label) {
        self.jump_when(condition, false, target);
    }

    fn jump_when(&mut self, condition: &Expr, truth: bool, target: Label) {
        match condition {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => {
                self.jump_when(&node.operand, !truth, target);
            }
            Expr::BoolOp(node) => {
                // `and` is decided by the first false operand, `or` by the first true one.
                let decides = node.op == BoolOp::Or;
                let Some((last, others)) = node.values.split_last() else {
                    return;
                };
                let after = self.unit.label();
                let decided = if decides == truth { target } else { after };
                for value in others {
                    self.jump_when(value, decides, decided);
                }
                self.jump_when(last, truth, target);
                self.unit.bind(after);
            }
            Expr::Compare(node) if node.ops.len() > 1 && self.fold(condition).is_none() => {
                self.jump_when_chain(node, truth, target);
            }
            _ => {
                self.expression(condition);
                let op = jump_op(truth);
                self.unit.jump(op, target, span_of(condition));
            }
        }
    }

    /// `a < b < c` as a condition: no truth value needs to be kept, only the middle operand dropped.
    fn jump_when_chain(&mut self, node: &ExprCompare, truth: bool, target: Label) {
        let span = span_of(node);
        self.expression(&node.left);
        let cleanup = self.unit.label();
        let end = self.unit.label();
        let last = node.ops.len() - 1;
        for (&op, right) in node.ops[..last].iter().zip(&node.comparators) {
            self.expression(right);
            self.emit(Op::Swap, 2, span);
            self.emit(Op::Copy, 2, span);
            self.compare_op(op, span);
            self.unit.jump(Op::PopJumpIfFalse, cleanup, span);
        }
        self.expression(&node.comparators[last]);
        let last_op: CmpOp = node.ops[last];
        self.compare_op(last_op, span);
        self.unit.jump(jump_op(truth), target, span);
        self.unit.jump(Op::JumpForward, end, span);
        self.unit.bind(cleanup);
        self.emit(Op::PopTop, 0, span);
        if !truth {
            self.unit.jump(Op::JumpForward, target, span);
        }
        self.unit.bind(end);
    }
}

fn jump_op(truth: bool) -> Op {
    if truth {
        Op::PopJumpIfTrue
    } else {
        Op::PopJumpIfFalse
    }
}
