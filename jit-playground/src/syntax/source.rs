//! A program's text with its name and its lines.

use rustpython_ruff_text_size::TextRange;

/// A part of a program's text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl From<TextRange> for Span {
    fn from(range: TextRange) -> Span {
        Span {
            start: range.start().to_u32(),
            end: range.end().to_u32(),
        }
    }
}

/// A place in a program's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The text of one program or module.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    path: String,
    text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// Takes a program's text. `name` is what messages call the file.
    ///
    /// Returns `None` when the text is 4 GiB or longer: offsets are 32 bits.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Option<SourceFile> {
        let text = text.into();
        u32::try_from(text.len()).ok()?;
        let bytes = text.as_bytes();
        let mut line_starts = vec![0];
        for (index, &byte) in bytes.iter().enumerate() {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                line_starts.push(index as u32 + 1);
            }
        }
        let name = name.into();
        Some(SourceFile {
            path: name.clone(),
            name,
            text,
            line_starts,
        })
    }

    /// The same with another name in tracebacks, where CPython prints absolute paths.
    pub fn with_path(mut self, path: impl Into<String>) -> SourceFile {
        self.path = path.into();
        self
    }

    /// What tracebacks call the file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What messages call the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty when the span is not of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    /// Where a byte offset is.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        Position {
            line,
            column: before.chars().count() + 1,
        }
    }

    /// A line without its end; `line` counts from 1. Empty when there is no such line.
    pub fn line(&self, line: usize) -> &str {
        let Some(&start) = line.checked_sub(1).and_then(|i| self.line_starts.get(i)) else {
            return "";
        };
        let end = self
            .line_starts
            .get(line)
            .map_or(self.text.len(), |&e| e as usize);
        self.text[start as usize..end].trim_end_matches(['\n', '\r'])
    }
}
