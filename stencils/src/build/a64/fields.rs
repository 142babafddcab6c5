//! x
use crate::build::operands::Operands;
use crate::build::target::Target;
use crate::library::Field;
pub fn fields(_: &Target, _: &Operands, _: &[u8]) -> Result<Vec<Field>, String> {
    Ok(Vec::new())
}
pub fn verify(_: &Operands, _: &[u8], _: &[u8], _: &[u8]) -> Result<(), String> {
    Ok(())
}
