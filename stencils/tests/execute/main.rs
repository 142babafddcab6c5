//! Runs every stencil of this machine's library by itself, with boundary and random operands in random registers, and
//! compares with its uop functions: the result, the exit, memory, every other register, the stack.
//!
//! It copies and patches with code of its own, so that the engine's mistakes and the library's stay apart.

#![cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]

mod memory;
mod patch;
mod place;
mod probes;
mod reference;
mod trial;
mod values;

use stencils::library::{Arch, StencilId};
use stencils::stock;
use values::Random;

const ARCH: Arch = if cfg!(target_arch = "x86_64") {
    Arch::X86_64
} else {
    Arch::Aarch64
};

/// How often each stencil runs.
const TRIALS: usize = 60;

#[test]
fn every_stencil_does_what_its_uops_do() {
    let library = stock(ARCH);
    let mut random = Random::new(1);
    let mut runs = 0;
    let mut exits = 0;
    for index in 0..library.stencils.len() {
        let id = StencilId(index as u32);
        if id == library.glue.exit || id == library.glue.jump {
            continue;
        }
        let trials: Vec<_> = (0..TRIALS)
            .map(|_| trial::Trial::new(library, id, &mut random))
            .collect();
        for (left, trial) in trial::run(library, &trials) {
            exits += usize::from(left);
            runs += 1;
            if let Err(difference) = trial {
                panic!("stencil {index}: {difference}");
            }
        }
    }
    assert!(
        exits > runs / 50,
        "the operands hardly ever make a stencil leave: {exits} of {runs}"
    );
}
