//! The runner of machine code apart, with a runner for this machine in the place of an emulated one: what agrees, what differs, and
//! what dies.
//!
//! Never needs an emulator: `cargo xtask differential --arch aarch64` has one. Start at the test whose name says what you
//! look for.

use std::ffi::OsString;
use stencils::table::UopTable;
use tests::emulated::Emulated;
use tests::judges::{Expected, Panel, What, host, random};

fn command() -> Vec<OsString> {
    vec![env!("CARGO_BIN_EXE_differential").into(), "serve".into()]
}

/// A region without calls, and a run of it that was judged.
fn judged(text: &str) -> (jit_native::region::Region, Expected) {
    let region = jit_native::region::text::parse(text, UopTable::stock()).expect("it parses");
    let mut panel = Panel::of(Vec::new());
    assert_eq!(panel.judge(&region, &[7]).expect("it is fit"), None);
    (region, panel.runs()[0].clone())
}

/// One process has one world at the common address, so this is one test.
#[test]
fn random_regions_get_one_answer_apart() {
    let mut panel = Panel::emulated(host(), command()).expect("the runner starts");
    for n in 0..300 {
        let judged = panel.judge(&random::region(3, n), &random::worlds(3, n));
        assert_eq!(judged.expect("generated regions are fit"), None);
    }
}

#[test]
fn what_differs_is_told_with_the_world_it_differs_in() {
    let mut apart = Emulated::start(host(), command()).expect("the runner starts");
    let text = "region {\nb0:\n v1 = load_frame_i64 40\n v2 = add_i64 v1, 5\n leave x1\nx0:\nx1: [4] = v2\n}";
    let (region, right) = judged(text);
    assert_eq!(apart.judge(&region, std::slice::from_ref(&right)), None);
    let lies: [fn(&mut Expected); 4] = [
        |run| run.after.0 = 0,
        |run| run.after.1.frame[1] ^= 1 << 63,
        |run| run.after.1.memory[1023] ^= 1,
        |run| run.after.1.calls = 1,
    ];
    for lie in lies {
        let mut wrong = right.clone();
        lie(&mut wrong);
        wrong.seed = 99;
        let difference = apart.judge(&region, &[right.clone(), wrong]);
        let difference = difference.expect("it is not what it should be");
        assert_eq!((difference.judge, difference.world), ("machine code", 99));
    }
}

#[test]
fn a_runner_that_dies_differs_and_another_takes_its_place() {
    let mut apart = Emulated::start(host(), command()).expect("the runner starts");
    let (good, run) = judged("region {\nb0:\n leave x0\nx0: [5] = 1\n}");
    let wild = "region {\nb0:\n v1 = load_i64 4096, 0\n leave x0\nx0: [4] = v1\n}";
    let wild = jit_native::region::text::parse(wild, UopTable::stock()).expect("it parses");
    let runs = [run];
    let difference = apart.judge(&wild, &runs).expect("it reads at address 4096");
    assert!(
        matches!(&difference.what, What::NoAnswer(why) if why.contains("signal: 11")),
        "{difference}"
    );
    assert_eq!(apart.judge(&good, &runs), None, "the next one lives");
}

#[test]
fn a_runner_that_is_none_is_an_error() {
    let none = |command: Vec<OsString>| Emulated::start(host(), command).err();
    assert!(none(vec!["/no/such/program".into()]).is_some());
    assert!(none(vec!["true".into()]).is_some(), "it says nothing");
    assert!(none(Vec::new()).is_some());
}
