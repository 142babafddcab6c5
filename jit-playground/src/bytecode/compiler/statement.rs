//! Statements.

use rustpython_ruff_python_ast::{
    Expr, Stmt, StmtFor, StmtIf, StmtImport, StmtImportFrom, StmtReturn, StmtWhile,
};

use super::unit::Loop;
use super::{Compiler, span_of};
use crate::bytecode::code::Span;
use crate::bytecode::op::Op;
use crate::runtime::builtins;
use crate::syntax::{Diagnostic, subset};

impl Compiler<'_> {
    pub(super) fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        let span = span_of(statement);
        match statement {
            Stmt::Expr(node) => self.expression_statement(&node.value),
            Stmt::Assign(node) => self.assign(node),
            Stmt::AugAssign(node) => self.augmented_assign(node),
            Stmt::AnnAssign(node) => self.annotated_assign(node),
            Stmt::If(node) => self.if_statement(node),
            Stmt::While(node) => self.while_loop(node),
            Stmt::For(node) => self.for_loop(node),
            Stmt::Break(_) => self.break_loop(span),
            Stmt::Continue(_) => self.continue_loop(span),
            Stmt::FunctionDef(node) => self.function_definition(node),
            Stmt::Return(node) => self.return_statement(node),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(node) => self.global_declaration(node),
            Stmt::Pass(_) => self.emit(Op::Nop, 0, span),
            _ => self.refuse(subset::statement(statement)),
        }
    }

    fn expression_statement(&mut self, value: &Expr) {
        // A literal alone, such as a documentation string, has no effect.
        if self.fold(value).is_none() {
            self.expression(value);
            self.emit(Op::PopTop, 0, span_of(value));
        }
    }

    fn if_statement(&mut self, node: &StmtIf) {
        let end = self.unit.label();
        let mut next = self.unit.label();
        self.jump_unless(&node.test, next);
        self.statements(&node.body);
        let mut last_body = node.body.last();
        for clause in &node.elif_else_clauses {
            let span = last_body.map(span_of).unwrap_or_default();
            self.unit.jump(Op::JumpForward, end, span);
            self.unit.bind(next);
            next = self.unit.label();
            if let Some(test) = &clause.test {
                self.jump_unless(test, next);
            }
            self.statements(&clause.body);
            last_body = clause.body.last();
        }
        self.unit.bind(next);
        self.unit.bind(end);
    }

    fn while_loop(&mut self, node: &StmtWhile) {
        let head = self.unit.bound_label();
        let exhausted = self.unit.label();
        let end = self.unit.label();
        self.jump_unless(&node.test, exhausted);
        self.loop_body(
            Loop { head, end, held: 0 },
            &node.body,
            span_of(&*node.test),
        );
        self.unit.bind(exhausted);
        self.statements(&node.orelse);
        self.unit.bind(end);
    }

    fn for_loop(&mut self, node: &StmtFor) {
        if node.is_async {
            return self.refuse(subset::construct(
                span_of(node),
                "`async for`",
                "a plain `for` loop",
            ));
        }
        let span = span_of(&*node.iter);
        self.expression(&node.iter);
        // An error in the iteration itself is reported for the statement, as in CPython.
        self.emit(Op::GetIter, 0, span_of(node));
        let head = self.unit.bound_label();
        let exhausted = self.unit.label();
        let end = self.unit.label();
        self.unit.jump(Op::ForIter, exhausted, span);
        self.store(&node.target);
        self.loop_body(Loop { head, end, held: 3 }, &node.body, span);
        self.unit.bind(exhausted);
        self.statements(&node.orelse);
        self.unit.bind(end);
    }

    fn loop_body(&mut self, around: Loop, body: &[Stmt], span: Span) {
        self.unit.loops.push(around);
        self.statements(body);
        self.unit.loops.pop();
        self.unit.jump(Op::JumpBackward, around.head, span);
    }

    fn break_loop(&mut self, span: Span) {
        match self.unit.loops.last().copied() {
            Some(around) => {
                for _ in 0..around.held {
                    self.emit(Op::PopTop, 0, span);
                }
                self.unit.jump(Op::JumpForward, around.end, span);
            }
            None => self.refuse(Diagnostic::new(span, "'break' outside loop")),
        }
    }

    fn continue_loop(&mut self, span: Span) {
        match self.unit.loops.last().copied() {
            Some(around) => self.unit.jump(Op::JumpBackward, around.head, span),
            None => self.refuse(Diagnostic::new(span, "'continue' not properly in loop")),
        }
    }

    fn return_statement(&mut self, node: &StmtReturn) {
        let span = span_of(node);
        if self.unit.scope.is_none() {
            return self.refuse(Diagnostic::new(span, "'return' outside function"));
        }
        match &node.value {
            Some(value) => self.expression(value),
            None => self.emit_none(span),
        }
        self.emit(Op::ReturnValue, 0, span);
    }

    fn import(&mut self, node: &StmtImport) {
        for alias in &node.names {
            let span = span_of(node);
            let module = alias.name.as_str();
            if !builtins::is_module(module) {
                self.refuse(subset::module(module, span_of(alias)));
                continue;
            }
            let index = self.unit.name(module);
            self.emit(Op::ImportName, index, span);
            self.store_name(alias.asname.as_ref().unwrap_or(&alias.name), span);
        }
    }

    fn import_from(&mut self, node: &StmtImportFrom) {
        let span = span_of(node);
        let module = node.module.as_ref().map_or("", |name| name.as_str());
        if node.level > 0 || !builtins::is_module(module) {
            let dots = ".".repeat(node.level as usize);
            return self.refuse(subset::module(&format!("{dots}{module}"), span));
        }
        let index = self.unit.name(module);
        self.emit(Op::ImportName, index, span);
        for alias in &node.names {
            let name = alias.name.as_str();
            if !builtins::has_attribute(module, name) {
                self.refuse(subset::module_attribute(module, name, span_of(alias)));
                continue;
            }
            let index = self.unit.name(name);
            self.emit(Op::ImportFrom, index, span);
            self.store_name(alias.asname.as_ref().unwrap_or(&alias.name), span);
        }
        self.emit(Op::PopTop, 0, span);
    }
}
