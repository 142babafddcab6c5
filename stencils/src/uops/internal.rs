//! The engine's own machinery: copies, spills, arguments of calls, constants, jumps. A region holds none of these.
//! Words of the context are named by their byte offset.

use crate::operand::{Context, Exit, Imm32, Imm64};

/// A copy of an integer register.
pub fn copy_i64(a: i64) -> i64 {
    a
}

/// A copy of a float register.
pub fn copy_f64(a: f64) -> f64 {
    a
}

/// A constant.
pub fn const_i64(value: Imm64) -> i64 {
    value.get()
}

/// The double with these bits.
pub fn const_f64(bits: Imm64) -> f64 {
    f64::from_bits(bits.get() as u64)
}

/// The integer in a spill slot.
pub fn load_spill_i64(context: &Context, slot: Imm32) -> i64 {
    context.load(slot)
}

/// The double in a spill slot.
pub fn load_spill_f64(context: &Context, slot: Imm32) -> f64 {
    context.load(slot)
}

/// Stores an integer in a spill slot.
pub fn store_spill_i64(context: &Context, slot: Imm32, value: i64) {
    context.store(slot, value);
}

/// Stores a double in a spill slot.
pub fn store_spill_f64(context: &Context, slot: Imm32, value: f64) {
    context.store(slot, value);
}

/// Stores an integer in an argument word, for a call.
pub fn store_arg_i64(context: &Context, word: Imm32, value: i64) {
    context.store(word, value);
}

/// Stores a double in an argument word, for a call.
pub fn store_arg_f64(context: &Context, word: Imm32, value: f64) {
    context.store(word, value);
}

/// Always goes to its exit: an unconditional jump.
pub fn jump() -> Result<(), Exit> {
    Err(Exit)
}

/// Leaves the region through an exit's slot, a word in memory that points at code, with the exit's number. (The tool
/// writes the machine code of this one itself: its end is no call and no continuation.)
pub fn leave(_slot: Imm64, _number: Imm32) -> Result<(), Exit> {
    Err(Exit)
}
