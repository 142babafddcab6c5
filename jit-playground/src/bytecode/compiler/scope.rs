//! Which names a function body binds, found before the body is compiled.
//!
//! A name that a function assigns anywhere is a local of it everywhere, unless the function declares it global. That
//! is why this pass comes first.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rustpython_ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use rustpython_ruff_python_ast::{Alias, Expr, ExprContext, Parameters, Stmt};

/// The names of one function.
#[derive(Debug, Default)]
pub(super) struct FunctionScope {
    /// The locals and their slots.
    pub locals: HashMap<Rc<str>, u32>,
    /// The names declared `global`.
    pub globals: HashSet<Rc<str>>,
}

impl FunctionScope {
    /// Finds the names of a function; also gives the locals in the order of their slots, parameters first.
    pub fn new(parameters: &Parameters, body: &[Stmt]) -> (FunctionScope, Vec<Rc<str>>) {
        let mut scope = FunctionScope::default();
        let mut order: Vec<Rc<str>> = Vec::new();
        let mut add = |scope: &mut FunctionScope, name: &str| {
            if !scope.locals.contains_key(name) && !scope.globals.contains(name) {
                let name: Rc<str> = name.into();
                scope.locals.insert(Rc::clone(&name), order.len() as u32);
                order.push(name);
            }
        };
        for parameter in parameters.iter() {
            add(&mut scope, parameter.name().as_str());
        }
        let bindings = Bindings::of(body);
        scope.globals = bindings.globals.iter().map(|&name| name.into()).collect();
        for name in bindings.bound {
            add(&mut scope, name);
        }
        (scope, order)
    }
}

/// The names that a body binds itself, not counting the bodies of functions and classes inside.
#[derive(Debug, Default)]
pub(super) struct Bindings<'a> {
    /// Bound names, in the order of their first binding, with repetitions.
    pub bound: Vec<&'a str>,
    /// Names declared `global`.
    pub globals: Vec<&'a str>,
}

impl<'a> Bindings<'a> {
    pub fn of(body: &'a [Stmt]) -> Bindings<'a> {
        let mut bindings = Bindings::default();
        for statement in body {
            bindings.visit_stmt(statement);
        }
        bindings
    }
}

impl<'a> Visitor<'a> for Bindings<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) => {
                self.bound.push(function.name.as_str());
                for parameter in function.parameters.iter_non_variadic_params() {
                    if let Some(default) = parameter.default() {
                        self.visit_expr(default);
                    }
                }
            }
            Stmt::ClassDef(class) => self.bound.push(class.name.as_str()),
            Stmt::Global(global) => self.globals.extend(global.names.iter().map(|n| n.as_str())),
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                if matches!(name.ctx, ExprContext::Store | ExprContext::Del) {
                    self.bound.push(name.id.as_str());
                }
            }
            Expr::Lambda(_) => {}
            _ => walk_expr(self, expression),
        }
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        // `import a.b` binds `a`.
        self.bound.push(name.split('.').next().unwrap_or(name));
    }
}
