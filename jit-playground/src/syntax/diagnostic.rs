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
        let mut text = String::new();
        let (name, column) = (source.name(), position.column);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}:{number}:{column}: error: {}", self.message);
        let (line, column) = excerpt(line, column);
        let _ = writeln!(text, "{number} | {line}");
        // Tabs stay tabs, so that the caret stands below its character in any terminal.
        let blank = |c| if c == '\t' { '\t' } else { ' ' };
        let indent: String = line.chars().take(column - 1).map(blank).collect();
        let carets = "^".repeat(width.min(LONGEST_LINE));
        let _ = writeln!(text, "{gutter} | {indent}{carets}");
        if let Some(help) = &self.help {
            let _ = writeln!(text, "{gutter} = help: {help}");
        }
        text
    }
}

/// Longer lines are cut to an excerpt of about so many characters.
const LONGEST_LINE: usize = 160;

/// The part of a line around a column, and the column in that part. Columns count from 1.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    const MARK: &str = "..";
    let len = line.chars().count();
    if len <= LONGEST_LINE {
        return (line.to_owned(), column);
    }
    let skipped = column.saturating_sub(LONGEST_LINE / 2);
    let part: String = line.chars().skip(skipped).take(LONGEST_LINE).collect();
    let head = if skipped > 0 { MARK } else { "" };
    let tail = if skipped + LONGEST_LINE < len {
        MARK
    } else {
        ""
    };
    (format!("{head}{part}{tail}"), column - skipped + head.len())
}
