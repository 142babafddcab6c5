//! Finds the bits of AArch64 code that name operands' registers, and proves that putting other registers there does what
//! it should: the patched code is decoded by an independent decoder and compared, operand by operand.

use super::encoding::{Access, Place, facts};
use super::{instruction, words};
use crate::build::operands::Operands;
use crate::build::target::Target;
use crate::library::Field;
use crate::table::Type;
use yaxpeax_arm::armv8::a64::Operand;

/// Checks what the code reads and writes, and finds the fields of its operands.
///
/// # Errors
/// What the code may not do.
pub fn fields(target: &Target, operands: &Operands, code: &[u8]) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    let mut calls_left = words(code)
        .filter(|word| facts(*word).is_some_and(|f| f.calls))
        .count();
    for (n, word) in words(code).enumerate() {
        let text = || super::disassemble(&word.to_le_bytes()).unwrap_or_else(|why| why);
        let facts =
            facts(word).ok_or_else(|| format!("`{}` ({word:08x}) is of no known class", text()))?;
        if facts.traps {
            return Err("runs into a trap".to_string());
        }
        calls_left -= usize::from(facts.calls);
        for place in &facts.places {
            check_use(target, operands, place).map_err(|why| format!("`{}` {why}", text()))?;
            if let Some(operand) = operands.operand(place.ty, place.number) {
                if calls_left > 0 {
                    return Err(format!(
                        "`{}` uses the result's register before the call",
                        text()
                    ));
                }
                let first = (n * 32) as u16 + u16::from(place.bit);
                fields.push(Field {
                    operand,
                    bits: (first..first + 5).collect(),
                });
            }
        }
    }
    Ok(fields)
}

/// The platform's register, the frame pointer and the link register.
const RESERVED: [u8; 3] = [18, 29, 30];

fn check_use(target: &Target, operands: &Operands, place: &Place) -> Result<(), String> {
    if place.ty == Type::I64 && (place.stack || RESERVED.contains(&place.number)) {
        // `leave` is `ret`, which is no stencil; all else that uses these calls.
        return if operands.calls && place.number != 18 {
            Ok(())
        } else {
            Err("uses the stack or a reserved register".to_string())
        };
    }
    if place.access != Access::Write {
        operands.check_read(target, place.ty, place.number)?;
    }
    if place.access != Access::Read {
        operands.check_write(target, place.ty, place.number)?;
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
    let map = |ty: Type, number: u16| {
        let place = operands
            .places
            .iter()
            .position(|(t, n, _)| (*t, u16::from(*n)) == (ty, number));
        place.map_or(number, |place| u16::from(assigned[place]))
    };
    for (a, b) in canonical.chunks_exact(4).zip(patched.chunks_exact(4)) {
        let (before, after) = (instruction(a)?, instruction(b)?);
        let same = before
            .operands
            .iter()
            .zip(&after.operands)
            .all(|(a, b)| renamed(*a, &map) == *b);
        if before.opcode != after.opcode || !same {
            return Err(format!("`{before}` becomes `{after}` with other registers"));
        }
    }
    Ok(())
}

/// An operand with its registers mapped.
fn renamed(operand: Operand, map: &impl Fn(Type, u16) -> u16) -> Operand {
    let int = |n: u16| map(Type::I64, n);
    let float = |n: u16| map(Type::F64, n);
    match operand {
        Operand::Register(size, n) => Operand::Register(size, int(n)),
        Operand::RegisterOrSP(size, n) => Operand::RegisterOrSP(size, int(n)),
        Operand::SIMDRegister(size, n) => Operand::SIMDRegister(size, float(n)),
        Operand::SIMDRegisterElements(size, n, of) => {
            Operand::SIMDRegisterElements(size, float(n), of)
        }
        Operand::SIMDRegisterElementsLane(size, n, of, lane) => {
            Operand::SIMDRegisterElementsLane(size, float(n), of, lane)
        }
        Operand::RegShift(style, by, size, n) => Operand::RegShift(style, by, size, int(n)),
        Operand::RegRegOffset(n, m, size, style, by) => {
            Operand::RegRegOffset(int(n), int(m), size, style, by)
        }
        Operand::RegPreIndex(n, by, back) => Operand::RegPreIndex(int(n), by, back),
        Operand::RegPostIndex(n, by) => Operand::RegPostIndex(int(n), by),
        other => other,
    }
}
