//! Writes the Rust source of a uop table: the definitions, their reference implementations and named kinds.
//!
//! It is compiled into this crate's build script too, so it uses no module but the reader of signatures.

use super::signature::{ParamType, Signature, ValueType};
use std::fmt::Write;

/// The names by which the generated source refers to its surroundings.
pub struct Paths<'a> {
    /// This crate: `crate` in itself, `::stencils` elsewhere.
    pub stencils: &'a str,
    /// The module that holds the uop files as modules.
    pub uops: &'a str,
    /// The expression of the first kind's number, unless that is zero.
    pub first_kind: Option<&'a str>,
}

/// Rust source with `pub static DEFS: [UopDef; N]` and `pub mod kind` that names each uop's kind.
pub fn table_source(uops: &[Signature], paths: &Paths) -> String {
    let mut out = String::new();
    let table = format!("{}::table", paths.stencils);
    put(
        &mut out,
        format_args!("/// The uops' definitions, in the order of their kinds."),
    );
    put(
        &mut out,
        format_args!("pub static DEFS: [{table}::UopDef; {}] = [", uops.len()),
    );
    for uop in uops {
        definition(&mut out, uop, &table);
    }
    put(&mut out, format_args!("];\n"));
    put(&mut out, format_args!("/// The uops' kinds by name."));
    put(&mut out, format_args!("pub mod kind {{"));
    for (index, uop) in uops.iter().enumerate() {
        let doc = uop.doc.replace("[`", "`").replace("`]", "`");
        put(&mut out, format_args!("    #[doc = {doc:?}]"));
        let name = uop.name.to_uppercase();
        let number = match paths.first_kind {
            None => format!("{index}"),
            Some(first) if index == 0 => first.to_string(),
            Some(first) => format!("{first} + {index}"),
        };
        put(
            &mut out,
            format_args!("    pub const {name}: {table}::UopKind = {table}::UopKind({number});"),
        );
    }
    put(&mut out, format_args!("}}\n"));
    for uop in uops {
        implementation(&mut out, uop, paths);
    }
    out
}

fn put(out: &mut String, line: std::fmt::Arguments) {
    writeln!(out, "{line}").expect("a string takes everything");
}

fn definition(out: &mut String, uop: &Signature, table: &str) {
    let params: Vec<String> = uop
        .operands()
        .map(|(name, ty)| {
            let kind = match ty {
                ParamType::Value(ty) => format!("Value({})", type_path(*ty, table)),
                ParamType::Imm32 => "Imm32".to_string(),
                _ => "Imm64".to_string(),
            };
            format!("{table}::Param {{ name: {name:?}, kind: {table}::ParamKind::{kind} }}")
        })
        .collect();
    let result = uop.result.map_or("None".to_string(), |ty| {
        format!("Some({})", type_path(ty, table))
    });
    let has = |wanted: ParamType| uop.params.iter().any(|(_, ty)| *ty == wanted);
    let (frame_write, memory_write) = (has(ParamType::Frame(true)), has(ParamType::Memory(true)));
    put(
        out,
        format_args!(
            "    {table}::UopDef {{ name: {:?}, group: {:?}, doc: {:?},",
            uop.name, uop.group, uop.doc
        ),
    );
    put(
        out,
        format_args!(
            "        params: &[{}], result: {result},",
            params.join(", ")
        ),
    );
    put(
        out,
        format_args!(
            "        effects: {table}::Effects {{ reads_frame: {}, writes_frame: {frame_write}, reads_memory: {}, \
             writes_memory: {memory_write}, calls: {}, may_exit: {} }},",
            has(ParamType::Frame(false)),
            has(ParamType::Memory(false)),
            uop.calls(),
            uop.may_exit
        ),
    );
    put(
        out,
        format_args!(
            "        internal: {}, interpret: interpret_{} }},",
            uop.group == "internal",
            uop.name
        ),
    );
}

fn type_path(ty: ValueType, table: &str) -> String {
    match ty {
        ValueType::I64 => format!("{table}::Type::I64"),
        ValueType::F64 => format!("{table}::Type::F64"),
    }
}

fn implementation(out: &mut String, uop: &Signature, paths: &Paths) {
    let stencils = paths.stencils;
    let mut operands = 0;
    let mut touches = false;
    let mut args = Vec::new();
    for (_, ty) in &uop.params {
        let mut capability = |name: &str, mutable: bool, address: &str| {
            touches = true;
            format!(
                "&{}{stencils}::operand::{name}::new({address})",
                if mutable { "mut " } else { "" }
            )
        };
        args.push(match *ty {
            ParamType::Frame(mutable) => capability("Frame", mutable, "_frame"),
            ParamType::Memory(mutable) => capability("Memory", mutable, ""),
            ParamType::Context(mutable) => capability("Context", mutable, "_context"),
            _ => {
                operands += 1;
                format!(
                    "{stencils}::table::Word::from_word(_args[{}])",
                    operands - 1
                )
            }
        });
    }
    put(
        out,
        format_args!(
            "unsafe fn interpret_{}(_frame: *mut u64, _context: *mut u64, _args: &[u64])",
            uop.name
        ),
    );
    put(
        out,
        format_args!("    -> Result<u64, {stencils}::operand::Exit>"),
    );
    put(out, format_args!("{{"));
    let call = format!(
        "{}::{}::{}({})",
        paths.uops,
        uop.group,
        uop.name,
        args.join(", ")
    );
    let call = if touches {
        format!("unsafe {{ {call} }}")
    } else {
        call
    };
    let result = format!("{call}{}", if uop.may_exit { "?" } else { "" });
    if touches {
        put(
            out,
            format_args!("    // SAFETY: the caller promises that what the uop touches is valid."),
        );
    }
    match uop.result {
        Some(_) => {
            put(out, format_args!("    let result = {result};"));
            put(
                out,
                format_args!("    Ok({stencils}::table::Word::to_word(result))"),
            );
        }
        None => {
            put(out, format_args!("    {result};"));
            put(out, format_args!("    Ok(0)"));
        }
    }
    put(out, format_args!("}}\n"));
}
