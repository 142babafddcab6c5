//! The generator of random regions: valid, safe, ending, deterministic, and covering what it should.

use arbitrary::Unstructured;
use jit_native::interpret::{Interpreter, Outcome, Step};
use jit_native::region::{Terminator, verify};
use jit_native::testing::{World, generate, link};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashSet;
use stencils::table::UopTable;

/// Regions from fixed seeds.
fn regions(count: u64) -> impl Iterator<Item = (u64, jit_native::region::Region)> {
    (0..count).map(|seed| {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let bytes: Vec<u8> = (0..4096)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect();
        (seed, generate(&mut Unstructured::new(&bytes)))
    })
}

#[test]
#[cfg_attr(miri, ignore = "thousands of regions")]
fn regions_are_valid_and_end() {
    let mut interpreter = Interpreter::new(UopTable::stock());
    let mut world = World::new(0);
    for (seed, region) in regions(1000) {
        verify(&region, UopTable::stock()).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let region = link(&region);
        let mut run = || {
            world.reset(seed);
            // SAFETY: generated regions are safe to run in a world.
            let outcome =
                unsafe { interpreter.run(&region, world.frame(), world.context(), 1 << 22) };
            assert!(matches!(outcome, Outcome::Left(_)), "seed {seed}");
            (outcome, world.observe())
        };
        assert_eq!(run(), run(), "seed {seed}");
    }
}

/// What is never generated or never executed is never tested.
#[test]
#[cfg_attr(miri, ignore = "thousands of regions")]
fn everything_is_generated_and_most_of_it_runs() {
    let table = UopTable::stock();
    let mut interpreter = Interpreter::new(table);
    let mut world = World::new(0);
    let (mut executed, mut branched, mut total, mut seen) = (HashSet::new(), 0, 0, 0);
    for (seed, region) in regions(2000) {
        let region = link(&region);
        world.reset(seed);
        let mut uops = HashSet::new();
        // SAFETY: generated regions are safe to run in a world.
        unsafe {
            interpreter.watch(&region, world.frame(), world.context(), 1 << 22, |step| {
                if let Step::Uop { uop, .. } = step {
                    uops.insert(uop);
                }
            });
        }
        executed.extend(uops.iter().map(|uop| region.uops[uop.index()].kind));
        seen += uops.len();
        total += region.uops.len();
        branched += region
            .blocks
            .iter()
            .filter(|block| matches!(block.terminator, Terminator::Branch { .. }))
            .count();
    }
    for (kind, def) in table.iter() {
        assert!(
            def.internal || executed.contains(&kind),
            "`{}` never ran",
            def.name
        );
    }
    assert!(branched > 2000, "{branched} branches");
    assert!(seen * 3 > total, "of {total} uops only {seen} ran");
}

#[test]
fn any_bytes_make_a_good_region() {
    let config = Config {
        failure_persistence: None,
        cases: if cfg!(miri) { 3 } else { 400 },
        ..Config::default()
    };
    let bytes = prop::collection::vec(any::<u8>(), 0..2000);
    TestRunner::new(config)
        .run(&bytes, |bytes| {
            let region = generate(&mut Unstructured::new(&bytes));
            prop_assert_eq!(verify(&region, UopTable::stock()), Ok(()));
            Ok(())
        })
        .expect("every region is good");
}
