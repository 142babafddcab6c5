//! Pixel arithmetic: what an image interpreter might do a million times. Each function is a uop.

use stencils::operand::Exit;

/// All bits of the three channels, and the highest bit of each.
const ALL: i64 = 0xff_ff_ff;
const HIGH: i64 = 0x80_80_80;

/// The three 8-bit channels of `pixel`, each raised by those of `by`, but not above 255.
pub fn brighten(pixel: i64, by: i64) -> i64 {
    saturating_add(pixel & ALL, by & ALL)
}

/// The three 8-bit channels of `pixel`, each lowered by those of `by`, but not below 0.
pub fn darken(pixel: i64, by: i64) -> i64 {
    // To lower is to raise the distance from white.
    saturating_add(!pixel & ALL, by & ALL) ^ ALL
}

/// The luminance of `pixel`, from 0 to 1: a sum with constants, which live in the library.
pub fn luminance(pixel: i64) -> f64 {
    let channel = |shift: u32| (pixel >> shift & 0xff) as f64;
    (channel(16) * 0.2126 + channel(8) * 0.7152 + channel(0) * 0.0722) / 255.0
}

/// `pixel`; leaves the region when it is no colour, that is, has bits above its three channels.
pub fn check_colour(pixel: i64) -> Result<i64, Exit> {
    if pixel as u64 >> 24 == 0 {
        Ok(pixel)
    } else {
        Err(Exit)
    }
}

/// Adds three channels at once: their low bits with room for a carry each, then the highest ones without one.
#[inline(always)]
fn saturating_add(a: i64, b: i64) -> i64 {
    let sum = ((a & !HIGH) + (b & !HIGH)) ^ ((a ^ b) & HIGH);
    let overflow = ((a & b) | ((a | b) & !sum)) & HIGH;
    sum | ((overflow << 1) - (overflow >> 7))
}
