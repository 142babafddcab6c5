//! What the tests of machine code share: a machine for the host, and one region run by the reference interpreter and
//! by machine code in the same world.

#![allow(
    dead_code,
    reason = "every test file is a crate of its own and uses a part"
)]

use arbitrary::Unstructured;
use jit_native::compile::Compiler;
use jit_native::context::Context;
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, HOST};
use jit_native::region::Region;
use jit_native::region::text::parse;
use jit_native::testing::{World, generate, link};
use std::sync::Arc;
use stencils::library::Arch;
use stencils::stock;
use stencils::table::UopTable;

/// The machine of an architecture.
pub fn machine(arch: Arch) -> Arc<Machine> {
    Arc::new(Machine::new(UopTable::stock(), stock(arch)).expect("the stock library is good"))
}

/// The machine of the host.
pub fn host() -> Arc<Machine> {
    machine(HOST.expect("tests run on a known architecture"))
}

/// An arena for tests. They also run in an emulator that must be told when code memory is used again.
pub fn arena(machine: &Machine) -> Arena {
    let options = ArenaOptions {
        nudge_emulator: cfg!(target_arch = "aarch64"),
        ..ArenaOptions::default()
    };
    Arena::new(machine.library(), options).expect("the system gives code memory")
}

/// A region from its text.
pub fn region(text: &str) -> Region {
    parse(text, UopTable::stock()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Bytes for the generator from a seed.
pub fn random_region(seed: u64, bytes: usize) -> Region {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let bytes: Vec<u8> = (0..bytes)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        })
        .collect();
    generate(&mut Unstructured::new(&bytes))
}

/// Runs regions both ways.
pub struct Judge {
    pub compiler: Compiler,
    pub arena: Arena,
    interpreter: Interpreter<'static>,
    world: World,
}

impl Judge {
    pub fn new() -> Judge {
        let machine = host();
        Judge {
            arena: arena(&machine),
            compiler: Compiler::new(machine),
            interpreter: Interpreter::new(UopTable::stock()),
            world: World::new(0),
        }
    }

    /// Runs a generated region both ways from the same start, and fails unless nobody could tell the difference.
    pub fn same(&mut self, name: &str, region: &Region, seed: u64) {
        let text = || region.display(UopTable::stock()).to_string();
        let linked = link(region);
        self.world.reset(seed);
        // SAFETY: generated regions are safe to run in a world.
        let outcome = unsafe {
            self.interpreter
                .run(&linked, self.world.frame(), self.world.context(), 1 << 22)
        };
        let Outcome::Left(expected) = outcome else {
            panic!("{name} does not end\n{}", text())
        };
        let reference = self.world.observe();
        let compiled = self
            .compiler
            .compile(&linked)
            .unwrap_or_else(|error| panic!("{name}: {error}\n{}", text()));
        let code = self.arena.publish(&compiled).expect("there is room");
        self.world.reset(seed);
        // SAFETY: word 16 of a world's context is its user pointer.
        let mut context = Context::new(unsafe { *self.world.context().add(16) } as *mut u8);
        // SAFETY: generated regions are safe to run in a world.
        let number = unsafe { code.run(self.world.frame(), &mut context) };
        assert_eq!(
            number,
            u64::from(expected.0),
            "{name}: the exit\n{}",
            text()
        );
        let observed = self.world.observe();
        for (what, ours, theirs) in [
            ("frame word", &observed.frame, &reference.frame),
            ("memory word", &observed.memory, &reference.memory),
            ("logged word", &observed.log, &reference.log),
        ] {
            for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                assert_eq!(
                    ours,
                    theirs,
                    "{name}: {what} {at}, exit {}\n{}",
                    expected.0,
                    text()
                );
            }
        }
        assert_eq!(observed, reference, "{name}\n{}", text());
    }
}
