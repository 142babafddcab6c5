//! Loads and stores at `base + index * scale + offset`. Addresses wrap, accesses need not be aligned. The scales 1, 2, 4,
//! 8 and 16 have stencils of their own.

use crate::operand::{Imm32, Memory};

#[inline(always)]
fn element(base: i64, index: i64, scale: Imm32, offset: Imm32) -> i64 {
    base.wrapping_add(index.wrapping_mul(scale.get()))
        .wrapping_add(offset.get())
}

/// 8 bits, zero-extended, loaded from `base + index * scale + offset`.
pub fn load_indexed_u8(memory: &Memory, base: i64, index: i64, scale: Imm32, offset: Imm32) -> i64 {
    memory.load::<u8>(element(base, index, scale, offset)) as i64
}

/// 8 bits, sign-extended, loaded from `base + index * scale + offset`.
pub fn load_indexed_i8(memory: &Memory, base: i64, index: i64, scale: Imm32, offset: Imm32) -> i64 {
    memory.load::<i8>(element(base, index, scale, offset)) as i64
}

/// 16 bits, zero-extended, loaded from `base + index * scale + offset`.
pub fn load_indexed_u16(
    memory: &Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
) -> i64 {
    memory.load::<u16>(element(base, index, scale, offset)) as i64
}

/// 16 bits, sign-extended, loaded from `base + index * scale + offset`.
pub fn load_indexed_i16(
    memory: &Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
) -> i64 {
    memory.load::<i16>(element(base, index, scale, offset)) as i64
}

/// 32 bits, zero-extended, loaded from `base + index * scale + offset`.
pub fn load_indexed_u32(
    memory: &Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
) -> i64 {
    memory.load::<u32>(element(base, index, scale, offset)) as i64
}

/// 32 bits, sign-extended, loaded from `base + index * scale + offset`.
pub fn load_indexed_i32(
    memory: &Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
) -> i64 {
    memory.load::<i32>(element(base, index, scale, offset)) as i64
}

/// 64 bits, loaded from `base + index * scale + offset`.
pub fn load_indexed_i64(
    memory: &Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
) -> i64 {
    memory.load(element(base, index, scale, offset))
}

/// A double, loaded from `base + index * scale + offset`.
pub fn load_indexed_f64(
    memory: &Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
) -> f64 {
    memory.load(element(base, index, scale, offset))
}

/// Stores the low 8 bits of `value` at `base + index * scale + offset`.
pub fn store_indexed_i8(
    memory: &mut Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
    value: i64,
) {
    memory.store(element(base, index, scale, offset), value as i8);
}

/// Stores the low 16 bits of `value` at `base + index * scale + offset`.
pub fn store_indexed_i16(
    memory: &mut Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
    value: i64,
) {
    memory.store(element(base, index, scale, offset), value as i16);
}

/// Stores the low 32 bits of `value` at `base + index * scale + offset`.
pub fn store_indexed_i32(
    memory: &mut Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
    value: i64,
) {
    memory.store(element(base, index, scale, offset), value as i32);
}

/// Stores `value` at `base + index * scale + offset`.
pub fn store_indexed_i64(
    memory: &mut Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
    value: i64,
) {
    memory.store(element(base, index, scale, offset), value);
}

/// Stores `value` at `base + index * scale + offset`.
pub fn store_indexed_f64(
    memory: &mut Memory,
    base: i64,
    index: i64,
    scale: Imm32,
    offset: Imm32,
    value: f64,
) {
    memory.store(element(base, index, scale, offset), value);
}
