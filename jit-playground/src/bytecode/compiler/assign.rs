//! Assignments: plain, augmented, annotated, and to the targets of loops.

use rustpython_ruff_python_ast::{Expr, StmtAnnAssign, StmtAssign, StmtAugAssign};

use super::expression::binary_op;
use super::{Compiler, span_of};
use crate::bytecode::op::Op;
use crate::syntax::subset;

impl Compiler<'_> {
    pub(super) fn assign(&mut self, node: &StmtAssign) {
        if let [target] = node.targets.as_slice()
            && self.assign_in_parallel(target, &node.value)
        {
            return;
        }
        self.expression(&node.value);
        for (index, target) in node.targets.iter().enumerate() {
            if index + 1 < node.targets.len() {
                self.emit(Op::Copy, 1, span_of(&*node.value));
            }
            self.store(target);
        }
    }

    /// `a, b = x, y` with two or three on each side needs no tuple: the values are put in the order of the targets.
    /// Returns whether it was such an assignment.
    fn assign_in_parallel(&mut self, target: &Expr, value: &Expr) -> bool {
        let (Some(targets), Expr::Tuple(values)) = (items_of(target), value) else {
            return false;
        };
        let starred = |items: &[Expr]| items.iter().any(Expr::is_starred_expr);
        let count = targets.len();
        if !(2..=3).contains(&count)
            || values.elts.len() != count
            || starred(targets)
            || starred(&values.elts)
        {
            return false;
        }
        for value in &values.elts {
            self.expression(value);
        }
        self.emit(Op::Swap, count as u32, span_of(value));
        for target in targets {
            self.store(target);
        }
        true
    }

    pub(super) fn annotated_assign(&mut self, node: &StmtAnnAssign) {
        // The annotation itself has no effect.
        if let Some(value) = &node.value {
            self.expression(value);
            self.store(&node.target);
        }
    }

    pub(super) fn augmented_assign(&mut self, node: &StmtAugAssign) {
        let span = span_of(node);
        let op = binary_op(node.op).inplace() as u32;
        match &*node.target {
            Expr::Name(name) => {
                let target = span_of(name);
                self.load_name(name.id.as_str(), target);
                self.expression(&node.value);
                self.emit(Op::BinaryOp, op, span);
                self.store_name(name.id.as_str(), target);
            }
            Expr::Subscript(subscript) => {
                let target = span_of(subscript);
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                self.emit(Op::Copy, 2, target);
                self.emit(Op::Copy, 2, target);
                self.emit(Op::BinarySubscr, 0, target);
                self.expression(&node.value);
                self.emit(Op::BinaryOp, op, span);
                self.emit(Op::Swap, 3, target);
                self.emit(Op::Swap, 2, target);
                self.emit(Op::StoreSubscr, 0, target);
            }
            target => self.refuse(subset::target(target)),
        }
    }

    /// Pops a value into a target.
    pub(super) fn store(&mut self, target: &Expr) {
        let span = span_of(target);
        match target {
            Expr::Name(name) => self.store_name(name.id.as_str(), span),
            Expr::Subscript(subscript) => {
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                self.emit(Op::StoreSubscr, 0, span);
            }
            Expr::Tuple(tuple) => self.unpack(target, &tuple.elts),
            Expr::List(list) => self.unpack(target, &list.elts),
            _ => {
                self.refuse(subset::target(target));
                self.emit(Op::PopTop, 0, span);
            }
        }
    }

    fn unpack(&mut self, target: &Expr, items: &[Expr]) {
        self.emit(Op::UnpackSequence, items.len() as u32, span_of(target));
        for item in items {
            self.store(item);
        }
    }
}

/// The targets of an assignment that takes a sequence apart.
fn items_of(target: &Expr) -> Option<&[Expr]> {
    match target {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}
