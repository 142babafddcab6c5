//! Runs rustc on generated source and reads the object file: functions with their relocations. Start at [`compile`].

use super::BuildError;
use super::code::{Reloc, RelocKind, RelocTarget};
use super::target::Target;
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol, RelocationFlags, SymbolIndex};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// One compiled function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its machine code.
    pub bytes: Vec<u8>,
    /// Its relocations, in order of their offsets.
    pub relocs: Vec<Reloc>,
}

/// Compiles source for a target; gives the functions by name.
///
/// # Errors
/// When rustc cannot be run or refuses the source, or its output is not understood.
pub fn compile(target: &Target, source: &str) -> Result<HashMap<String, Function>, BuildError> {
    let dir = tempfile::tempdir()
        .map_err(|e| BuildError::Io("making a temporary folder".to_string(), e))?;
    let input = dir.path().join("stencils.rs");
    let output = dir.path().join("stencils.o");
    std::fs::write(&input, source)
        .map_err(|e| BuildError::Io("writing the generated source".to_string(), e))?;
    run_rustc(target, &input, &output)?;
    let object = std::fs::read(&output)
        .map_err(|e| BuildError::Io("reading the object file".to_string(), e))?;
    functions(&object)
}

fn run_rustc(target: &Target, input: &Path, output: &Path) -> Result<(), BuildError> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(&rustc);
    command
        // The convention and tail calls are not stable; they never leave this one call of the compiler.
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTFLAGS")
        .args([
            "--crate-type=lib",
            "--crate-name=stencil_source",
            "--edition=2024",
            "--emit=obj",
        ])
        .args([
            "-Copt-level=3",
            "-Ccodegen-units=1",
            "-Cpanic=abort",
            "-Crelocation-model=static",
        ])
        .args([
            "-Cforce-unwind-tables=no",
            "-Cdebuginfo=0",
            "-Cdebug-assertions=no",
            "-Coverflow-checks=no",
        ])
        // Every variant needs code of its own, even when two are alike.
        .args(["-Zmerge-functions=disabled"])
        .arg(format!("--target={}", target.triple))
        .args(target.flags)
        .arg("-o")
        .arg(output)
        .arg(input);
    let done = command
        .output()
        .map_err(|e| BuildError::Io(format!("running {}", rustc.to_string_lossy()), e))?;
    if done.status.success() {
        return Ok(());
    }
    let mut message = String::from_utf8_lossy(&done.stderr).into_owned();
    if message.contains("E0463") {
        message.push_str(&format!(
            "\nthe target's standard library is missing: rustup target add {}",
            target.triple
        ));
    }
    Err(BuildError::Compile(message))
}

fn fault(error: impl std::fmt::Display) -> BuildError {
    BuildError::Object(error.to_string())
}

/// The functions of an object file: each stands in a section of its own.
fn functions(object: &[u8]) -> Result<HashMap<String, Function>, BuildError> {
    let file: ElfFile64 = ElfFile64::parse(object).map_err(fault)?;
    let mut all = HashMap::new();
    for section in file.sections() {
        let Some(name) = section.name().map_err(fault)?.strip_prefix(".text.") else {
            continue;
        };
        let bytes = section.data().map_err(fault)?.to_vec();
        let mut relocs = Vec::new();
        for (offset, reloc) in section.relocations() {
            let RelocationFlags::Elf { r_type } = reloc.flags() else {
                return Err(fault("a relocation that is not ELF's"));
            };
            let object::RelocationTarget::Symbol(symbol) = reloc.target() else {
                return Err(fault("a relocation without a symbol"));
            };
            let (target, addend) = reloc_target(&file, symbol, reloc.addend())?;
            relocs.push(Reloc {
                offset: offset as usize,
                kind: RelocKind::Elf(r_type),
                target,
                addend,
            });
        }
        relocs.sort_by_key(|reloc| reloc.offset);
        all.insert(name.to_string(), Function { bytes, relocs });
    }
    Ok(all)
}

/// What a relocation refers to; where that is a constant, the addend is taken for the place inside its section.
fn reloc_target(
    file: &ElfFile64,
    symbol: SymbolIndex,
    addend: i64,
) -> Result<(RelocTarget, i64), BuildError> {
    let symbol = file.symbol_by_index(symbol).map_err(fault)?;
    let name = symbol.name().map_err(fault)?;
    if symbol.is_undefined() {
        let target = match name {
            "CONTINUE" => RelocTarget::Continue,
            "EXIT" => RelocTarget::Exit,
            _ => match name.strip_prefix("IMM").and_then(|n| n.parse().ok()) {
                Some(n) => RelocTarget::Imm(n),
                None => RelocTarget::Unknown(name.to_string()),
            },
        };
        return Ok((target, addend));
    }
    let Some(index) = symbol.section_index() else {
        return Ok((RelocTarget::Unknown(name.to_string()), addend));
    };
    let section = file.section_by_index(index).map_err(fault)?;
    let section_name = section.name().map_err(fault)?;
    if !section_name.starts_with(".rodata") || section.relocations().next().is_some() {
        return Ok((
            RelocTarget::Unknown(format!("{name} in {section_name}")),
            addend,
        ));
    }
    let data = section.data().map_err(fault)?.to_vec();
    Ok((
        RelocTarget::Constant {
            section: section_name.to_string(),
            data,
            at: symbol.address(),
        },
        addend,
    ))
}
