//! Loops and joins: what leaves a loop, and what is known where.

use super::optimised;
use jit_native::optimise::{Fate, Rule};

const LOOP: &str = "region {
b0:
  v0 = load_frame_i64 0
  v1 = load_frame_i64 8
  v2 = load_frame_i64 16
  jump b1(v0, v1, 0)
b1(v3: i64, v4: i64, v5: i64):
  guard_eq v3, 5 -> x0
  v6 = load_i64 v2, 0
  v7 = lt_i64 v5, v6
  guard_true v7 -> x0
  v8 = mul_i64 v4, v4
  v9 = add_ovf_i64 v5, 1 -> x0
  v10 = xor_i64 v9, v8
  store_frame_i64 24, v10
  jump b1(5, v4, v9)
x0: [0] = v3, [4] = v5
}";

#[test]
fn a_loop_is_peeled() {
    let (out, report) = optimised(LOOP);
    let inside: Vec<&str> = out
        .lines()
        .skip_while(|line| !line.starts_with("b1"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .map(|line| {
            line.split(" = ")
                .last()
                .unwrap_or("")
                .split_whitespace()
                .next()
                .unwrap_or("")
        })
        .collect();
    // The tag's guard, the load and the product have left the loop; the counter cannot overflow below the bound.
    assert_eq!(
        inside,
        [
            "lt_i64",
            "guard_true",
            "add_i64",
            "xor_i64",
            "store_frame_i64",
            "jump"
        ],
        "{out}"
    );
    assert!(matches!(report.fates[3], Fate::Hoisted(_)));
    assert!(matches!(
        report.fates[8],
        Fate::Changed(_, Rule::NoOverflow)
    ));
    assert_eq!(report.peeled.len(), 1);
    assert_eq!(
        report.exits.len(),
        2,
        "the first round has an exit of its own"
    );
}

#[test]
fn a_store_in_the_loop_keeps_loads_there() {
    for store in [
        "store_i64 v2, 4, v5",
        "call_void_1 4096, v5",
        "store_indexed_i64 v2, v5, 8, 64, v5",
    ] {
        let (out, _) = optimised(&LOOP.replace("  v8 = ", &format!("  {store}\n  v8 = ")));
        let body = out.split("\nb1").nth(1).expect("the loop is there");
        assert!(body.contains("load_i64"), "{store}: {out}");
    }
    let (out, _) = optimised(&LOOP.replace("  v8 = ", "  store_i64 v2, 8, v5\n  v8 = "));
    let body = out.split("\nb1").nth(1).expect("the loop is there");
    assert!(!body.contains("load_i64"), "{out}");
}

#[test]
fn a_counter_that_may_wrap_keeps_its_check() {
    let (out, _) = optimised(&LOOP.replace("lt_i64 v5, v6", "ne_i64 v5, v6"));
    assert!(
        out.split("\nb1")
            .nth(1)
            .is_some_and(|body| body.contains("add_ovf_i64")),
        "{out}"
    );
}

const JOIN: &str = "region {
b0:
  v0 = load_frame_i64 0
  v1 = load_frame_i64 8
  branch guard_eq v0, 3 then b1 else b2
b1:
  v2 = add_i64 v0, v1
  v3 = mul_i64 v1, v1
  jump b3(v2, v1)
b2:
  v4 = mul_i64 v1, v1
  store_frame_i64 16, v4
  jump b3(v0, v1)
b3(v5: i64, v6: i64):
  v7 = mul_i64 v1, v1
  v8 = add_i64 v0, v6
  leave x0
x0: [1] = v5, [2] = v7, [3] = v8, [4] = v0
}";

#[test]
fn what_is_known_on_one_way_is_not_known_after_the_join() {
    let (out, _) = optimised(JOIN);
    // On the way where v0 is 3 that is used; after the join it is not; v7 is computed there again.
    assert!(out.contains("= add_i64 v3, 3"), "{out}");
    let last = out.split("\nb3").nth(1).expect("the join is there");
    assert!(
        last.contains("mul_i64") && last.contains("[4] = v1"),
        "{out}"
    );
    assert!(
        last.starts_with("(v") && !last.contains(": i64, "),
        "the second parameter is always v1: {out}"
    );
}
