//! A complaint about a program's text, and how it is printed.

use std::fmt::Write;

use super::source::{SourceFile, Span};

/// Why a program was not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is about.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What is supported instead, if that can be said.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A complaint without advice.
    pub fn new(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            span,
            message: message.into(),
            help: None,
        }
    }

    /// The same with advice.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// File, line, column and message; the line of the program; a caret; the advice. Ends with a newline.
    pub fn render(&self, source: &SourceFile) -> String {
        let position = source.position(self.span.start);
        let end = source.position(self.span.end.max(self.span.start));
        let line = source.line(position.line);
        let width = if end.line == position.line {
            (end.column - position.column).max(1)
        } else {
            1
        };
        let number = position.line.to_string();
        let gutter = " ".repeat(number.len());
        // Tabs stay tabs, so that the caret stands below its character in any terminal.
        let indent: String = line
            .chars()
            .take(position.column - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let mut text = String::new();
        let (name, column) = (source.name(), position.column);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}:{number}:{column}: error: {}", self.message);
        let _ = writeln!(text, "{number} | {}", shorten(line));
        if column <= LONGEST_LINE {
            let carets = "^".repeat(width.min(LONGEST_LINE - column + 1));
            let _ = writeln!(text, "{gutter} | {indent}{carets}");
        }
        if let Some(help) = &self.help {
            let _ = writeln!(text, "{gutter} = help: {help}");
        }
        text
    }
}

/// Lines are printed up to this many characters.
const LONGEST_LINE: usize = 200;

fn shorten(line: &str) -> String {
    let mut short: String = line.chars().take(LONGEST_LINE).collect();
    if short.len() < line.len() {
        short.push_str(" ..");
    }
    short
}
