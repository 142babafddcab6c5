//! What a name means: a local, a global of the module, or a builtin.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rustpython_ruff_python_ast::Stmt;
use rustpython_ruff_python_ast::visitor::{Visitor, walk_stmt};

use super::Compiler;
use super::scope::Bindings;
use crate::bytecode::code::Span;
use crate::bytecode::op::Op;
use crate::runtime::builtins;
use crate::runtime::{Heap, Value};
use crate::syntax::{Diagnostic, subset};

/// The global names of a module.
#[derive(Debug)]
pub(super) struct ModuleNames {
    /// Names that are assigned somewhere in the module.
    assigned: HashSet<Rc<str>>,
    slots: HashMap<Rc<str>, u32>,
    /// The names in the order of their slots, with the builtin of the name.
    order: Vec<(Rc<str>, Value)>,
    /// The value of `__name__`.
    module_name: Value,
}

impl ModuleNames {
    pub fn new(heap: &Heap, body: &[Stmt]) -> ModuleNames {
        let mut declared = GlobalDeclarations::default();
        declared.visit_body(body);
        let bound = Bindings::of(body).bound;
        ModuleNames {
            assigned: bound.into_iter().chain(declared.0).map(Rc::from).collect(),
            slots: HashMap::new(),
            order: Vec::new(),
            module_name: Value::Str(heap.str("__main__")),
        }
    }

    /// The slot of a global name.
    pub fn slot(&mut self, name: &str) -> u32 {
        if let Some(&slot) = self.slots.get(name) {
            return slot;
        }
        let name: Rc<str> = name.into();
        let slot = self.order.len() as u32;
        let builtin = self.builtin(&name).unwrap_or(Value::Unbound);
        self.order.push((Rc::clone(&name), builtin));
        self.slots.insert(name, slot);
        slot
    }

    fn builtin(&self, name: &str) -> Option<Value> {
        match name {
            "__name__" => Some(self.module_name),
            _ => builtins::lookup(name),
        }
    }

    pub fn into_slots(self) -> Vec<(Rc<str>, Value)> {
        self.order
    }
}

/// The names that any function of a module declares `global`.
#[derive(Default)]
struct GlobalDeclarations<'a>(Vec<&'a str>);

impl<'a> Visitor<'a> for GlobalDeclarations<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Global(global) = statement {
            self.0.extend(global.names.iter().map(|name| name.as_str()));
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, _: &'a rustpython_ruff_python_ast::Expr) {}
}

impl Compiler<'_> {
    /// The local slot of a name, when it is a local of the function that is being compiled.
    fn local(&self, name: &str) -> Option<u32> {
        self.unit.scope.as_ref()?.locals.get(name).copied()
    }

    pub(super) fn load_name(&mut self, name: &str, span: Span) {
        self.unit.note_use(name);
        if let Some(slot) = self.local(name) {
            return self.emit(Op::LoadFast, slot, span);
        }
        let declared_global = self
            .unit
            .scope
            .as_ref()
            .is_some_and(|scope| scope.globals.contains(name));
        let outer_local = self.enclosing.iter().any(|unit| {
            let scope = unit.scope.as_ref();
            scope.is_some_and(|scope| scope.locals.contains_key(name))
        });
        if outer_local && !declared_global {
            self.refuse(
                Diagnostic::new(
                    span,
                    format!(
                        "`{name}` is a local of an enclosing function: closures are not supported"
                    ),
                )
                .with_help("pass the value as a parameter, or use a global"),
            );
            return self.emit_none(span);
        }
        if !self.names.assigned.contains(name) {
            if let Some(value) = self.names.builtin(name) {
                let index = self.unit.constant(value);
                return self.emit(Op::LoadBuiltin, index, span);
            }
            if let Some(diagnostic) = subset::unsupported_builtin(name, span) {
                self.refuse(diagnostic);
                return self.emit_none(span);
            }
        }
        let slot = self.names.slot(name);
        self.emit(Op::LoadGlobal, slot, span);
    }

    pub(super) fn store_name(&mut self, name: &str, span: Span) {
        self.unit.note_use(name);
        match self.local(name) {
            Some(slot) => self.emit(Op::StoreFast, slot, span),
            None => {
                let slot = self.names.slot(name);
                self.emit(Op::StoreGlobal, slot, span);
            }
        }
    }
}
