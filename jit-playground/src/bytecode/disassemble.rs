//! Bytecode as text: one line per instruction, with its source line and what its argument means.

use std::fmt::Write;

use super::code::{Code, CodeRef};
use super::instruction::Instruction;
use super::op::{BinaryOp, CompareOp, FORMAT_WITH_SPEC, Op};
use crate::runtime::format;

/// The disassembly of a body and of all functions inside it, as the compiler made them: what the interpreter has
/// specialised since is shown in its general form.
pub fn disassemble(code: CodeRef) -> String {
    let mut text = String::new();
    let mut pending = vec![code];
    while let Some(code) = pending.pop() {
        if !text.is_empty() {
            text.push('\n');
        }
        body(&code, &mut text);
        pending.extend(code.children().iter().rev());
    }
    text
}

fn body(code: &Code, text: &mut String) {
    let locals = code.locals().join(", ");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} ({locals}):", code.qualified_name());
    let mut last_line = 0;
    for pc in 0..code.len() as u32 {
        let Some(instruction) = code.get(pc) else {
            break;
        };
        let line = code.source().position(code.span(pc).start).line;
        let shown = if line == last_line {
            String::new()
        } else {
            line.to_string()
        };
        last_line = line;
        let _ = writeln!(
            text,
            "{shown:>5} {pc:>5} {}",
            instruction_text(code, instruction)
        );
    }
}

/// One instruction in its general form: name, argument, and in parentheses what the argument means.
pub fn instruction_text(code: &Code, instruction: Instruction) -> String {
    let op = instruction.op.general();
    let name = op.name();
    match argument(code, op, instruction.arg) {
        Argument::None => name.to_owned(),
        Argument::Plain => format!("{name:<22} {}", instruction.arg),
        Argument::Meaning(meaning) => format!("{name:<22} {} ({meaning})", instruction.arg),
    }
}

/// What the interpreter keeps inside an instruction: the specialised form it has turned it into, or how far a back edge is from
/// being hot.
pub fn cache_text(instruction: Instruction) -> Option<String> {
    let op = instruction.op;
    if op != op.general() {
        return Some(format!("runs as {}", op.name()));
    }
    match (op, instruction.cache) {
        (Op::JumpBackward, 0) => Some("hot".to_owned()),
        (Op::JumpBackward, left) => Some(format!("hot in {left}")),
        _ => None,
    }
}

enum Argument {
    None,
    Plain,
    Meaning(String),
}

fn argument(code: &Code, op: Op, arg: u32) -> Argument {
    let index = arg as usize;
    let name = |names: &[std::rc::Rc<str>]| match names.get(index) {
        Some(name) => Argument::Meaning(name.to_string()),
        None => Argument::Plain,
    };
    match op {
        Op::LoadConst | Op::LoadBuiltin => match code.constants().get(index) {
            Some(&value) => match format::repr(value) {
                Ok(text) => Argument::Meaning(text),
                Err(_) => Argument::Plain,
            },
            None => Argument::Plain,
        },
        Op::LoadFast | Op::StoreFast => name(code.locals()),
        Op::LoadGlobal | Op::StoreGlobal => name(code.globals().names()),
        Op::LoadMethod | Op::LoadAttr | Op::ImportName | Op::ImportFrom => name(code.names()),
        Op::MakeFunction => match code.children().get(index) {
            Some(child) => Argument::Meaning(child.qualified_name().to_owned()),
            None => Argument::Plain,
        },
        Op::BinaryOp => symbol(BinaryOp::from_arg(arg).map(BinaryOp::symbol)),
        Op::CompareOp => symbol(CompareOp::from_arg(arg).map(CompareOp::symbol)),
        Op::IsOp => symbol(Some(if arg == 0 { "is" } else { "is not" })),
        Op::ContainsOp => symbol(Some(if arg == 0 { "in" } else { "not in" })),
        Op::FormatValue => {
            let conversion = ["", "str", "repr", "ascii"][(arg & 3) as usize];
            let spec = if arg & FORMAT_WITH_SPEC != 0 {
                "spec"
            } else {
                ""
            };
            let both = [conversion, spec]
                .into_iter()
                .filter(|part| !part.is_empty());
            match both.collect::<Vec<_>>().join(", ") {
                none if none.is_empty() => Argument::Plain,
                meaning => Argument::Meaning(meaning),
            }
        }
        op if op.is_jump() => Argument::Meaning(format!("to {arg}")),
        Op::Copy
        | Op::Swap
        | Op::BuildList
        | Op::BuildTuple
        | Op::BuildString
        | Op::UnpackSequence
        | Op::Call
        | Op::CallKw
        | Op::CallMethod => Argument::Plain,
        _ => Argument::None,
    }
}

fn symbol(symbol: Option<&str>) -> Argument {
    symbol.map_or(Argument::Plain, |text| Argument::Meaning(text.to_owned()))
}
