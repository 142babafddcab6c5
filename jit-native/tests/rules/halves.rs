//! Upper halves that nobody looks at: 32-bit uops need not extend their results for those who take low halves.

use super::{optimised, rewritten, stays, uops};
use jit_native::optimise::{Fate, Rule};

#[test]
fn results_between_are_not_extended() {
    let out = uops(
        "  v5 = add_i32 v0, v1
  v6 = xor_i64 v5, v0
  v7 = rotl_i32 v6, 7
  v8 = neg_i32 v7
  v9 = sub_i32 v8, v1
  v10 = mul_i32 v9, v9
  v11 = shr_i32 v10, 3
  store_frame_i64 64, v11",
    );
    assert_eq!(
        out,
        [
            "a = add_i64 v0, v1",
            "b = xor_i64 v0, a",
            "c = rotl_u32 b, 7",
            "d = neg_i64 c",
            "e = sub_i64 d, v1",
            "f = mul_i64 e, e",
            "g = shr_i32 f, 3",
            "store_frame_i64 64, g",
        ]
    );
}

#[test]
fn who_looks_gets_the_whole() {
    let sum = |user: &str| uops(&format!("  v5 = add_i32 v0, v1\n{user}"))[0].clone();
    for user in [
        "  store_frame_i64 64, v5",
        "  store_i64 v2, 0, v5",
        "  v6 = load_u8 v5, 0\n  store_frame_i64 64, v6",
        "  v6 = lt_i64 v5, v0\n  store_frame_i64 64, v6",
        "  guard_true v5 -> x0",
        "  v6 = add_i64 v5, v0\n  store_frame_i64 64, v6",
        "  v6 = shr_i64 v5, 1\n  v7 = add_i32 v6, v0\n  store_frame_i64 64, v7",
        "  v6 = and_i64 v5, -2\n  store_frame_i64 64, v6",
        "  v6 = select_i64 v5, v0, v1\n  store_i32 v2, 0, v6",
        "  v6 = f64_from_i64 v5\n  store_frame_f64 64, v6",
    ] {
        assert_eq!(sum(user), "a = add_i32 v0, v1", "{user}");
    }
    for user in [
        "  store_i32 v2, 0, v5",
        "  store_indexed_i8 v2, v0, 8, 0, v5",
        "  v6 = and_i64 v5, 255\n  store_frame_i64 64, v6",
        "  v6 = and_i64 v5, 4294967295\n  store_frame_i64 64, v6",
        "  v6 = shl_i64 v0, v5\n  store_frame_i64 64, v6",
        "  v6 = shl_i64 v5, 3\n  store_i32 v2, 0, v6",
        "  v6 = select_i64 v1, v0, v5\n  store_i32 v2, 0, v6",
        "  v6 = add_ovf_i32 v5, v0 -> x0\n  store_frame_i64 64, v6",
        "  v6 = popcount_i32 v5\n  store_frame_i64 64, v6",
    ] {
        assert_eq!(sum(user), "a = add_i64 v0, v1", "{user}");
    }
}

#[test]
fn shifts_keep_their_counts() {
    let low = |uop: &str| uops(&format!("  v5 = {uop}\n  store_i32 v2, 0, v5"))[0].clone();
    assert_eq!(low("shl_i32 v0, 31"), "a = shl_i64 v0, 31");
    // 33 is 1 in 32 bits.
    assert_eq!(low("shl_i32 v0, 33"), "a = shl_u32 v0, 33");
    assert_eq!(low("shl_i32 v0, v1"), "a = shl_u32 v0, v1");
    assert_eq!(low("ushr_i32 v0, v1"), "a = ushr_u32 v0, v1");
    assert_eq!(low("rotr_i32 v0, v1"), "a = rotr_u32 v0, v1");
    assert_eq!(low("shr_i32 v0, v1"), "a = shr_i32 v0, v1");
    // A known shift leaves a sign of zero.
    rewritten("ushr_i32 v0, 1", "ushr_u32 v0, 1");
    stays("ushr_i32 v0, v1");
    rewritten("ushr_i32 v0, 32", "sign_extend_32 v0");
    rewritten("rotl_u32 v0, 64", "zero_extend_32 v0");
}

#[test]
fn extensions_go() {
    let out = uops(
        "  v5 = add_i64 v0, v1
  v6 = sign_extend_32 v5
  v7 = zero_extend_32 v6
  store_i32 v2, 0, v7
  store_i32 v2, 8, v6
  v8 = sign_extend_32 v5
  store_frame_i64 64, v8",
    );
    // The extension is wanted in the end, so all take it.
    assert_eq!(out[0], "a = add_i64 v0, v1");
    assert_eq!(out[1], "b = sign_extend_32 a");
    assert_eq!(out[2], "store_i32 v2, 0, b");
    let out = uops(
        "  v5 = mul_i64 v0, v1
  v6 = sign_extend_32 v5
  v7 = zero_extend_16 v6
  store_frame_i64 64, v7
  store_i32 v2, 8, v6",
    );
    assert_eq!(out[1], "b = zero_extend_16 a");
    assert_eq!(out[3], "store_i32 v2, 8, a");
}

#[test]
fn a_loop_hands_low_halves_round() {
    let (out, report) = optimised(
        "region {
b0:
  v0 = load_frame_i64 0
  v1 = load_frame_i64 8
  jump b1(v0, v1, v1)
b1(v2: i64, v3: i64, v4: i64):
  v5 = rotl_i32 v3, 5
  v6 = add_i32 v5, v2
  v7 = sign_extend_32 v4
  v8 = add_i64 v7, v6
  v9 = sub_i64 v2, 1
  branch guard_true v9 then b1(v9, v6, v8) else b2
b2:
  store_frame_i64 16, v6
  v10 = sign_extend_32 v8
  store_frame_i64 24, v10
  leave x0
x0: [0] = v2
}",
    );
    // The first sum is stored when the loop ends; the rotation and the other sum only go round in it.
    let (_, from_loop_on) = out.split_once("\nb1(").expect("there is a loop");
    for uop in ["rotl_u32", "add_i32", "sign_extend_32"] {
        assert_eq!(from_loop_on.matches(uop).count(), 1, "{uop}: {out}");
    }
    assert!(matches!(report.fates[2], Fate::Changed(_, Rule::UpperHalf)));
    assert_eq!(report.fates[4], Fate::Removed(Rule::UpperHalf));
    assert!(matches!(report.fates[3], Fate::Kept(_)));
}
