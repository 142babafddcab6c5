//! A library as people read it: every stencil disassembled, with its holes and register fields marked.

use super::patterns::describe;
use super::uops::UopSet;
use crate::library::*;
use std::fmt::Write;

/// The instructions of some code, a line each, as `offset  text`.
pub fn dump(arch: Arch, code: &[u8]) -> String {
    let mut out = String::new();
    for (offset, _, text) in disassemble(arch, code) {
        let _ = writeln!(out, "    {offset:4x}  {text}");
    }
    out
}

/// Offset, length and text of each instruction.
fn disassemble(arch: Arch, code: &[u8]) -> Vec<(usize, usize, String)> {
    match arch {
        Arch::X86_64 => {
            let decoder = iced_x86::Decoder::with_ip(64, code, 0, iced_x86::DecoderOptions::NONE);
            decoder
                .into_iter()
                .map(|inst| (inst.ip() as usize, inst.len(), inst.to_string()))
                .collect()
        }
        Arch::Aarch64 => {
            let words = code.chunks_exact(4).enumerate();
            words
                .map(|(n, word)| {
                    (
                        n * 4,
                        4,
                        super::a64::disassemble(word).unwrap_or_else(|why| why),
                    )
                })
                .collect()
        }
    }
}

/// The whole library.
pub fn listing(library: &Library, uops: &UopSet) -> String {
    let mut out = String::new();
    let total: usize = library.stencils.iter().map(|s| s.code.len()).sum();
    let _ = writeln!(
        out,
        "{:?}: {} patterns, {} stencils, {total} bytes of code, {} bytes of constants",
        library.arch,
        library.patterns.len(),
        library.stencils.len(),
        library.constants.len()
    );
    for (index, stencil) in library.stencils.iter().enumerate() {
        let _ = writeln!(
            out,
            "\n{index}: {}",
            describe(uops, &library.patterns[stencil.pattern.0 as usize])
        );
        let shared: Vec<String> = (0..8)
            .filter(|n| stencil.reuse & 1 << n != 0)
            .map(operand_name)
            .collect();
        let shared = if shared.is_empty() {
            String::new()
        } else {
            format!(", result in {}", shared.join(", "))
        };
        let flow = if stencil.flow == Flow::End {
            ", ends"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "    cost {}, {} bytes{shared}{flow}",
            stencil.cost,
            stencil.code.len()
        );
        code_lines(&mut out, library, uops, stencil);
    }
    out
}

fn code_lines(out: &mut String, library: &Library, uops: &UopSet, stencil: &Stencil) {
    let code = canonical(library, uops, stencil);
    for (offset, len, text) in disassemble(library.arch, &code) {
        let bytes: Vec<String> = stencil.code[offset..offset + len]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let _ = write!(out, "    {offset:4x}  {:32}{text:44}", bytes.join(" "));
        for hole in stencil
            .holes
            .iter()
            .filter(|h| (offset..offset + len).contains(&(h.offset as usize)))
        {
            let value = match hole.value {
                HoleValue::Imm(n) => format!("#{n}"),
                HoleValue::Exit => "exit".to_string(),
                HoleValue::Constant(at) => format!("constant {at}"),
            };
            let addend = if hole.addend == 0 {
                String::new()
            } else {
                format!("{:+}", hole.addend)
            };
            let _ = write!(
                out,
                " [{:?} at {:x}: {value}{addend}]",
                hole.kind, hole.offset
            );
        }
        for field in stencil
            .fields
            .iter()
            .filter(|f| (offset..offset + len).contains(&(f.bits[0] as usize / 8)))
        {
            let bits: Vec<String> = field
                .bits
                .iter()
                .map(|b| format!("{:x}.{}", b / 8, b % 8))
                .collect();
            let _ = write!(
                out,
                " <{}: {}>",
                operand_name(field.operand),
                bits.join(" ")
            );
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
}

fn operand_name(operand: u8) -> String {
    if operand == Field::RESULT {
        "result".to_string()
    } else {
        ((b'a' + operand) as char).to_string()
    }
}

/// The code with a different register in each operand, as the disassembly shows it.
fn canonical(library: &Library, uops: &UopSet, stencil: &Stencil) -> Vec<u8> {
    let pattern = &library.patterns[stencil.pattern.0 as usize];
    let target = super::target::Target::of(library.arch);
    let variant = super::source::Variant::new(target, uops, pattern, stencil.reuse);
    let mut code = stencil.code.clone();
    for field in &stencil.fields {
        let number = variant.as_ref().and_then(|v| match field.operand {
            Field::RESULT => v.result,
            n => v.inputs.get(n as usize).copied(),
        });
        for (n, bit) in field.bits.iter().enumerate() {
            code[*bit as usize / 8] |= (number.unwrap_or(0) >> n & 1) << (bit % 8);
        }
    }
    code
}
