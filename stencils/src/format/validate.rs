//! Checks everything that the engine relies on in a library, so that the engine need check nothing again.

use super::LibraryError;
use crate::library::*;
use crate::table::{ParamKind, Type, UopTable};

type Check = Result<(), &'static str>;

/// The longest code of a stencil, in bytes: its bit offsets fit in 16 bits.
const LONGEST_CODE: usize = 4096;

/// Checks a library against itself and the table.
pub fn validate(library: &Library, table: &UopTable) -> Result<(), LibraryError> {
    let at = |what: &'static str, index: usize| {
        move |why: &'static str| LibraryError::Malformed { what, index, why }
    };
    check_registers(library).map_err(at("register file", 0))?;
    for (index, pattern) in library.patterns.iter().enumerate() {
        check_pattern(pattern, table).map_err(at("pattern", index))?;
    }
    let mut in_use = vec![false; library.patterns.len()];
    let mut previous = 0;
    for (index, stencil) in library.stencils.iter().enumerate() {
        check_stencil(stencil, library).map_err(at("stencil", index))?;
        let pattern = stencil.pattern.0 as usize;
        if pattern < previous {
            return Err(at("stencil", index)("not beside the others of its pattern"));
        }
        previous = pattern;
        in_use[pattern] |= stencil.reuse == 0;
    }
    if let Some(index) = in_use.iter().position(|used| !used) {
        return Err(at("pattern", index)("has no stencil that keeps all inputs"));
    }
    check_glue(library).map_err(at("glue", 0))
}

fn require(holds: bool, why: &'static str) -> Check {
    if holds { Ok(()) } else { Err(why) }
}

fn check_registers(library: &Library) -> Check {
    let file = &library.registers;
    let count = file.registers.len();
    require(count <= 32, "more than 32 registers")?;
    require(
        file.int_count as usize <= count,
        "more integer registers than registers",
    )?;
    require(
        u64::from(file.preserved) >> count == 0,
        "preserves a register that is not there",
    )?;
    let (ints, floats) = file.registers.split_at(file.int_count as usize);
    let (most_int, most_float) = match library.arch {
        Arch::X86_64 => (16, 8),
        Arch::Aarch64 => (31, 32),
    };
    for (class, most) in [(ints, most_int), (floats, most_float)] {
        let mut seen = 0u32;
        for register in class {
            require(register.number < most, "a register number out of range")?;
            require(seen & 1 << register.number == 0, "a register twice")?;
            seen |= 1 << register.number;
        }
    }
    Ok(())
}

fn check_pattern(pattern: &Pattern, table: &UopTable) -> Check {
    let count = pattern.uops.len();
    require((1..=8).contains(&count), "no uops, or more than 8")?;
    require(pattern.inputs.len() <= 8, "more than 8 inputs")?;
    let mut result_used = vec![false; count];
    let mut input_used = vec![false; pattern.inputs.len()];
    let mut imm_used = vec![false; pattern.immediates.len()];
    for (index, uop) in pattern.uops.iter().enumerate() {
        let def = table.get(uop.kind).ok_or("an unknown uop")?;
        require(
            def.params.len() == uop.args.len(),
            "a wrong number of operands",
        )?;
        for (param, arg) in def.params.iter().zip(&uop.args) {
            match (*arg, param.kind) {
                (PatternArg::Input(n), ParamKind::Value(ty)) => {
                    require(
                        pattern.inputs.get(n as usize) == Some(&ty),
                        "an input of another type",
                    )?;
                    input_used[n as usize] = true;
                }
                (PatternArg::Imm(n), kind) => {
                    require(
                        kind != ParamKind::Value(Type::F64),
                        "an immediate where a double belongs",
                    )?;
                    *imm_used
                        .get_mut(n as usize)
                        .ok_or("an immediate that is not there")? = true;
                }
                (PatternArg::Result(n), ParamKind::Value(ty)) => {
                    let n = n as usize;
                    require(
                        n < index && !result_used[n],
                        "a result that is not there, or used twice",
                    )?;
                    require(
                        table[pattern.uops[n].kind].result == Some(ty),
                        "a result of another type",
                    )?;
                    result_used[n] = true;
                }
                (PatternArg::Argument(n), ParamKind::Value(_)) => {
                    require(
                        def.effects.calls && n < 16,
                        "an argument word where none can be",
                    )?;
                }
                _ => return Err("a value where an immediate belongs"),
            }
        }
    }
    require(
        result_used[..count - 1].iter().all(|u| *u),
        "a result that is not used",
    )?;
    require(
        input_used.iter().chain(&imm_used).all(|u| *u),
        "an operand that is not used",
    )?;
    require(
        table[pattern.uops[count - 1].kind].result == pattern.result,
        "another result than the root's",
    )?;
    let sound = |r: &ImmRange| r.min <= r.max && r.align_log2 < 32;
    require(
        pattern.immediates.iter().all(sound),
        "an empty range of an immediate",
    )
}

fn check_stencil(stencil: &Stencil, library: &Library) -> Check {
    let pattern = library
        .patterns
        .get(stencil.pattern.0 as usize)
        .ok_or("a pattern that is not there")?;
    require(stencil.code.len() <= LONGEST_CODE, "code that is too long")?;
    require(
        library.arch != Arch::Aarch64 || stencil.code.len().is_multiple_of(4),
        "half an instruction",
    )?;
    require(
        u64::from(stencil.clobbers) >> library.registers.registers.len() == 0,
        "clobbers a register that is not there",
    )?;
    for input in 0..8 {
        if stencil.reuse & 1 << input != 0 {
            let ty = pattern.inputs.get(input).copied();
            require(
                ty.is_some() && ty == pattern.result,
                "reuses an input that is not of the result's type",
            )?;
        }
    }
    for field in &stencil.fields {
        check_field(field, stencil, pattern, library.arch)?;
    }
    for hole in &stencil.holes {
        check_hole(hole, stencil, pattern, library)?;
    }
    Ok(())
}

fn check_field(field: &Field, stencil: &Stencil, pattern: &Pattern, arch: Arch) -> Check {
    let ty = match field.operand {
        Field::RESULT => pattern.result,
        n => pattern.inputs.get(n as usize).copied(),
    };
    let ty = ty.ok_or("a field of an operand that is not there")?;
    let bits = match (arch, ty) {
        (Arch::X86_64, Type::I64) => 4,
        (Arch::X86_64, Type::F64) => 3,
        (Arch::Aarch64, _) => 5,
    };
    require(field.bits.len() == bits, "a field of the wrong size")?;
    for &bit in &field.bits {
        let byte = stencil
            .code
            .get(bit as usize / 8)
            .ok_or("a field outside the code")?;
        require(
            byte & 1 << (bit % 8) == 0,
            "a field whose bits are not zero",
        )?;
    }
    Ok(())
}

fn check_hole(hole: &Hole, stencil: &Stencil, pattern: &Pattern, library: &Library) -> Check {
    require(
        hole.kind.arch() == library.arch,
        "a hole of another architecture",
    )?;
    let offset = hole.offset as usize;
    require(
        offset + hole.kind.size() <= stencil.code.len(),
        "a hole outside the code",
    )?;
    require(
        library.arch != Arch::Aarch64 || offset.is_multiple_of(4),
        "a hole inside an instruction",
    )?;
    match hole.value {
        HoleValue::Imm(n) => require(
            (n as usize) < pattern.immediates.len(),
            "a hole for an immediate that is not there",
        ),
        HoleValue::Constant(at) => require(
            (at as usize) < library.constants.len(),
            "a constant that is not there",
        ),
        HoleValue::Exit => Ok(()),
    }
}

fn check_glue(library: &Library) -> Check {
    let stencil = |id: StencilId| {
        library
            .stencils
            .get(id.0 as usize)
            .ok_or("a stencil that is not there")
    };
    let (exit, jump) = (stencil(library.glue.exit)?, stencil(library.glue.jump)?);
    require(
        exit.flow == Flow::End && jump.flow == Flow::End,
        "a jump that goes on",
    )?;
    let immediates = library.patterns[exit.pattern.0 as usize].immediates.len();
    require(
        immediates == 2 && exit.fields.is_empty(),
        "an exit with other operands than its slot and number",
    )?;
    require(jump.fields.is_empty(), "a jump with operands")?;
    require(
        !library.glue.enter.is_empty() && !library.glue.leave.is_empty(),
        "no code",
    )
}
