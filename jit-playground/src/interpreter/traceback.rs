//! Tracebacks, as CPython 3.11 prints them.
//!
//! Start reading at [`render`].

use std::fmt::Write;

use rustpython_ruff_python_ast::Expr;
use rustpython_ruff_python_parser::parse_expression;
use rustpython_ruff_text_size::Ranged;

use super::suggestion;
use crate::runtime::Error;
use crate::runtime::error::TracebackEntry;

/// So many equal entries are printed before the rest is counted.
const MAX_REPEATED: usize = 3;

/// The whole text, which ends with a newline.
pub fn render(error: &Error) -> String {
    let mut text = "Traceback (most recent call last):\n".to_owned();
    let mut entries = error.exception().traceback.iter().rev().peekable();
    let mut repeated = 0;
    let mut last: Option<TracebackEntry> = None;
    while let Some(&entry) = entries.next() {
        let same =
            |other: &TracebackEntry| other.code == entry.code && line_of(other) == line_of(&entry);
        repeated = match &last {
            Some(last) if same(last) => repeated + 1,
            _ => 1,
        };
        if repeated <= MAX_REPEATED {
            write_entry(&mut text, &entry);
        }
        let ends_here = entries.peek().is_none_or(|next| !same(next));
        if ends_here && repeated > MAX_REPEATED {
            let more = repeated - MAX_REPEATED;
            let plural = if more == 1 { "" } else { "s" };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  [Previous line repeated {more} more time{plural}]");
        }
        last = Some(entry);
    }
    let hint = suggestion::for_error(error)
        .map(|name| format!(". Did you mean: '{name}'?"))
        .unwrap_or_default();
    let _ = writeln!(text, "{error}{hint}");
    text
}

fn line_of(entry: &TracebackEntry) -> usize {
    let span = entry.code.span(entry.pc);
    entry.code.source().position(span.start).line
}

fn write_entry(text: &mut String, entry: &TracebackEntry) {
    let source = entry.code.source();
    let span = entry.code.span(entry.pc);
    let start = source.position(span.start);
    let (name, function) = (source.path(), entry.code.name());
    let _ = writeln!(
        text,
        "  File \"{name}\", line {}, in {function}",
        start.line
    );
    let line: Vec<char> = source.line(start.line).chars().collect();
    let indent = line
        .iter()
        .take_while(|c| matches!(c, ' ' | '\t' | '\x0c'))
        .count();
    if indent == line.len() {
        return;
    }
    let _ = writeln!(text, "    {}", line[indent..].iter().collect::<String>());
    let end = source.position(span.end);
    let columns = if end.line == start.line {
        start.column - 1..end.column - 1
    } else {
        // Of an expression on several lines the first line is marked, without the blanks at its end.
        let blank = line.iter().rev().take_while(|c| c.is_whitespace()).count();
        start.column - 1..line.len() - blank
    };
    let operator = (end.line == start.line)
        .then(|| operator_columns(&line, columns.clone()))
        .flatten();
    if operator.is_none() && columns.len() == line.len() - indent {
        // The whole line is marked, which says nothing.
        return;
    }
    let mark = |column: usize| match &operator {
        _ if column < columns.start => ' ',
        Some(operator) if !operator.contains(&column) => '~',
        _ => '^',
    };
    let marks: String = (indent..columns.end).map(mark).collect();
    let _ = writeln!(text, "    {marks}");
}

/// Where the operator is in a binary operation, or the brackets in an indexing; `None` for anything else.
fn operator_columns(
    line: &[char],
    columns: std::ops::Range<usize>,
) -> Option<std::ops::Range<usize>> {
    let segment: String = line.get(columns.clone())?.iter().collect();
    let parsed = parse_expression(&segment).ok()?;
    // Offsets in the segment are bytes.
    let column = |offset: usize| {
        let before = segment.get(..offset).unwrap_or(&segment);
        columns.start + before.chars().count()
    };
    match parsed.expr() {
        Expr::BinOp(node) => {
            let right = column(node.right.start().to_usize());
            let is_operator = |c: char| !c.is_whitespace() && c != ')';
            let first =
                (column(node.left.end().to_usize())..right).find(|&at| is_operator(line[at]))?;
            let second = first + 1 < right && !line[first + 1].is_whitespace();
            Some(first..first + 1 + usize::from(second))
        }
        Expr::Subscript(node) => {
            let find = |from: usize, bracket: char| {
                (column(from)..columns.end).find(|&at| line[at] == bracket)
            };
            let open = find(node.value.end().to_usize(), '[')?;
            let close = find(node.slice.end().to_usize(), ']')?;
            Some(open..close + 1)
        }
        _ => None,
    }
}
