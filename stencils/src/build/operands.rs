//! Which registers a variant's operands are in, and what its code may do with the others.

use super::source::Variant;
use super::target::Target;
use super::uops::UopSet;
use crate::library::Field;
use crate::table::Type;

/// The registers of one variant.
#[derive(Clone, Debug)]
pub struct Operands {
    /// The operand in each register that holds one: class, hardware number, operand. An input that shares the
    /// result's register is listed as the result.
    pub places: Vec<(Type, u8, u8)>,
    /// Whether the code may use the stack and destroy what calls destroy.
    pub calls: bool,
}

impl Operands {
    /// The operands of a variant.
    pub fn of(uops: &UopSet, variant: &Variant) -> Operands {
        let pattern = &variant.pattern;
        let mut places = Vec::new();
        if let (Some(ty), Some(number)) = (pattern.result, variant.result) {
            places.push((ty, number, Field::RESULT));
        }
        for (n, (ty, number)) in pattern.inputs.iter().zip(&variant.inputs).enumerate() {
            if variant.reuse & 1 << n == 0 {
                places.push((*ty, *number, n as u8));
            }
        }
        Operands {
            places,
            calls: pattern.uops.iter().any(|uop| uops.get(uop.kind).calls()),
        }
    }

    /// The operand in a register.
    pub fn operand(&self, ty: Type, number: u8) -> Option<u8> {
        self.places
            .iter()
            .find(|(t, n, _)| (*t, *n) == (ty, number))
            .map(|(_, _, operand)| *operand)
    }

    /// Whether the code may write a register; `Err` says why not.
    ///
    /// # Errors
    /// When the register belongs to somebody else.
    pub fn check_write(&self, target: &Target, ty: Type, number: u8) -> Result<(), String> {
        match self.operand(ty, number) {
            Some(Field::RESULT) => return Ok(()),
            Some(_) => return Err("writes an input".to_string()),
            None => {}
        }
        let is_value = !target.param_name(ty, number).is_empty() && is_value(target, ty, number);
        let survives = ty == Type::I64
            && target
                .preserved
                .contains(&target.param_name(ty, number).as_str());
        if is_value && (!self.calls || survives) {
            return Err(format!(
                "writes {}, which is not its own",
                target.param_name(ty, number)
            ));
        }
        if ty == Type::I64 && target.pinned.contains(&number) {
            return Err("writes the frame's or the context's register".to_string());
        }
        Ok(())
    }

    /// Whether the code may read a register.
    ///
    /// # Errors
    /// When nothing is in it.
    pub fn check_read(&self, target: &Target, ty: Type, number: u8) -> Result<(), String> {
        if is_value(target, ty, number) && self.operand(ty, number).is_none() && !self.calls {
            return Err(format!(
                "reads {}, which is not its own",
                target.param_name(ty, number)
            ));
        }
        Ok(())
    }
}

/// Whether values live in a register.
pub fn is_value(target: &Target, ty: Type, number: u8) -> bool {
    match ty {
        Type::I64 => target.int_params.iter().any(|p| p.value == Some(number)),
        Type::F64 => number < super::target::FLOATS,
    }
}
