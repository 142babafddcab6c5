//! Function definitions and `global` declarations.

use std::collections::HashSet;

use rustpython_ruff_python_ast::{StmtFunctionDef, StmtGlobal};

use super::scope::FunctionScope;
use super::unit::Unit;
use super::{Compiler, span_of};
use crate::bytecode::op::Op;
use crate::syntax::{Diagnostic, subset};

/// The flag of `MAKE_FUNCTION` that says that a tuple of defaults is on the stack.
const HAS_DEFAULTS: u16 = 1;

impl Compiler<'_> {
    pub(super) fn function_definition(&mut self, node: &StmtFunctionDef) {
        let span = span_of(node);
        if let Some(diagnostic) = subset::function(node) {
            return self.refuse(diagnostic);
        }
        let defaults: Vec<_> = node
            .parameters
            .iter_non_variadic_params()
            .filter_map(|parameter| parameter.default())
            .collect();
        for &default in &defaults {
            self.expression(default);
        }
        if !defaults.is_empty() {
            self.emit(Op::BuildTuple, defaults.len() as u32, span);
        }
        let flags = if defaults.is_empty() { 0 } else { HAS_DEFAULTS };
        let child = self.function_body(node);
        self.unit.make_function(child, flags, span);
        self.store_name(node.name.as_str(), span);
    }

    /// Compiles the body into a child of the current unit, and gives its index.
    fn function_body(&mut self, node: &StmtFunctionDef) -> u32 {
        let (scope, locals) = FunctionScope::new(&node.parameters, &node.body);
        let mut seen = HashSet::new();
        for parameter in node.parameters.iter() {
            let name = parameter.name();
            if !seen.insert(name.as_str()) {
                let message = format!("duplicate argument '{name}' in function definition");
                self.refuse(Diagnostic::new(span_of(name), message));
            }
            if scope.globals.contains(name.as_str()) {
                let message = format!("name '{name}' is parameter and global");
                self.refuse(Diagnostic::new(span_of(name), message));
            }
        }
        let mut unit = Unit::function(scope);
        let outer = &self.unit.draft.qualified_name;
        unit.draft.name = node.name.to_string();
        unit.draft.qualified_name = match self.unit.scope {
            Some(_) => format!("{outer}.<locals>.{}", node.name),
            None => node.name.to_string(),
        };
        unit.draft.locals = locals;
        unit.draft.parameter_count = node.parameters.len() as u32;
        unit.draft.span = span_of(node);
        self.enclosing.push(std::mem::replace(&mut self.unit, unit));
        self.statements(&node.body);
        let end = node.body.last().map(span_of).unwrap_or_default();
        if self.unit.is_reachable() {
            self.emit_none(end);
            self.emit(Op::ReturnValue, 0, end);
        }
        let outer = self.enclosing.pop().unwrap_or_default();
        let body = std::mem::replace(&mut self.unit, outer);
        self.unit.draft.children.push(body.finish());
        self.unit.draft.children.len() as u32 - 1
    }

    pub(super) fn global_declaration(&mut self, node: &StmtGlobal) {
        // The scope pass has taken note of the names; what is left is the rule that a name must not be used before.
        for name in &node.names {
            if self.unit.used.contains(name.as_str()) {
                let message = format!("name '{name}' is used prior to global declaration");
                self.refuse(Diagnostic::new(span_of(name), message));
            }
        }
    }
}
