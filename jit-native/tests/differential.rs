//! Random regions, run by the reference interpreter and by machine code, do the same; and their allocations are proved
//! by the checker (tests are debug builds, and the compiler's default there is to check).

mod common;

use common::{Judge, random_region};

/// How many regions a test tries: more in an optimised build, fewer in an emulator.
fn count() -> u64 {
    match (cfg!(debug_assertions), cfg!(target_arch = "aarch64")) {
        (true, true) => 200,
        (true, false) => 2_000,
        (false, true) => 4_000,
        (false, false) => 50_000,
    }
}

#[test]
fn random_regions_do_what_the_interpreter_does() {
    let mut judge = Judge::new();
    judge.compiler.options.check = true;
    for seed in 0..count() {
        let region = random_region(seed, 256 << (seed % 5));
        judge.same(&format!("seed {seed}"), &region, seed);
    }
}

#[test]
fn without_super_stencils_too() {
    let mut judge = Judge::new();
    judge.compiler.options.super_stencils = false;
    judge.compiler.options.check = true;
    for seed in 0..count() / 4 {
        judge.same(&format!("seed {seed}"), &random_region(seed, 2048), seed);
    }
}

#[test]
fn optimised_on_the_way_too() {
    let mut judge = Judge::new();
    judge.compiler.options.optimise = Some(Default::default());
    judge.compiler.options.check = true;
    for seed in 0..count() / 4 {
        judge.same(&format!("seed {seed}"), &random_region(seed, 2048), seed);
    }
}

#[test]
fn branches_may_have_to_go_by_islands() {
    let mut judge = Judge::new();
    for reach in [256, 1024] {
        judge.compiler.options.reach = Some(reach);
        for seed in 0..count() / 8 {
            judge.same(&format!("seed {seed}"), &random_region(seed, 4096), seed);
        }
    }
}
