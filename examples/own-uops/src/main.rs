//! An interpreter author's own uops, end to end: plain Rust functions become stencils when this crate is built, and a
//! region that uses them beside stock ones is compiled and run.
//!
//! Start with `build.rs`, then `src/uops/saturate.rs`. No nightly compiler and no C toolchain is involved.

#![allow(
    unsafe_code,
    reason = "running machine code is a promise about what it touches"
)]

/// This crate's uops, their table and their stencils.
pub mod uops {
    pub mod saturate;

    include!(concat!(env!("OUT_DIR"), "/own_uops.rs"));
}

use jit_native::compile::Compiler;
use jit_native::context::Context;
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, Code};
use jit_native::optimise;
use jit_native::region::{Region, RegionBuilder, RegionError};
use std::error::Error;
use std::sync::Arc;
use stencils::library::Library;
use stencils::table::{Type, UopTable};
use stencils::uops::kind as stock;
use uops::kind as own;

/// What is added to every pixel, and what is taken away again.
const LIGHT: i64 = 0x30_30_30;
const SHADE: i64 = 0x10_00_20;

fn main() -> Result<(), Box<dyn Error>> {
    let table = UopTable::with_author(&uops::DEFS)?;
    let code = compile(&table)?;
    let mut image = [0x10_20_30, 0xff_80_00, 0x00_00_01, 0xf0_f0_f0];
    let luminance = relight(&code, &mut image);
    println!("{image:06x?}, luminance {luminance:.6}");
    Ok(())
}

/// The stock stencils and this crate's own, as one machine; the region, as code.
fn compile(table: &UopTable) -> Result<Code, Box<dyn Error>> {
    let (arch, bytes) = uops::LIBRARIES
        .first()
        .ok_or("no library for this machine")?;
    let mut library = Library::clone(stencils::stock(*arch));
    library.append(&Library::read(bytes, table)?)?;
    let library = Arc::new(library);
    let machine = Arc::new(Machine::new(table, &library)?);
    let arena = Arena::new(&library, ArenaOptions::default())?;
    let mut compiler = Compiler::new(machine);
    compiler.options.optimise = Some(optimise::Options::default());
    let compiled = compiler.compile(&region(table)?)?;
    Ok(arena.publish(&compiled)?)
}

/// For each pixel: check, brighten, darken, store, sum the luminance. Frame words: 0 the pixels' address, 1 their number, 2 the
/// sum, 3 how many were done.
fn region(table: &UopTable) -> Result<Region, RegionError> {
    let mut b = RegionBuilder::new(table);
    let (entry, pixels) = (b.block(&[]), b.block(&[Type::I64, Type::F64]));
    b.switch_to(entry);
    let (at_0, at_8) = (b.const_i64(0), b.const_i64(8));
    let base = b.value(stock::LOAD_FRAME_I64, &[at_0]);
    let count = b.value(stock::LOAD_FRAME_I64, &[at_8]);
    let none = b.const_f64(0.0);
    b.jump(pixels, &[at_0, none]);
    b.switch_to(pixels);
    let (index, sum) = (b.param(pixels, 0), b.param(pixels, 1));
    let done = b.exit(&[(2, sum), (3, index)]);
    let more = b.value(stock::LT_I64, &[index, count]);
    b.guard(stock::GUARD_TRUE, &[more], done);
    let (scale, light, shade, one) = (
        b.const_i64(8),
        b.const_i64(LIGHT),
        b.const_i64(SHADE),
        b.const_i64(1),
    );
    let pixel = b.value(stock::LOAD_INDEXED_I64, &[base, index, scale, at_0]);
    let colour = b.value_or_exit(own::CHECK_COLOUR, &[pixel], done);
    let bright = b.value(own::BRIGHTEN, &[colour, light]);
    let dark = b.value(own::DARKEN, &[bright, shade]);
    b.uop(stock::STORE_INDEXED_I64, &[base, index, scale, at_0, dark]);
    let luminance = b.value(own::LUMINANCE, &[dark]);
    let sum = b.value(stock::ADD_F64, &[sum, luminance]);
    let index = b.value(stock::ADD_I64, &[index, one]);
    b.jump(pixels, &[index, sum]);
    b.finish()
}

/// Runs the code on an image; gives the sum of the luminance of the pixels before the first that is no colour.
fn relight(code: &Code, image: &mut [i64]) -> f64 {
    let mut frame = [image.as_mut_ptr() as u64, image.len() as u64, 0, 0];
    let mut context = Context::new(std::ptr::null_mut());
    // SAFETY: the region uses four frame words and as many pixels as word 1 says, from the address in word 0.
    unsafe { code.run(frame.as_mut_ptr(), &mut context) };
    f64::from_bits(frame[2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use uops::saturate::{brighten, darken, luminance};

    #[test]
    fn machine_code_and_functions_agree() {
        let table = UopTable::with_author(&uops::DEFS).expect("names of its own");
        let code = compile(&table).expect("a good region");
        let before: Vec<i64> = (0..1000).map(|n| (n * 16_785) & 0xff_ff_ff).collect();
        let mut image = before.clone();
        let sum = relight(&code, &mut image);
        let after: Vec<i64> = before
            .iter()
            .map(|p| darken(brighten(*p, LIGHT), SHADE))
            .collect();
        assert_eq!(image, after);
        assert_eq!(
            sum,
            after.iter().map(|p| luminance(*p)).fold(0.0, |a, b| a + b)
        );
    }

    #[test]
    fn what_is_no_colour_ends_the_run() {
        let table = UopTable::with_author(&uops::DEFS).expect("names of its own");
        let code = compile(&table).expect("a good region");
        let mut image = [0, 0x1_00_00_00, 0];
        relight(&code, &mut image);
        assert_eq!(image, [darken(LIGHT, SHADE), 0x1_00_00_00, 0]);
    }

    #[test]
    fn own_super_stencils_are_in_the_library() {
        let table = UopTable::with_author(&uops::DEFS).expect("names of its own");
        let library = Library::read(uops::LIBRARIES[0].1, &table).expect("a library");
        let fused = |p: &&stencils::library::Pattern| {
            p.uops.len() == 2 && p.uops[0].kind == own::BRIGHTEN && p.uops[1].kind == own::DARKEN
        };
        assert!(library.patterns.iter().any(|p| fused(&p)));
        assert!(
            !library.constants.is_empty() || cfg!(target_arch = "aarch64"),
            "luminance has constants"
        );
    }
}
