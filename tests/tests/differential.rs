//! Every uop at its boundaries, and random regions, before all judges.
//!
//! Never judges by itself: what is compared, and how, is in `tests::judges`. The command `cargo xtask differential` runs
//! as many regions as one likes.

use stencils::table::{UopKind, UopTable};
use tests::judges::single::singles;
use tests::judges::{Panel, random, regressions};

/// Random regions in a test run; far more go through `cargo xtask differential`.
const REGIONS: u64 = 2_000;

fn panel() -> Panel {
    Panel::new().expect("this machine is known")
}

fn boundaries(panel: &mut Panel, kind: UopKind) {
    let table = UopTable::stock();
    for single in singles(kind) {
        let runs: Vec<u64> = (0..single.runs()).collect();
        let fill = |run, world: &mut _| single.fill(run, world);
        match panel.judge_filled(&single.region, &runs, fill) {
            Ok(None) => {}
            Ok(Some(difference)) => panic!("{difference}\n{}", single.region.display(table)),
            Err(unfit) => panic!("{unfit}\n{}", single.region.display(table)),
        }
    }
}

#[test]
fn every_uop_gets_one_answer_at_its_boundaries() {
    let table = UopTable::stock();
    let kinds: Vec<UopKind> = table
        .iter()
        .filter(|(_, def)| !def.internal)
        .map(|(kind, _)| kind)
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for first in 0..threads {
            let kinds = kinds.iter().skip(first).step_by(threads);
            scope.spawn(move || {
                let mut panel = panel();
                kinds.for_each(|&kind| boundaries(&mut panel, kind));
            });
        }
    });
}

#[test]
fn random_regions_get_one_answer() {
    let table = UopTable::stock();
    let mut panel = panel();
    for n in 0..REGIONS {
        let region = random::region(0, n);
        match panel.judge(&region, &random::worlds(0, n)) {
            Ok(None) => {}
            Ok(Some(difference)) => panic!("region {n}: {difference}\n{}", region.display(table)),
            Err(unfit) => panic!("region {n}: {unfit}\n{}", region.display(table)),
        }
    }
}

#[test]
fn kept_regions_get_one_answer() {
    let mut panel = panel();
    let kept = regressions::all().expect("the kept regions are good");
    assert!(!kept.is_empty(), "there is something to judge");
    for regression in kept {
        let path = regression.path.display();
        let worlds: Vec<u64> = regression.worlds.iter().copied().chain(0..50).collect();
        match panel.judge(&regression.region, &worlds) {
            Ok(None) => {}
            Ok(Some(difference)) => panic!("{path}: {difference}"),
            Err(unfit) => panic!("{path}: {unfit}"),
        }
    }
}
