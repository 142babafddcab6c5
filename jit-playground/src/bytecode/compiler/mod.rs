//! The compiler: a syntax tree in, code objects out.
//!
//! Whatever it has no rule for it refuses with a [`Diagnostic`], so the compiler itself is the list of what the
//! subset holds; it goes on after a refusal, to report all of them. Name resolution is in [`scope`], the emission of
//! instructions in [`mod@unit`]. Start reading at [`compile`].

mod assign;
mod call;
mod condition;
mod expression;
mod fold;
mod function;
mod names;
mod scope;
mod statement;
mod text;
mod unit;

use std::rc::Rc;

use rustpython_ruff_python_ast::{Expr, ModModule};
use rustpython_ruff_text_size::Ranged;

use super::code::{CodeArena, CodeRef, Draft, Span};
use super::op::Op;
use crate::runtime::{Heap, Value};
use crate::syntax::{Diagnostic, SourceFile, subset};
use names::ModuleNames;
use unit::Unit;

/// Compiles a module that was parsed from `source`. Constants go into `heap`, everything else into `arena`.
///
/// The constants are not rooted before the result is in the arena, so nothing may collect meanwhile; nothing here
/// does.
///
/// # Errors
/// Everything in the program that is outside the subset, in the order of the text.
pub fn compile(
    module: &ModModule,
    source: &Rc<SourceFile>,
    heap: &Heap,
    arena: &mut CodeArena,
) -> Result<CodeRef, Vec<Diagnostic>> {
    let mut compiler = Compiler {
        source,
        heap,
        names: ModuleNames::new(heap, &module.body),
        unit: Unit::module(),
        enclosing: Vec::new(),
        diagnostics: Vec::new(),
    };
    compiler.statements(&module.body);
    let end = Span {
        start: source.text().len() as u32,
        end: source.text().len() as u32,
    };
    compiler.emit_none(end);
    compiler.emit(Op::ReturnValue, 0, end);
    let Compiler {
        unit,
        names,
        mut diagnostics,
        ..
    } = compiler;
    if !diagnostics.is_empty() {
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        return Err(diagnostics);
    }
    seal(unit.finish(), names, source, arena).map_err(|diagnostic| vec![diagnostic])
}

fn seal(
    draft: Draft,
    names: ModuleNames,
    source: &Rc<SourceFile>,
    arena: &mut CodeArena,
) -> Result<CodeRef, Diagnostic> {
    let globals = arena.add_globals(names.into_slots());
    arena.add(draft, globals, source).map_err(|malformed| {
        let message = format!("the compiler made malformed bytecode: {malformed}");
        Diagnostic::new(Span::default(), message)
    })
}

/// The state of one compilation.
struct Compiler<'a> {
    source: &'a Rc<SourceFile>,
    heap: &'a Heap,
    names: ModuleNames,
    /// The body that is being compiled.
    unit: Unit,
    /// The bodies around it, the module first.
    enclosing: Vec<Unit>,
    diagnostics: Vec<Diagnostic>,
}

impl Compiler<'_> {
    fn emit(&mut self, op: Op, arg: u32, span: Span) {
        self.unit.emit(op, arg, span);
    }

    fn emit_constant(&mut self, value: Value, span: Span) {
        let index = self.unit.constant(value);
        self.emit(Op::LoadConst, index, span);
    }

    fn emit_none(&mut self, span: Span) {
        self.emit_constant(Value::None, span);
    }

    fn refuse(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Refuses an expression, and leaves a value where it would have left one.
    fn refuse_expression(&mut self, expression: &Expr) {
        self.refuse(subset::expression(expression));
        self.emit_none(span_of(expression));
    }
}

fn span_of(node: &impl Ranged) -> Span {
    node.range().into()
}
