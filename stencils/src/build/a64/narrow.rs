//! x
use crate::build::forms::Form;
pub fn narrowings(_: &Form, _: u8) -> Vec<Form> {
    Vec::new()
}
