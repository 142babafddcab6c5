//! Loads and stores of frame slots, and the context's user pointer. A slot is named by its byte offset, a multiple of 8.

use crate::operand::{Context, Frame, Imm32};

/// The integer in a frame slot.
pub fn load_frame_i64(frame: &Frame, slot: Imm32) -> i64 {
    frame.load(slot)
}

/// The double in a frame slot.
pub fn load_frame_f64(frame: &Frame, slot: Imm32) -> f64 {
    frame.load(slot)
}

/// Stores an integer in a frame slot.
pub fn store_frame_i64(frame: &mut Frame, slot: Imm32, value: i64) {
    frame.store(slot, value);
}

/// Stores a double in a frame slot.
pub fn store_frame_f64(frame: &mut Frame, slot: Imm32, value: f64) {
    frame.store(slot, value);
}

/// The pointer that the user of the region put into the context.
pub fn user_pointer(context: &Context) -> i64 {
    context.load(Imm32::new(Context::USER))
}
