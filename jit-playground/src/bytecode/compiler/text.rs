//! F-strings.

use rustpython_ruff_python_ast::{
    ConversionFlag, ExprFString, FStringPart, InterpolatedElement, InterpolatedStringElement,
    InterpolatedStringElements,
};

use super::{Compiler, span_of};
use crate::bytecode::code::Span;
use crate::bytecode::op::{FORMAT_WITH_SPEC, Op};
use crate::runtime::Value;
use crate::runtime::format::Conversion;

impl Compiler<'_> {
    pub(super) fn f_string(&mut self, node: &ExprFString) {
        let span = span_of(node);
        let mut pieces = Pieces::default();
        for part in &node.value {
            match part {
                FStringPart::Literal(literal) => pieces.literal.push_str(&literal.value),
                FStringPart::FString(string) => self.elements(&string.elements, &mut pieces, span),
            }
        }
        self.build(pieces, span);
    }

    fn elements(&mut self, elements: &InterpolatedStringElements, pieces: &mut Pieces, span: Span) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    pieces.literal.push_str(&literal.value);
                }
                InterpolatedStringElement::Interpolation(field) => {
                    self.field(field, pieces, span);
                }
            }
        }
    }

    fn field(&mut self, field: &InterpolatedElement, pieces: &mut Pieces, span: Span) {
        let mut conversion = match field.conversion {
            ConversionFlag::None => Conversion::None,
            ConversionFlag::Str => Conversion::Str,
            ConversionFlag::Repr => Conversion::Repr,
            ConversionFlag::Ascii => Conversion::Ascii,
        };
        if let Some(debug) = &field.debug_text {
            let text = self.source.slice(span_of(&*field.expression));
            pieces.literal.push_str(&debug.leading);
            pieces.literal.push_str(text);
            pieces.literal.push_str(&debug.trailing);
            if conversion == Conversion::None && field.format_spec.is_none() {
                conversion = Conversion::Repr;
            }
        }
        self.flush(pieces, span);
        self.expression(&field.expression);
        let mut flags = conversion as u32;
        if let Some(spec) = &field.format_spec {
            let mut inner = Pieces::default();
            self.elements(&spec.elements, &mut inner, span_of(&**spec));
            self.build(inner, span_of(&**spec));
            flags |= FORMAT_WITH_SPEC;
        }
        self.emit(Op::FormatValue, flags, span);
        pieces.count += 1;
    }

    /// Emits the literal text gathered so far.
    fn flush(&mut self, pieces: &mut Pieces, span: Span) {
        if !pieces.literal.is_empty() {
            let text = std::mem::take(&mut pieces.literal);
            self.emit_constant(Value::Str(self.heap.str(text)), span);
            pieces.count += 1;
        }
    }

    fn build(&mut self, mut pieces: Pieces, span: Span) {
        self.flush(&mut pieces, span);
        match pieces.count {
            0 => self.emit_constant(Value::Str(self.heap.str("")), span),
            1 => {}
            count => self.emit(Op::BuildString, count, span),
        }
    }
}

/// What was seen of an f-string so far.
#[derive(Default)]
struct Pieces {
    /// Literal text that is not emitted yet.
    literal: String,
    /// How many strings are on the stack.
    count: u32,
}
