//! An explanation as text, for people who read it from top to bottom.

use std::fmt::{self, Write};

use super::model::{Aborted, Body, Code, Explanation, Piece, Recorded, Region, Trace};

/// The width of a disassembled instruction's bytes, in characters.
const BYTES_WIDTH: usize = 30;

/// The explanation as text.
pub fn render(explanation: &Explanation) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = Render {
        explanation,
        out: &mut out,
    }
    .all();
    out
}

struct Render<'a> {
    explanation: &'a Explanation,
    out: &'a mut String,
}

impl Render<'_> {
    fn all(&mut self) -> fmt::Result {
        let explanation = self.explanation;
        writeln!(
            self.out,
            "{}: {} traces, {} recordings given up, machine code for {}",
            explanation.file,
            explanation.traces.len(),
            explanation.aborted.len(),
            explanation.arch
        )?;
        self.title("Bytecode")?;
        for body in &explanation.codes {
            self.body(body)?;
        }
        for trace in &explanation.traces {
            self.trace(trace)?;
        }
        for aborted in &explanation.aborted {
            self.aborted(aborted)?;
        }
        Ok(())
    }

    fn title(&mut self, title: &str) -> fmt::Result {
        writeln!(self.out, "\n{title}\n{}", "=".repeat(title.chars().count()))
    }

    fn section(&mut self, title: &str) -> fmt::Result {
        writeln!(
            self.out,
            "\n  {title}\n  {}",
            "-".repeat(title.chars().count())
        )
    }

    fn body(&mut self, body: &Body) -> fmt::Result {
        writeln!(self.out, "\n{}:", body.name)?;
        let mut last = 0;
        for instruction in &body.instructions {
            let line = instruction.source.line;
            let shown = if line == last {
                String::new()
            } else {
                line.to_string()
            };
            last = line;
            writeln!(
                self.out,
                "{shown:>6} {:>5}  {}",
                instruction.pc, instruction.text
            )?;
        }
        Ok(())
    }

    fn trace(&mut self, trace: &Trace) -> fmt::Result {
        self.title(&format!("Trace {}: {}", trace.id, trace.title))?;
        writeln!(
            self.out,
            "begins at line {}, ends {}",
            trace.start.line, trace.end
        )?;
        self.section("Recorded: what the interpreter did, with the types that were seen")?;
        self.recorded(&trace.recorded)?;
        self.section(
            "Translated: the same as uops of the engine, and what the optimiser did to them",
        )?;
        self.region(&trace.lowered)?;
        self.section("Optimised: the uops that run")?;
        self.region(&trace.optimised)?;
        self.section("Exits: where the trace leaves to, and what it writes back")?;
        self.exits(trace)?;
        if let Some(code) = &trace.code {
            self.section("Stencils: what was copied, with registers; [ ] are super-stencils")?;
            self.pieces(code)?;
            self.section("Selection: what else fitted, with the costs of the uops' trees")?;
            self.choices(code)?;
            self.section("Machine code: holes are in brackets")?;
            self.lines(code)?;
        }
        Ok(())
    }

    fn recorded(&mut self, recorded: &[Recorded]) -> fmt::Result {
        let mut last = None;
        for (index, uop) in recorded.iter().enumerate() {
            let line = (uop.at.code, uop.at.line);
            let shown = if last == Some(line) {
                String::new()
            } else {
                uop.at.line.to_string()
            };
            last = Some(line);
            let indent = "  ".repeat(uop.depth as usize);
            writeln!(self.out, "{shown:>6} {index:>5}  {indent}{}", uop.text)?;
        }
        Ok(())
    }

    fn region(&mut self, region: &Region) -> fmt::Result {
        for block in &region.blocks {
            writeln!(self.out, "  {}", block.head)?;
            for uop in &block.uops {
                let fate = uop.fate.as_ref();
                let mark = if fate.is_some_and(|fate| fate.what == "removed") {
                    '-'
                } else {
                    ' '
                };
                write!(self.out, "  {mark} {:>4}  {:<58}", uop.id, uop.text)?;
                match fate {
                    Some(fate) if fate.what != "kept" => {
                        let rule = fate
                            .rule
                            .as_deref()
                            .map_or(String::new(), |r| format!(": {r}"));
                        writeln!(self.out, " {}{rule}", fate.what)?;
                    }
                    _ => writeln!(self.out, " from {}", uop.recorded)?,
                }
            }
            writeln!(self.out, "          {}", block.end)?;
        }
        Ok(())
    }

    fn exits(&mut self, trace: &Trace) -> fmt::Result {
        for exit in &trace.exits {
            let leads = match exit.leads_to {
                Some(target) => format!(", leads to trace {target}"),
                None => String::new(),
            };
            let frames = match exit.frames.as_slice() {
                [] => String::new(),
                frames => format!(" inside {}", frames.join(", ")),
            };
            writeln!(
                self.out,
                "  x{} ({}): goes on at line {}, instruction {}{frames}; taken {} times{leads}",
                exit.id, exit.kind, exit.resume.line, exit.resume.pc, exit.taken
            )?;
            for restored in &exit.snapshot {
                let (variable, word) = (&restored.variable, &restored.word);
                writeln!(self.out, "       {variable}.{word} = {}", restored.value)?;
            }
        }
        Ok(())
    }

    fn pieces(&mut self, code: &Code) -> fmt::Result {
        for piece in &code.pieces {
            let uops: Vec<String> = piece.uops.iter().map(|uop| format!("u{uop}")).collect();
            let text = if piece.fused {
                format!("[{}]", piece.text)
            } else {
                piece.text.clone()
            };
            writeln!(
                self.out,
                "  {:>5} +{:<3} {:<5} {:<66} {}",
                piece.at,
                piece.len,
                piece.role,
                text,
                uops.join(" ")
            )?;
        }
        writeln!(
            self.out,
            "  {} stencils, {} of them super-stencils, {} bytes, {} words spilled",
            code.stencils,
            code.super_stencils,
            code.bytes.len() / 2,
            code.spill_words
        )
    }

    fn choices(&mut self, code: &Code) -> fmt::Result {
        for piece in &code.pieces {
            let Some(choice) = piece.choice.as_ref().filter(|c| !c.rejected.is_empty()) else {
                continue;
            };
            let (root, chosen) = (piece.uops.last(), &choice.chosen);
            let root = root.map_or("branch".to_owned(), |uop| format!("u{uop}"));
            writeln!(
                self.out,
                "  {root:>6}  {} at {}",
                chosen.pattern, chosen.cost
            )?;
            for other in &choice.rejected {
                writeln!(
                    self.out,
                    "          not {} at {}",
                    other.pattern, other.cost
                )?;
            }
        }
        Ok(())
    }

    fn lines(&mut self, code: &Code) -> fmt::Result {
        let holes: Vec<_> = code
            .pieces
            .iter()
            .flat_map(|piece: &Piece| &piece.holes)
            .collect();
        for line in &code.lines {
            let mut bytes = String::new();
            for at in line.at..line.at + line.len {
                if holes.iter().any(|hole| hole.at == at) {
                    bytes.push('[');
                }
                bytes.push_str(
                    code.bytes
                        .get(at as usize * 2..at as usize * 2 + 2)
                        .unwrap_or(""),
                );
                if holes.iter().any(|hole| hole.at + hole.len == at + 1) {
                    bytes.push(']');
                }
            }
            writeln!(
                self.out,
                "  {:>5}  {bytes:<BYTES_WIDTH$} {}",
                line.at, line.text
            )?;
        }
        Ok(())
    }

    fn aborted(&mut self, aborted: &Aborted) -> fmt::Result {
        self.title(&format!("Given up: {}", aborted.title))?;
        writeln!(
            self.out,
            "{} ({}): begun at line {}, given up at line {} after {} uops",
            aborted.explanation,
            aborted.reason,
            aborted.start.line,
            aborted.end.line,
            aborted.recorded.len()
        )
    }
}
