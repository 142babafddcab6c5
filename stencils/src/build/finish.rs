//! From one compiled function to stencils. Start at [`finish`], the list of the steps.

use super::blocks::{blocks, order, simplify};
use super::code::{Block, Dest, End, Reloc, RelocTarget};
use super::compile::Function;
use super::forms::{Form, forms};
use super::operands::Operands;
use super::pool::Pool;
use super::restore::drop_restores;
use super::source::Variant;
use super::target::{FLOATS, Target};
use super::{a64, x86};
use crate::library::{Arch, Field, Flow, Hole, HoleValue, Pattern, PatternId, Stencil};
use crate::table::Type;

/// The stencils of one compiled variant, each with the pattern of its form. Their pattern numbers are not set.
///
/// # Errors
/// Why the function cannot be a stencil.
pub fn finish(
    target: &Target,
    operands: &Operands,
    variant: &Variant,
    function: &Function,
    pool: &mut Pool,
) -> Result<Vec<(Pattern, Stencil)>, String> {
    let forms = clean_up(target, operands, variant, function, pool)?;
    forms
        .into_iter()
        .map(|form| {
            let pattern = Pattern {
                immediates: form.ranges.clone(),
                ..variant.pattern.clone()
            };
            Ok((pattern, finish_form(target, operands, variant, form)?))
        })
        .collect()
}

/// The forms of a function in blocks, without what need not be there.
///
/// # Errors
/// What in the function is not understood.
pub fn clean_up(
    target: &Target,
    operands: &Operands,
    variant: &Variant,
    function: &Function,
    pool: &mut Pool,
) -> Result<Vec<Form>, String> {
    let decoded = match target.arch {
        Arch::X86_64 => x86::decode(&function.bytes)?,
        Arch::Aarch64 => a64::decode(&function.bytes)?,
    };
    let mut blocks = blocks(function, &decoded)?;
    match target.arch {
        Arch::X86_64 => drop_restores(&mut blocks, operands, x86::effect),
        Arch::Aarch64 => drop_restores(&mut blocks, operands, a64::effect),
    }
    let mut blocks = simplify(blocks);
    match target.arch {
        Arch::X86_64 => {
            x86::break_dependencies(&mut blocks);
            place_constants(&mut blocks, pool)?
        }
        Arch::Aarch64 => a64::addresses::resolve_addresses(&mut blocks, pool)?,
    }
    Ok(forms(target.arch, &variant.pattern.immediates, &blocks))
}

/// The code of a form, and the relocations in it.
pub fn assemble(arch: Arch, form: &Form) -> (Vec<u8>, Vec<Reloc>) {
    let pieces = order(&form.blocks);
    match arch {
        Arch::X86_64 => x86::assemble(&pieces),
        Arch::Aarch64 => a64::assemble(&pieces),
    }
}

/// Puts constants into the pool, and makes their relocations refer to it.
fn place_constants(blocks: &mut [Block], pool: &mut Pool) -> Result<(), String> {
    for inst in blocks.iter_mut().flat_map(|block| &mut block.insts) {
        for reloc in &mut inst.relocs {
            if let RelocTarget::Constant { section, data, at } = &reloc.target {
                // The instruction counts from its own end.
                let to_end = (inst.bytes.len() - reloc.offset) as i64;
                let place = pool.place(section, data, *at as i64 + reloc.addend + to_end)?;
                reloc.target = RelocTarget::Pooled(place);
                reloc.addend = -to_end;
            }
        }
    }
    Ok(())
}

fn finish_form(
    target: &Target,
    operands: &Operands,
    variant: &Variant,
    form: Form,
) -> Result<Stencil, String> {
    let (canonical, relocs) = assemble(target.arch, &form);
    let fields = match target.arch {
        Arch::X86_64 => x86::fields::fields(target, operands, &canonical)?,
        Arch::Aarch64 => a64::fields::fields(target, operands, &canonical)?,
    };
    let mut code = canonical.clone();
    for bit in fields.iter().flat_map(|field| &field.bits) {
        code[*bit as usize / 8] &= !(1 << (bit % 8));
    }
    verify(target, operands, &canonical, &code, &fields)?;
    let holes = relocs
        .iter()
        .map(|reloc| hole(target.arch, reloc))
        .collect::<Result<Vec<_>, _>>()?;
    let cost = match target.arch {
        Arch::X86_64 => x86::cost(&canonical),
        Arch::Aarch64 => a64::cost(&canonical),
    };
    Ok(Stencil {
        pattern: PatternId(0),
        reuse: variant.reuse,
        flow: flow(&form.blocks),
        clobbers: if operands.calls { clobbers(target) } else { 0 },
        cost: u16::try_from(cost).unwrap_or(u16::MAX),
        code,
        fields,
        holes,
    })
}

fn flow(blocks: &[Block]) -> Flow {
    if let [
        Block {
            branches,
            end: End::Jump(end),
            ..
        },
    ] = blocks
        && let [(_, dest)] = branches[..]
        && matches!(
            (dest, end),
            (Dest::Exit, Dest::Continue) | (Dest::Continue, Dest::Exit)
        )
    {
        return Flow::Guard;
    }
    let goes_on = |b: &Block| {
        b.end == End::Jump(Dest::Continue) || b.branches.iter().any(|(_, d)| *d == Dest::Continue)
    };
    if blocks.iter().any(goes_on) {
        Flow::Next
    } else {
        Flow::End
    }
}

/// The value registers that a call destroys. The result may be in any register, these or others.
fn clobbers(target: &Target) -> u32 {
    let file = target.register_file();
    let all = (1u32 << file.registers.len()) - 1;
    all & !file.preserved
}

fn hole(arch: Arch, reloc: &Reloc) -> Result<Hole, String> {
    let kind = match arch {
        Arch::X86_64 => x86::hole_kind(reloc),
        Arch::Aarch64 => a64::hole_kind(reloc),
    };
    let unknown = || {
        format!(
            "there is no rule for {:?} to {:?}",
            reloc.kind, reloc.target
        )
    };
    let kind = kind.ok_or_else(unknown)?;
    let value = match reloc.target {
        RelocTarget::Imm(n) => HoleValue::Imm(n),
        RelocTarget::Exit => HoleValue::Exit,
        RelocTarget::Pooled(at) => HoleValue::Constant(at),
        _ => return Err(unknown()),
    };
    if reloc.addend != 0 && matches!(value, HoleValue::Imm(_)) {
        // The sum might not fit where the immediate itself does.
        return Err(format!("an immediate plus {} is needed", reloc.addend));
    }
    let addend = i32::try_from(reloc.addend).map_err(|_| unknown())?;
    let offset = u16::try_from(reloc.offset).map_err(|_| "more than 64 KiB of code".to_string())?;
    Ok(Hole {
        offset,
        kind,
        value,
        addend,
    })
}

/// How many assignments of random registers to all operands at once are tried.
const RANDOM_ASSIGNMENTS: usize = 8;

/// Tries every register in every operand, one at a time, and some assignments of all at once.
fn verify(
    target: &Target,
    operands: &Operands,
    canonical: &[u8],
    code: &[u8],
    fields: &[Field],
) -> Result<(), String> {
    let own: Vec<u8> = operands
        .places
        .iter()
        .map(|(_, number, _)| *number)
        .collect();
    let numbers = |ty: Type| -> Vec<u8> {
        match ty {
            Type::I64 => target.int_params.iter().filter_map(|p| p.value).collect(),
            Type::F64 => (0..FLOATS).collect(),
        }
    };
    let mut assignments = vec![own.clone()];
    for (place, (ty, ..)) in operands.places.iter().enumerate() {
        for number in numbers(*ty) {
            let mut one = own.clone();
            one[place] = number;
            assignments.push(one);
        }
    }
    // A fixed sequence: the tool does the same every time.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for _ in 0..RANDOM_ASSIGNMENTS {
        let mut pick = |ty: Type| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let numbers = numbers(ty);
            numbers[(state >> 33) as usize % numbers.len()]
        };
        assignments.push(operands.places.iter().map(|(ty, ..)| pick(*ty)).collect());
    }
    for assigned in &assignments {
        let patched = with_registers(operands, code, fields, assigned);
        match target.arch {
            Arch::X86_64 => x86::fields::verify(operands, canonical, &patched, assigned)?,
            Arch::Aarch64 => a64::fields::verify(operands, canonical, &patched, assigned)?,
        }
    }
    Ok(())
}

/// The code with a register number put into each operand's fields.
pub fn with_registers(
    operands: &Operands,
    code: &[u8],
    fields: &[Field],
    assigned: &[u8],
) -> Vec<u8> {
    let mut patched = code.to_vec();
    for field in fields {
        let place = operands
            .places
            .iter()
            .position(|(_, _, operand)| *operand == field.operand);
        let number = place.map_or(0, |place| assigned[place]);
        for (n, bit) in field.bits.iter().enumerate() {
            patched[*bit as usize / 8] |= (number >> n & 1) << (bit % 8);
        }
    }
    patched
}
