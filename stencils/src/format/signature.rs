//! A uop's signature as text, by which a library and a table make sure that they mean the same uop.

use crate::table::{ParamKind, Type, UopDef};

/// The signature of a uop: operands by name and type, result, effects. Two uops with one name and one signature are
/// the same as far as a library can tell.
pub fn signature(def: &UopDef) -> String {
    let params: Vec<String> = def
        .params
        .iter()
        .map(|param| {
            let kind = match param.kind {
                ParamKind::Value(Type::I64) => "i64",
                ParamKind::Value(Type::F64) => "f64",
                ParamKind::Imm32 => "imm32",
                ParamKind::Imm64 => "imm64",
            };
            format!("{}: {kind}", param.name)
        })
        .collect();
    let result = match def.result {
        None => "()",
        Some(Type::I64) => "i64",
        Some(Type::F64) => "f64",
    };
    let e = &def.effects;
    let effects = [
        (e.reads_frame, " reads-frame"),
        (e.writes_frame, " writes-frame"),
        (e.reads_memory, " reads-memory"),
        (e.writes_memory, " writes-memory"),
        (e.calls, " calls"),
        (e.may_exit, " may-exit"),
    ];
    let effects: String = effects
        .iter()
        .filter(|(has, _)| *has)
        .map(|(_, name)| *name)
        .collect();
    format!("({}) -> {result}{effects}", params.join(", "))
}
