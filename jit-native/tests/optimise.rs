//! The optimiser changes nothing that can be seen: random regions before and after, judged by the reference
//! interpreter, to the bit.

use arbitrary::Unstructured;
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::optimise::{Fate, Optimiser, Options, Report, Rule};
use jit_native::region::{Region, verify};
use jit_native::testing::{Observation, World, generate, link};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::collections::HashMap;
use stencils::table::UopTable;

fn table() -> &'static UopTable {
    UopTable::stock()
}

struct Judge {
    optimiser: Optimiser<'static>,
    interpreter: Interpreter<'static>,
    world: World,
    out: Region,
    report: Report,
}

impl Judge {
    fn new() -> Judge {
        Judge {
            optimiser: Optimiser::new(table()),
            interpreter: Interpreter::new(table()),
            world: World::new(0),
            out: Region::default(),
            report: Report::default(),
        }
    }

    fn run(&mut self, region: &Region, seed: u64) -> (Outcome, Observation) {
        self.world.reset(seed);
        let region = link(region);
        // SAFETY: generated regions are safe to run in a world, and optimised ones do the same.
        let outcome = unsafe {
            self.interpreter
                .run(&region, self.world.frame(), self.world.context(), 1 << 20)
        };
        (outcome, self.world.observe())
    }

    /// Optimises a region and compares the two.
    fn judge(&mut self, region: &Region, options: Options, seed: u64) -> Result<(), String> {
        self.optimiser
            .optimise(region, options, &mut self.out, &mut self.report)
            .map_err(|error| error.to_string())?;
        let out = std::mem::take(&mut self.out);
        let texts = || format!("{}\n{}", region.display(table()), out.display(table()));
        verify(&out, table()).map_err(|error| format!("{error}\n{}", texts()))?;
        self.check_report(region, &out)
            .map_err(|error| format!("{error}\n{}", texts()))?;
        let (before, after) = (self.run(region, seed), self.run(&out, seed));
        let (Outcome::Left(exit), Outcome::Left(new_exit)) = (before.0, after.0) else {
            return Err(format!("{:?}, {:?}\n{}", before.0, after.0, texts()));
        };
        if self.report.exits[new_exit.index()] != exit {
            return Err(format!("left by {new_exit} instead of {exit}\n{}", texts()));
        }
        if before.1 != after.1 {
            return Err(format!("{}\n{}", difference(&before.1, &after.1), texts()));
        }
        self.out = out;
        Ok(())
    }

    fn check_report(&self, region: &Region, out: &Region) -> Result<(), String> {
        let report = &self.report;
        let complete = report.fates.len() == region.uops.len()
            && report.sources.len() == out.uops.len()
            && report.exits.len() == out.exits.len()
            && report.blocks.len() == out.blocks.len();
        if !complete {
            return Err("the report is not complete".into());
        }
        for (n, fate) in report.fates.iter().enumerate() {
            let (Fate::Kept(new) | Fate::Changed(new, _) | Fate::Hoisted(new)) = *fate else {
                continue;
            };
            if report
                .sources
                .get(new.index())
                .is_none_or(|source| source.index() != n)
            {
                return Err(format!("u{n} is said to be {new}"));
            }
        }
        Ok(())
    }
}

fn difference(before: &Observation, after: &Observation) -> String {
    let parts = [
        ("frame", &before.frame, &after.frame),
        ("memory", &before.memory, &after.memory),
        ("log", &before.log, &after.log),
    ];
    for (name, before, after) in parts {
        if let Some(n) = (0..before.len().max(after.len())).find(|&n| before.get(n) != after.get(n))
        {
            return format!("{name}[{n}]: {:x?}, {:x?}", before.get(n), after.get(n));
        }
    }
    "calls".into()
}

fn differential(options: Options, cases: u32) {
    let judge = std::cell::RefCell::new(Judge::new());
    let config = Config {
        failure_persistence: None,
        cases: if cfg!(miri) { 3 } else { cases },
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let input = (prop::collection::vec(any::<u8>(), 0..3000), any::<u64>());
    let result = TestRunner::new(config).run(&input, |(bytes, seed)| {
        let region = generate(&mut Unstructured::new(&bytes));
        judge
            .borrow_mut()
            .judge(&region, options, seed)
            .map_err(TestCaseError::fail)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn random_regions_do_the_same() {
    differential(Options::default(), 2000);
}

#[test]
fn random_regions_do_the_same_without_peeling() {
    differential(Options { peel: false }, 1000);
}

/// Regions from fixed seeds: long ones, for what short ones seldom have.
fn seeded(seed: u64) -> Region {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    let bytes: Vec<u8> = (0..6000).map(|_| byte()).collect();
    generate(&mut Unstructured::new(&bytes))
}

#[test]
#[cfg_attr(miri, ignore = "thousands of regions")]
fn every_rule_has_its_day() {
    let mut judge = Judge::new();
    let mut seen = HashMap::new();
    for seed in 0..1500 {
        let region = seeded(seed);
        judge
            .judge(&region, Options::default(), seed)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        for fate in &judge.report.fates {
            let rule = match fate {
                Fate::Removed(rule) | Fate::Changed(_, rule) => rule.name(),
                Fate::Hoisted(_) => "hoisted",
                Fate::Kept(_) => "kept",
            };
            *seen.entry(rule).or_insert(0) += 1;
        }
    }
    for rule in Rule::ALL
        .map(Rule::name)
        .into_iter()
        .chain(["hoisted", "kept"])
    {
        assert!(seen.contains_key(rule), "`{rule}` never fired: {seen:?}");
    }
}
