//! Tracebacks, as CPython 3.11 prints them.

use std::fmt::Write;

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
            |other: &TracebackEntry| line_of(other) == line_of(&entry) && other.code == entry.code;
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
    let _ = writeln!(text, "{error}");
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
    let _ = writeln!(
        text,
        "  File \"{}\", line {}, in {}",
        source.name(),
        start.line,
        entry.code.name()
    );
    let line = source.line(start.line);
    let trimmed = line.trim_start();
    if trimmed.trim_end().is_empty() {
        return;
    }
    let _ = writeln!(text, "    {}", trimmed.trim_end());
}
