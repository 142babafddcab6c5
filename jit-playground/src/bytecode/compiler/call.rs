//! Calls of functions and methods.

use rustpython_ruff_python_ast::{Expr, ExprCall};

use super::{Compiler, span_of};
use crate::bytecode::op::Op;
use crate::runtime::Value;
use crate::syntax::subset;

impl Compiler<'_> {
    pub(super) fn call(&mut self, node: &ExprCall) {
        let span = span_of(node);
        let arguments = &node.arguments;
        if let Some(diagnostic) = subset::arguments(arguments) {
            self.refuse(diagnostic);
            return self.emit_none(span);
        }
        let count = (arguments.args.len() + arguments.keywords.len()) as u32;
        match &*node.func {
            Expr::Attribute(method) if arguments.keywords.is_empty() => {
                self.expression(&method.value);
                self.check_attribute(&method.value, &method.attr);
                let name = self.unit.name(method.attr.as_str());
                self.emit(Op::LoadMethod, name, span_of(method));
                self.expressions(&arguments.args);
                self.emit(Op::CallMethod, count, span);
            }
            function => {
                self.expression(function);
                self.expressions(&arguments.args);
                if arguments.keywords.is_empty() {
                    return self.emit(Op::Call, count, span);
                }
                let mut names = Vec::new();
                for keyword in &arguments.keywords {
                    self.expression(&keyword.value);
                    let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
                    names.push(Value::Str(self.heap.str(name)));
                }
                match self.heap.tuple(&names) {
                    Ok(names) => self.emit_constant(Value::Tuple(names), span),
                    Err(_) => self.emit_none(span),
                }
                self.emit(Op::CallKw, count, span);
            }
        }
    }

    fn expressions(&mut self, expressions: &[Expr]) {
        for expression in expressions {
            self.expression(expression);
        }
    }
}
