//! Division by constants is written without dividing, and gives the same for every dividend.

use super::{optimised, stores};
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::region::Region;
use jit_native::region::text::parse;
use stencils::table::UopTable;

const KINDS: [&str; 12] = [
    "floor_div_i64",
    "floor_mod_i64",
    "div_i64",
    "rem_i64",
    "div_u64",
    "rem_u64",
    "floor_div_i32",
    "floor_mod_i32",
    "div_i32",
    "rem_i32",
    "div_u32",
    "rem_u32",
];

/// Masks that leave dividends of any sign, and ever fewer bits of those that are not negative.
const MASKS: [i64; 6] = [-1, i64::MAX, 0xffff_ffff, 0x7fff_ffff, 0xffff, 0xff];

/// A division of the word at 80, masked to a range, whose result goes into the word at 64.
fn text(kind: &str, mask: i64, divisor: i64) -> String {
    format!(
        "region {{
b0:
  v0 = load_frame_i64 80
  v1 = and_i64 v0, {mask}
  v2 = {kind} v1, {divisor} -> x0
  store_frame_i64 64, v2
  leave x1
x0: [0] = 7
x1: [0] = 8
}}"
    )
}

fn run(region: &Region, dividend: i64) -> (Outcome, [u64; 16]) {
    let (mut frame, mut context) = ([0u64; 16], [0u64; 32]);
    frame[10] = dividend as u64;
    let mut interpreter = Interpreter::new(UopTable::stock());
    // SAFETY: the region touches the first 16 words of its frame.
    let outcome = unsafe { interpreter.run(region, frame.as_mut_ptr(), context.as_mut_ptr(), 100) };
    (outcome, frame)
}

/// Numbers around every power of two and every multiple of the divisor that is special, and others.
fn dividends(divisor: i64) -> Vec<i64> {
    let near = |n: i64| [n.wrapping_sub(1), n, n.wrapping_add(1)];
    let powers = (0..64).flat_map(|bit| near(1i64 << bit));
    let most = (i64::MAX / divisor).wrapping_mul(divisor);
    let unsigned = (u64::MAX / divisor as u64).wrapping_mul(divisor as u64) as i64;
    let multiples = [divisor, most, unsigned, 12_345i64.wrapping_mul(divisor)];
    let mut all: Vec<i64> = powers.chain(multiples.into_iter().flat_map(near)).collect();
    let mut state = divisor as u64;
    for _ in 0..40 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        all.push(state as i64 >> (state & 63));
    }
    let negative: Vec<i64> = all.iter().map(|n| n.wrapping_neg()).collect();
    all.extend(negative);
    all
}

fn judge(kind: &str, mask: i64, divisor: i64) {
    compare(kind, &text(kind, mask, divisor), divisor);
}

fn compare(kind: &str, text: &str, divisor: i64) {
    let before = parse(text, UopTable::stock()).expect("a region");
    let (after, _) = optimised(text);
    assert!(
        !after.contains("div") && !after.contains("rem") && !after.contains("mod"),
        "{after}"
    );
    let after = parse(&after, UopTable::stock()).expect("a region");
    for dividend in dividends(divisor) {
        // An exit that is never taken is gone, so the exits have other numbers.
        let (expected, got) = (run(&before, dividend).1, run(&after, dividend).1);
        assert_eq!(expected, got, "{kind} {dividend}, {divisor}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "too many divisions for an interpreter of programs")]
fn quotients_and_remainders_are_exact() {
    let mut divisors: Vec<i64> = (2..130).collect();
    divisors.extend(
        (1..63).flat_map(|bit| [(1i64 << bit) + 1, (1i64 << bit).wrapping_sub(1), 1 << bit]),
    );
    divisors.extend([
        1_000,
        1_000_003,
        1_000_000_007,
        i64::MAX,
        i64::MAX - 1,
        i64::MAX / 3,
        641,
        6_700_417,
    ]);
    divisors.retain(|divisor| *divisor > 1);
    for kind in KINDS {
        for &divisor in &divisors {
            // A divisor of 32 bits has no more, and one or minus one among them has rules of its own.
            let low = kind.ends_with("32").then_some(divisor as i32);
            if low.is_some_and(|low| matches!(low, -1..=1)) {
                continue;
            }
            for mask in MASKS {
                // This one alone has a quotient that is no sign-extended one.
                if kind == "rem_u32" && low.is_some_and(|low| low < 0 && low != i32::MIN) {
                    continue;
                }
                judge(kind, mask, divisor);
            }
        }
    }
}

/// Dividends and divisors of either sign, and few bits: `a >> 40` is between -2 to the 23rd and that.
#[test]
#[cfg_attr(miri, ignore = "too many divisions for an interpreter of programs")]
fn negative_divisors_and_narrow_dividends_are_exact() {
    let magnitudes = [2i64, 3, 5, 7, 10, 641, 1000, 65_537, 1 << 20, 1_000_003];
    for kind in KINDS.iter().filter(|kind| !kind.contains('u')) {
        for divisor in magnitudes.iter().flat_map(|&n| [n, -n]) {
            for count in [33, 40, 50, 60] {
                let text = text(kind, -1, divisor)
                    .replace("and_i64 v0, -1", &format!("shr_i64 v0, {count}"));
                compare(kind, &text, divisor);
            }
        }
        for divisor in [-2, -3, -10, i64::MIN + 1] {
            if matches!(*kind, "div_i64" | "rem_i64" | "div_i32" | "rem_i32") && divisor as i32 != 1
            {
                judge(kind, -1, divisor);
            }
        }
    }
    judge("div_u64", -1, -10);
}

#[test]
fn a_division_by_minus_one_is_a_checked_negation() {
    assert!(stores("div_i64 v0, -1 -> x0").starts_with("a = neg_ovf_i64 v0 -> x0;"));
    assert!(stores("floor_div_i32 v0, -1 -> x0").starts_with("a = neg_ovf_i32 v0 -> x0;"));
    assert!(stores("rem_i64 v0, -1 -> x0").starts_with("a = rem_i64 v0, -1"));
}

#[test]
fn a_remainder_is_known_to_be_small() {
    let (out, _) = optimised(
        "region {
b0:
  v0 = load_frame_i64 80
  v1 = floor_mod_i64 v0, 10 -> x0
  v2 = add_ovf_i64 v1, 1 -> x0
  store_frame_i64 64, v2
  leave x0
x0: [0] = 7
}",
    );
    assert!(!out.contains("ovf"), "{out}");
}

#[test]
fn quotient_and_remainder_share_the_product() {
    let (out, _) = optimised(
        "region {
b0:
  v0 = load_frame_i64 80
  v1 = floor_div_i64 v0, 10 -> x0
  v2 = floor_mod_i64 v0, 10 -> x0
  store_frame_i64 64, v1
  store_frame_i64 72, v2
  leave x0
x0: [0] = 7
}",
    );
    assert_eq!(out.matches("mul_high").count(), 1, "{out}");
}

#[test]
fn a_division_by_zero_always_leaves_and_one_by_less_than_nothing_needs_a_negative() {
    assert_eq!(stores("floor_div_i64 v0, 0 -> x0"), "");
    assert!(stores("floor_mod_i64 v0, -7 -> x0").starts_with("a = floor_mod_i64 v0, -7"));
}
