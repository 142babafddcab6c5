//! Runs every stencil of this machine's library by itself, with boundary and random operands, each in every register, and
//! compares with its uop functions: the result, the exit, memory, every other register, the stack.
//!
//! It copies and patches with code of its own, so that the engine's mistakes and the library's stay apart; only the
//! memory in which the code runs is the engine's.

#![cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]

mod patch;
mod place;
mod probes;
mod reference;
mod trial;
mod values;

use jit_native::memory::{Arena, ArenaOptions};
use stencils::library::{Arch, StencilId};
use stencils::stock;
use stencils::uops::kind;
use values::Random;

const ARCH: Arch = if cfg!(target_arch = "x86_64") {
    Arch::X86_64
} else {
    Arch::Aarch64
};

/// How often each stencil runs; less often where that is likely to be emulated. In the first trials every operand goes
/// through all registers, so there are more than registers of one type.
const TRIALS: usize = if cfg!(target_arch = "x86_64") { 40 } else { 24 };

#[test]
fn every_stencil_does_what_its_uops_do() {
    let library = stock(ARCH);
    // Under an emulator, code memory that is used again has to be pointed out.
    let options = ArenaOptions {
        nudge_emulator: cfg!(target_arch = "aarch64"),
        ..ArenaOptions::default()
    };
    let arena = Arena::new(library, options).expect("the system gives code memory");
    let mut random = Random::new(1);
    let mut runs = 0;
    let mut exits = 0;
    let file = &library.registers;
    assert!(TRIALS > (file.int_count as usize).max(file.registers.len() - file.int_count as usize));
    for index in 0..library.stencils.len() {
        let id = StencilId(index as u32);
        // Every run leaves by one of these, with an address of the test's own. There may be several, by the address's range.
        let pattern = &library.patterns[library.stencils[index].pattern.0 as usize];
        if pattern.uops[0].kind == kind::LEAVE {
            continue;
        }
        let trials: Vec<_> = (0..TRIALS)
            .map(|turn| trial::Trial::new(library, id, turn, &mut random))
            .collect();
        for (left, trial) in trial::run(library, &arena, &trials) {
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
