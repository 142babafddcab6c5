//! Finds the bits of x86-64 code that name operands' registers, and proves that putting other registers there does
//! what it should: the patched code is decoded and compared, instruction by instruction.
//!
//! Why the lengths never change: every register in which patterns are compiled needs the REX prefix's fourth bit, so the
//! prefix is there; and no value register has the low bits 4 or 5, which mean something else in ModRM and SIB.

use super::encoding::{Place, places};
use super::instructions;
use crate::build::operands::{Operands, is_value};
use crate::build::target::Target;
use crate::library::Field;
use crate::table::Type;
use iced_x86::{FlowControl, Instruction, InstructionInfoFactory, OpAccess, OpKind, Register};

/// Checks what the code reads and writes, and finds the fields of its operands.
///
/// # Errors
/// What the code may not do.
pub fn fields(target: &Target, operands: &Operands, code: &[u8]) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    let mut factory = InstructionInfoFactory::new();
    let mut calls_left = calls(code)?;
    for inst in instructions(code)? {
        let start = inst.ip() as usize;
        let places = places(&inst, &code[start..start + inst.len()])?;
        check_uses(target, operands, &mut factory, &inst, &places)
            .map_err(|why| format!("`{inst}` {why}"))?;
        calls_left -= usize::from(is_call(&inst));
        for place in places {
            let Some((ty, number)) = class(place.register) else {
                continue;
            };
            let Some(operand) = operands.operand(ty, number) else {
                continue;
            };
            if calls_left > 0 {
                return Err(format!(
                    "`{inst}` uses the result's register before the call"
                ));
            }
            let low = start * 8 + place.low;
            let mut bits: Vec<u16> = (low..low + 3).map(|bit| bit as u16).collect();
            if ty == Type::I64 {
                let high = place
                    .high
                    .ok_or_else(|| format!("`{inst}` has no REX prefix"))?;
                bits.push((start * 8 + high) as u16);
            }
            fields.push(Field { operand, bits });
        }
    }
    Ok(fields)
}

fn is_call(inst: &Instruction) -> bool {
    matches!(
        inst.flow_control(),
        FlowControl::Call | FlowControl::IndirectCall
    )
}

/// How many calls there are.
fn calls(code: &[u8]) -> Result<usize, String> {
    Ok(instructions(code)?
        .iter()
        .filter(|inst| is_call(inst))
        .count())
}

/// The class and number of a register that can hold a value.
pub fn class(register: Register) -> Option<(Type, u8)> {
    if register.is_gpr() {
        Some((Type::I64, register.full_register().number() as u8))
    } else if register.is_xmm() {
        Some((Type::F64, register.number() as u8))
    } else {
        None
    }
}

/// `rsp` and `rbp`.
const STACK: [u8; 2] = [4, 5];

fn check_uses(
    target: &Target,
    operands: &Operands,
    factory: &mut InstructionInfoFactory,
    inst: &Instruction,
    places: &[Place],
) -> Result<(), String> {
    if inst.flow_control() == FlowControl::Exception
        || inst.is_string_instruction()
        || inst.segment_prefix() != Register::None
    {
        return Err("is of a kind that no stencil may use".to_string());
    }
    for used in factory.info(inst).used_registers() {
        let Some((ty, number)) = class(used.register()) else {
            continue;
        };
        if ty == Type::I64 && STACK.contains(&number) {
            if operands.calls {
                continue;
            }
            return Err("uses the stack, but no uop of the pattern calls".to_string());
        }
        let explicit = places
            .iter()
            .any(|place| class(place.register) == Some((ty, number)));
        if is_value(target, ty, number) && !explicit && !operands.calls {
            return Err("uses a value register implicitly".to_string());
        }
        if matches!(
            used.access(),
            OpAccess::Read | OpAccess::CondRead | OpAccess::ReadWrite | OpAccess::ReadCondWrite
        ) {
            operands.check_read(target, ty, number)?;
        }
        if !matches!(
            used.access(),
            OpAccess::Read | OpAccess::CondRead | OpAccess::None | OpAccess::NoMemAccess
        ) {
            operands.check_write(target, ty, number)?;
        }
    }
    Ok(())
}

/// Checks that code with other registers in its fields is the same code with those registers: `assigned` has the
/// hardware number of each entry of `operands.places`.
///
/// # Errors
/// The first difference.
pub fn verify(
    operands: &Operands,
    canonical: &[u8],
    patched: &[u8],
    assigned: &[u8],
) -> Result<(), String> {
    let (before, after) = (instructions(canonical)?, instructions(patched)?);
    if before.len() != after.len() {
        return Err("has another number of instructions with other registers".to_string());
    }
    let map = |register: Register| match class(register) {
        Some((ty, number)) => {
            let place = operands
                .places
                .iter()
                .position(|(t, n, _)| (*t, *n) == (ty, number));
            place.map_or(register, |place| renamed(register, assigned[place]))
        }
        None => register,
    };
    for (a, b) in before.iter().zip(&after) {
        let same_registers = (0..a.op_count()).all(|n| {
            a.op_kind(n) == b.op_kind(n)
                && (a.op_kind(n) != OpKind::Register || map(a.op_register(n)) == b.op_register(n))
        });
        let same = a.code() == b.code()
            && a.len() == b.len()
            && a.op_count() == b.op_count()
            && same_registers
            && map(a.memory_base()) == b.memory_base()
            && map(a.memory_index()) == b.memory_index()
            && a.memory_index_scale() == b.memory_index_scale()
            && a.memory_displacement64() == b.memory_displacement64()
            && a.near_branch64() == b.near_branch64();
        if !same {
            return Err(format!("`{a}` becomes `{b}` with other registers"));
        }
    }
    Ok(())
}

/// The register with another number and the same size.
fn renamed(register: Register, number: u8) -> Register {
    let n = u32::from(number);
    if register.is_xmm() {
        Register::XMM0 + n
    } else {
        match register.size() {
            8 => Register::RAX + n,
            4 => Register::EAX + n,
            2 => Register::AX + n,
            // Without a REX prefix the numbers 4 to 7 would be AH to BH; here there always is one.
            _ if n < 4 => Register::AL + n,
            _ => Register::SPL + (n - 4),
        }
    }
}
