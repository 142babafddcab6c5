//! Every uop at its boundaries, and random regions, before all judges.
//!
//! Never judges by itself: what is compared, and how, is in `tests::judges`. The command `cargo xtask differential` runs
//! as many regions as one likes.

use stencils::table::UopTable;
use tests::judges::single::singles;
use tests::judges::{Panel, random};

/// Random regions in a test run; far more go through `cargo xtask differential`.
const REGIONS: u64 = 2_000;

#[test]
fn every_uop_gets_one_answer_at_its_boundaries() {
    let table = UopTable::stock();
    let mut panel = Panel::new().expect("Cranelift knows this machine");
    for (kind, def) in table.iter().filter(|(_, def)| !def.internal) {
        for single in singles(kind) {
            let runs: Vec<u64> = (0..single.runs()).collect();
            let judged =
                panel.judge_filled(&single.region, &runs, |run, world| single.fill(run, world));
            match judged {
                Ok(None) => {}
                Ok(Some(difference)) => {
                    panic!(
                        "{}: {difference}\n{}",
                        def.name,
                        single.region.display(table)
                    )
                }
                Err(unfit) => panic!("{}: {unfit}\n{}", def.name, single.region.display(table)),
            }
        }
    }
}

#[test]
fn random_regions_get_one_answer() {
    let table = UopTable::stock();
    let mut panel = Panel::new().expect("Cranelift knows this machine");
    for n in 0..REGIONS {
        let region = random::region(0, n);
        match panel.judge(&region, &random::worlds(0, n)) {
            Ok(None) => {}
            Ok(Some(difference)) => panic!("region {n}: {difference}\n{}", region.display(table)),
            Err(unfit) => panic!("region {n}: {unfit}\n{}", region.display(table)),
        }
    }
}
