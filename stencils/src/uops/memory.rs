//! Loads and stores at a base address plus an offset, and with an index. Addresses wrap, accesses need not be aligned.

use crate::operand::{Imm32, Memory};

/// 8 bits, zero-extended, loaded from `base + offset`.
pub fn load_u8(memory: &Memory, base: i64, offset: Imm32) -> i64 {
    memory.load::<u8>(base.wrapping_add(offset.get())) as i64
}

/// 8 bits, sign-extended, loaded from `base + offset`.
pub fn load_i8(memory: &Memory, base: i64, offset: Imm32) -> i64 {
    memory.load::<i8>(base.wrapping_add(offset.get())) as i64
}

/// 16 bits, zero-extended, loaded from `base + offset`.
pub fn load_u16(memory: &Memory, base: i64, offset: Imm32) -> i64 {
    memory.load::<u16>(base.wrapping_add(offset.get())) as i64
}

/// 16 bits, sign-extended, loaded from `base + offset`.
pub fn load_i16(memory: &Memory, base: i64, offset: Imm32) -> i64 {
    memory.load::<i16>(base.wrapping_add(offset.get())) as i64
}

/// 32 bits, zero-extended, loaded from `base + offset`.
pub fn load_u32(memory: &Memory, base: i64, offset: Imm32) -> i64 {
    memory.load::<u32>(base.wrapping_add(offset.get())) as i64
}

/// 32 bits, sign-extended, loaded from `base + offset`.
pub fn load_i32(memory: &Memory, base: i64, offset: Imm32) -> i64 {
    memory.load::<i32>(base.wrapping_add(offset.get())) as i64
}

/// 64 bits, loaded from `base + offset`.
pub fn load_i64(memory: &Memory, base: i64, offset: Imm32) -> i64 {
    memory.load(base.wrapping_add(offset.get()))
}

/// A double, loaded from `base + offset`.
pub fn load_f64(memory: &Memory, base: i64, offset: Imm32) -> f64 {
    memory.load(base.wrapping_add(offset.get()))
}

/// Stores the low 8 bits of `value` at `base + offset`.
pub fn store_i8(memory: &mut Memory, base: i64, offset: Imm32, value: i64) {
    memory.store(base.wrapping_add(offset.get()), value as i8);
}

/// Stores the low 16 bits of `value` at `base + offset`.
pub fn store_i16(memory: &mut Memory, base: i64, offset: Imm32, value: i64) {
    memory.store(base.wrapping_add(offset.get()), value as i16);
}

/// Stores the low 32 bits of `value` at `base + offset`.
pub fn store_i32(memory: &mut Memory, base: i64, offset: Imm32, value: i64) {
    memory.store(base.wrapping_add(offset.get()), value as i32);
}

/// Stores `value` at `base + offset`.
pub fn store_i64(memory: &mut Memory, base: i64, offset: Imm32, value: i64) {
    memory.store(base.wrapping_add(offset.get()), value);
}

/// Stores `value` at `base + offset`.
pub fn store_f64(memory: &mut Memory, base: i64, offset: Imm32, value: f64) {
    memory.store(base.wrapping_add(offset.get()), value);
}
