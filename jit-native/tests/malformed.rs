//! Regions that nobody has verified: whatever is wrong with them, the compiler and the optimiser say so with an error
//! value, and do the next region as if nothing had been.

mod common;

use common::{machine, random_region};
use jit_native::compile::{CompileError, Compiler};
use jit_native::optimise::{Optimiser, Options, Report};
use jit_native::region::{BlockId, ExitId, Region, RegionData, Span, Terminator, UopId, ValueDef};
use jit_native::region::{ValueId, verify};
use stencils::library::Arch;
use stencils::table::{Type, UopKind, UopTable};

/// Random numbers (a linear congruential generator with Knuth's multiplier).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// A number that is mostly near those in use, and now and then far beyond.
    fn number(&mut self, used: usize) -> u32 {
        match self.below(8) {
            0 => u32::MAX,
            1 => 1 << self.below(32),
            _ => self.below(used + 2) as u32,
        }
    }

    fn span(&mut self, pool: usize) -> Span {
        Span {
            start: self.number(pool),
            len: self.number(4),
        }
    }
}

/// Writes nonsense over one thing in a region.
fn damage(data: &mut RegionData, random: &mut Random) {
    let (values, exits) = (data.values.len(), data.exits.len());
    let (args, blocks) = (data.args.len(), data.blocks.len());
    let block = random.below(blocks);
    let uop = random.below(data.uops.len());
    match random.below(14) {
        0 => data.blocks[block].params = random.span(data.params.len()),
        1 => data.blocks[block].uops = random.span(data.uops.len()),
        2 => data.blocks[block].terminator = Terminator::Leave(ExitId(random.number(exits))),
        3 => match &mut data.blocks[block].terminator {
            Terminator::Jump(edge) => edge.target = BlockId(random.number(blocks)),
            Terminator::Branch { then, .. } => then.args = random.span(args),
            Terminator::Leave(exit) => *exit = ExitId(random.number(exits)),
        },
        4 if args > 0 => {
            let at = random.below(args);
            data.args[at] = ValueId(random.number(values));
        }
        5 if values > 0 => {
            let at = random.below(values);
            data.set_def(
                ValueId(at as u32),
                ValueDef::Uop(UopId(random.number(uop + 2))),
            );
        }
        6 if values > 0 => {
            let value = ValueId(random.below(values) as u32);
            let other = match data.ty(value) {
                Type::I64 => Type::F64,
                Type::F64 => Type::I64,
            };
            data.values[value.index()] = data.pack(other, data.def(value));
        }
        7 if exits > 0 => {
            let at = random.below(exits);
            data.exits[at].snapshot = random.span(data.snapshots.len());
        }
        8 if !data.snapshots.is_empty() => {
            let at = random.below(data.snapshots.len());
            data.snapshots[at].slot = random.number(64);
        }
        9 if values > 0 => {
            data.values.truncate(random.below(values));
        }
        10 => data.blocks.truncate(block),
        _ if data.uops.is_empty() => data.exits.clear(),
        11 => data.uops[uop].kind = UopKind(random.number(UopTable::stock().len()) as u16),
        12 => data.uops[uop].args = random.span(args),
        _ => data.uops[uop].exit = ExitId(random.number(exits)).into(),
    }
}

#[test]
fn nonsense_is_an_error_value_and_the_next_region_compiles() {
    let table = UopTable::stock();
    let mut compilers = [Arch::X86_64, Arch::Aarch64].map(|arch| Compiler::new(machine(arch)));
    let mut optimiser = Optimiser::new(table);
    let (mut out, mut report) = (Region::default(), Report::default());
    let mut random = Random(1);
    let (mut good, mut bad) = (0, 0);
    for seed in 0..2_000 {
        let mut region = random_region(seed, 64 << (seed % 5));
        for _ in 0..=random.below(3) {
            if !region.blocks.is_empty() {
                damage(&mut region, &mut random);
            }
        }
        let expected = verify(&region, table);
        *(if expected.is_ok() {
            &mut good
        } else {
            &mut bad
        }) += 1;
        let optimised = optimiser.optimise(&region, Options::default(), &mut out, &mut report);
        assert_eq!(optimised, expected, "region {seed}");
        for compiler in &mut compilers {
            let compiled = compiler.compile(&region).map(|_| ());
            match &expected {
                // What damage left valid may still ask for a stencil that there is none of.
                Ok(()) => assert!(
                    matches!(
                        compiled,
                        Ok(()) | Err(CompileError::NoPattern(_) | CompileError::Hole(_))
                    ),
                    "region {seed}: {compiled:?}"
                ),
                Err(error) => {
                    assert_eq!(compiled, Err(CompileError::Region(error.clone())));
                    let next = random_region(seed, 64);
                    assert!(compiler.compile(&next).is_ok(), "after region {seed}");
                }
            }
        }
    }
    assert!(good > 100 && bad > 1_000, "{good} good, {bad} bad");
}
