//! The reference page of all uops, as Markdown: made of the uops' signatures and documentation, and of the libraries.

use super::signature::{ParamType, Signature, ValueType};
use super::uops::UopSet;
use crate::library::Library;
use std::fmt::Write;

/// The page for these uops and the libraries over them.
pub fn reference(uops: &UopSet, libraries: &[Library]) -> String {
    let mut out = String::from(HEADER);
    for (group, text) in uops.files() {
        let _ = write!(out, "\n## {group}\n\n{}\n\n", introduction(text));
        let _ = writeln!(out, "| uop | what it does | stencils |");
        let _ = writeln!(out, "|---|---|---|");
        for uop in uops.signatures().iter().filter(|uop| uop.group == *group) {
            let counts: Vec<String> = libraries
                .iter()
                .map(|library| stencils(library, uops, &uop.name))
                .collect();
            let doc = uop
                .doc
                .replace('\n', " ")
                .replace("[`", "`")
                .replace("`]", "`")
                .replace('|', "\\|");
            let _ = writeln!(
                out,
                "| `{}` | {doc} | {} |",
                declaration(uop),
                counts.join(", ")
            );
        }
    }
    super_stencils(&mut out, uops, libraries);
    out
}

const HEADER: &str = "\
# The stock uops

Made by `cargo xtask stencils` from the functions in `stencils/src/uops/`; do not edit. `imm32` and `imm64` are operands that are always
constants. A uop that *may exit* leaves the region there; *calls* destroy the registers that a C call destroys. The last column counts the
stencils of the uop alone, x86-64 first, then AArch64: for operands as immediates of several sizes, and for results in an operand's register.
";

/// What a file's header says, up to the first blank line.
fn introduction(text: &str) -> String {
    let header = text.lines().take_while(|line| line.starts_with("//!"));
    let lines: Vec<&str> = header
        .map(|line| line.trim_start_matches("//!").trim())
        .take_while(|line| !line.is_empty())
        .collect();
    lines.join(" ").replace("[`", "`").replace("`]", "`")
}

fn declaration(uop: &Signature) -> String {
    let value = |ty: &ValueType| if *ty == ValueType::I64 { "i64" } else { "f64" };
    let params: Vec<String> = uop
        .operands()
        .map(|(name, ty)| match ty {
            ParamType::Value(ty) => format!("{name}: {}", value(ty)),
            ParamType::Imm32 => format!("{name}: imm32"),
            _ => format!("{name}: imm64"),
        })
        .collect();
    let result = uop
        .result
        .as_ref()
        .map_or(String::new(), |ty| format!(" -> {}", value(ty)));
    let notes = [
        (uop.may_exit, ", may exit"),
        (uop.calls(), ", calls"),
        (uop.group == "internal", ", internal"),
    ];
    let notes: String = notes
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, note)| *note)
        .collect();
    format!("{}({}){result}{notes}", uop.name, params.join(", "))
}

/// How many stencils a library has for a uop alone.
fn stencils(library: &Library, uops: &UopSet, name: &str) -> String {
    let kind = uops.find(name);
    let own = library.stencils.iter().filter(|stencil| {
        let pattern = &library.patterns[stencil.pattern.0 as usize];
        pattern.uops.len() == 1 && Some(pattern.uops[0].kind) == kind
    });
    own.count().to_string()
}

fn super_stencils(out: &mut String, uops: &UopSet, libraries: &[Library]) {
    let _ = write!(
        out,
        "\n## Super-stencils\n\nSeveral uops as one stencil; which there are is written in `stencils/pairs.toml`.\n\n"
    );
    let mut shapes: Vec<(String, Vec<usize>)> = Vec::new();
    for (column, library) in libraries.iter().enumerate() {
        for stencil in &library.stencils {
            let pattern = &library.patterns[stencil.pattern.0 as usize];
            if pattern.uops.len() < 2 {
                continue;
            }
            let names: Vec<&str> = pattern
                .uops
                .iter()
                .map(|uop| uops.get(uop.kind).name.as_str())
                .collect();
            let shape = names.join(" + ");
            let place = shapes
                .iter()
                .position(|(known, _)| *known == shape)
                .unwrap_or_else(|| {
                    shapes.push((shape, vec![0; libraries.len()]));
                    shapes.len() - 1
                });
            shapes[place].1[column] += 1;
        }
    }
    let _ = writeln!(out, "| uops | stencils |\n|---|---|");
    for (shape, counts) in shapes {
        let counts: Vec<String> = counts.iter().map(usize::to_string).collect();
        let _ = writeln!(out, "| `{shape}` | {} |", counts.join(", "));
    }
}
