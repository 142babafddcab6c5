//! Each rule of the optimiser on a region of its own: what it does, and what it leaves alone.
//!
//! The texts are the inside of a block whose values `v0` and `v1` are integers, `v2` a pointer, `v3` and `v4` floats;
//! `x0` is an exit. What is used must be stored, or it goes.

mod division;
mod halves;
mod loops;

use jit_native::optimise::{Optimiser, Options, Report};
use jit_native::region::Region;
use jit_native::region::text::parse;
use stencils::table::UopTable;

const BEFORE: &str = "region {
b0:
  v0 = load_frame_i64 80
  v1 = load_frame_i64 88
  v2 = user_pointer
  v3 = load_frame_f64 96
  v4 = load_frame_f64 104
";

const PRELUDE: usize = 5;

fn optimised(text: &str) -> (String, Report) {
    let table = UopTable::stock();
    let region = parse(text, table).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let (mut out, mut report) = (Region::default(), Report::default());
    Optimiser::new(table)
        .optimise(&region, Options::default(), &mut out, &mut report)
        .expect("the region is good");
    (out.display(table).to_string(), report)
}

/// Optimises a block and gives its uops back, with values named by their order of definition: `a`, `b`, .. after the
/// prelude's `v0` to `v4`. Uops of the prelude that have gone are not missed.
fn uops(body: &str) -> Vec<String> {
    let prelude: String = (0..PRELUDE)
        .map(|n| {
            let store = if n < 3 {
                "store_frame_i64"
            } else {
                "store_frame_f64"
            };
            format!("  {store} {}, v{n}\n", 160 + 8 * n)
        })
        .collect();
    let text = format!("{BEFORE}{prelude}{body}\n  leave x0\nx0: [0] = 7\n}}");
    let (out, _) = optimised(&text);
    let mut names: Vec<(String, String)> = Vec::new();
    let mut lines = Vec::new();
    for line in out
        .lines()
        .skip(2)
        .take_while(|line| !line.contains("leave"))
    {
        if let Some((name, _)) = line.trim().split_once(" = ") {
            let n = names.len();
            let new = if n < PRELUDE {
                format!("v{n}")
            } else {
                char::from(b'a' + (n - PRELUDE) as u8).to_string()
            };
            names.push((name.to_string(), new));
        }
        let words = line.trim().split(' ').map(|word| {
            let bare = word.trim_end_matches(',');
            let new = names
                .iter()
                .find(|(old, _)| old == bare)
                .map_or(bare, |(_, new)| new);
            format!("{new}{}", &word[bare.len()..])
        });
        lines.push(words.collect::<Vec<_>>().join(" "));
    }
    lines.split_off(2 * PRELUDE)
}

/// One uop whose result is stored: what is stored in the end, or the uops that remain.
fn stores(uop: &str) -> String {
    let float = uop.contains("_f64")
        && !["eq_f64", "bits_from", "i64_from"]
            .iter()
            .any(|n| uop.starts_with(n));
    let store = if float || uop.starts_with("f64_") {
        "store_frame_f64"
    } else {
        "store_frame_i64"
    };
    uops(&format!("  v9 = {uop}\n  {store} 64, v9")).join("; ")
}

#[track_caller]
fn becomes(uop: &str, value: &str) {
    let got = stores(uop);
    assert_eq!(
        got.split("_i64 64, ")
            .last()
            .unwrap_or("")
            .split("_f64 64, ")
            .last(),
        Some(value),
        "{uop}: {got}"
    );
    assert_eq!(got.matches(';').count(), 0, "{uop}: {got}");
}

#[track_caller]
fn rewritten(uop: &str, other: &str) {
    let got = stores(uop);
    assert!(
        got.starts_with(&format!("a = {other}; store")),
        "{uop}: {got}"
    );
}

#[track_caller]
fn stays(uop: &str) {
    rewritten(uop, uop);
}

#[test]
fn folding() {
    becomes("add_i64 9223372036854775807, 1", "-9223372036854775808");
    becomes("floor_mod_i64 -7, 3 -> x0", "2");
    becomes("div_f64 1.0, 4.0", "0.25");
    becomes("lt_i64 -1, 0", "1");
    becomes("lt_u64 -1, 0", "0");
    // Which NaN this gives is the machine's business.
    stays("div_f64 0.0, 0.0");
}

#[test]
fn folding_an_exit_ends_the_block() {
    assert!(uops("  v9 = div_i64 1, 0 -> x0\n  store_frame_i64 64, v9").is_empty());
    assert!(uops("  guard_eq 1, 2 -> x0\n  store_frame_i64 64, v0").is_empty());
}

#[test]
fn identities_of_integers() {
    for uop in [
        "add_i64 v0, 0",
        "add_i64 0, v0",
        "sub_i64 v0, 0",
        "mul_i64 v0, 1",
        "and_i64 v0, -1",
        "and_i64 v0, v0",
        "or_i64 v0, 0",
        "xor_i64 v0, 0",
        "shl_i64 v0, 64",
        "add_ovf_i64 v0, 0 -> x0",
        "floor_div_i64 v0, 1 -> x0",
        "min_i64 v0, v0",
        "select_i64 v1, v0, v0",
    ] {
        becomes(uop, "v0");
    }
    for uop in [
        "sub_i64 v0, v0",
        "xor_i64 v0, v0",
        "mul_i64 v0, 0",
        "lt_i64 v0, v0",
        "rem_i64 v0, 1 -> x0",
    ] {
        becomes(uop, "0");
    }
    becomes("eq_i64 v0, v0", "1");
    // Zero divided by itself is no identity, and the least integer has no negative.
    stays("div_i64 v0, v0 -> x0");
    stays("neg_ovf_i64 v0 -> x0");
    stays("sub_i64 0, v0");
}

#[test]
fn simpler_forms_of_integers() {
    rewritten("mul_i64 v0, 8", "shl_i64 v0, 3");
    rewritten("floor_div_i64 v0, 4 -> x0", "shr_i64 v0, 2");
    rewritten("floor_mod_i64 v0, 4 -> x0", "and_i64 v0, 3");
    assert_eq!(
        uops("  v9 = shr_i64 v0, 4\n  v10 = shl_i64 v9, 4\n  store_frame_i64 64, v10"),
        ["a = and_i64 v0, -16", "store_frame_i64 64, a"]
    );
    // These round towards zero: a shift would not do for negative numbers.
    // The least integer is no positive power of two.
    stays("floor_div_i64 v0, -9223372036854775808 -> x0");
    stays("mul_i64 v0, -9223372036854775808");
    assert_eq!(
        uops("  v9 = add_i64 v0, 3\n  v10 = sub_i64 v9, 5\n  store_frame_i64 64, v10"),
        ["a = add_i64 v0, -2", "store_frame_i64 64, a"]
    );
}

#[test]
fn identities_of_floats() {
    for uop in [
        "mul_f64 v3, 1.0",
        "mul_f64 1.0, v3",
        "div_f64 v3, 1.0",
        "add_f64 v3, -0.0",
        "sub_f64 v3, 0.0",
    ] {
        becomes(uop, "v3");
    }
    rewritten("div_f64 v3, 4.0", "mul_f64 v3, 0.25");
    // -0.0 + 0.0 is 0.0; infinity times zero is NaN; a third is not exact; 2 to the 1023rd has no normal reciprocal.
    stays("add_f64 v3, 0.0");
    stays("sub_f64 v3, -0.0");
    stays("mul_f64 v3, 0.0");
    stays("div_f64 v3, 3.0");
    stays("div_f64 v3, 8.98846567431158e307");
    stays("sub_f64 v3, v3");
    stays("eq_f64 v3, v3");
    stays("min_f64 v3, v3");
}

#[test]
fn common_subexpressions() {
    let body = "  v9 = add_i64 v0, v1\n  v10 = add_i64 v1, v0\n  store_frame_i64 64, v9\n  store_frame_i64 72, v10";
    assert_eq!(
        uops(body),
        [
            "a = add_i64 v0, v1",
            "store_frame_i64 64, a",
            "store_frame_i64 72, a"
        ]
    );
    let body = "  v9 = lt_i64 v0, v1\n  v10 = gt_i64 v1, v0\n  store_frame_i64 64, v9\n  store_frame_i64 72, v10";
    assert_eq!(uops(body).len(), 3);
    let body = "  v9 = add_f64 v3, v4\n  v10 = add_f64 v4, v3\n  store_frame_f64 64, v9\n  store_frame_f64 72, v10";
    assert_eq!(uops(body).len(), 4, "float operands stay in their order");
}

#[test]
fn guards() {
    // The same again; and what a guard has shown is used.
    assert_eq!(
        uops("  guard_true v0 -> x0\n  guard_true v0 -> x0"),
        ["guard_true v0 -> x0"]
    );
    assert_eq!(
        uops(
            "  guard_eq v0, 3 -> x0\n  v9 = add_i64 v0, v1\n  store_frame_i64 64, v9\n  guard_ne v0, 4 -> x0"
        ),
        [
            "guard_eq v0, 3 -> x0",
            "a = add_i64 v1, 3",
            "store_frame_i64 64, a"
        ]
    );
    assert_eq!(
        uops("  v9 = eq_i64 v0, v1\n  guard_true v9 -> x0"),
        ["guard_eq v0, v1 -> x0"]
    );
    assert_eq!(
        uops(
            "  v9 = lt_i64 v0, v1\n  guard_true v9 -> x0\n  v10 = ge_i64 v0, v1\n  guard_false v10 -> x0"
        ),
        ["a = lt_i64 v0, v1", "guard_true a -> x0"]
    );
    // A guard that failed elsewhere says nothing here.
    assert_eq!(
        uops("  guard_true v0 -> x0\n  guard_true v1 -> x0").len(),
        2
    );
    // A guard that contradicts what is known always leaves.
    assert_eq!(
        uops("  guard_eq v0, 3 -> x0\n  guard_eq v0, 4 -> x0\n  store_frame_i64 64, v1"),
        ["guard_eq v0, 3 -> x0"]
    );
}

#[test]
fn ranges_decide_comparisons_and_overflows() {
    let bounded = "  v9 = lt_i64 v0, v1\n  guard_true v9 -> x0\n";
    assert_eq!(
        uops(&format!(
            "{bounded}  v10 = add_ovf_i64 v0, 1 -> x0\n  store_frame_i64 64, v10"
        ))
        .get(2),
        Some(&"b = add_i64 v0, 1".to_string())
    );
    assert_eq!(
        uops(&format!(
            "{bounded}  v10 = add_ovf_i64 v0, 2 -> x0\n  store_frame_i64 64, v10"
        ))
        .get(2),
        Some(&"b = add_ovf_i64 v0, 2 -> x0".to_string())
    );
    assert_eq!(
        uops(
            "  v9 = load_u8 v2, 0\n  v10 = lt_i64 v9, 256\n  v11 = and_i64 v9, 255\n  store_frame_i64 64, v10\n  store_frame_i64 72, v11"
        ),
        [
            "a = load_u8 v2, 0",
            "store_frame_i64 64, 1",
            "store_frame_i64 72, a"
        ]
    );
    // An index that is unsigned below a length is not negative.
    let body = "  v9 = load_u32 v2, 0\n  v10 = lt_u64 v0, v9\n  guard_true v10 -> x0\n  v11 = ge_i64 v0, 0\n  store_frame_i64 64, v11";
    assert_eq!(
        uops(body).last().map(String::as_str),
        Some("store_frame_i64 64, 1")
    );
}

#[test]
fn loads_after_loads_and_stores() {
    assert_eq!(
        uops(
            "  v9 = load_i64 v2, 8\n  store_i64 v2, 16, v0\n  v10 = load_i64 v2, 8\n  v11 = load_i64 v2, 16\n  store_frame_i64 64, v10\n  store_frame_i64 72, v11"
        ),
        [
            "a = load_i64 v2, 8",
            "store_i64 v2, 16, v0",
            "store_frame_i64 64, a",
            "store_frame_i64 72, v0"
        ]
    );
    // A store of bytes may change a word that it overlaps; another pointer may point anywhere.
    assert!(uops("  v9 = load_i64 v2, 8\n  store_i8 v2, 15, v0\n  v10 = load_i64 v2, 8\n  store_frame_i64 64, v10\n  store_frame_i64 72, v9")
        .iter().filter(|line| line.contains("load_i64")).count() == 2);
    assert!(uops("  v9 = load_i64 v2, 8\n  store_i64 v0, 0, v1\n  v10 = load_i64 v2, 8\n  store_frame_i64 64, v10\n  store_frame_i64 72, v9")
        .iter().filter(|line| line.contains("load_i64")).count() == 2);
    // The frame is not memory.
    assert_eq!(
        uops(
            "  store_frame_i64 64, v0\n  store_i64 v2, 0, v1\n  v9 = load_frame_i64 64\n  store_frame_i64 72, v9"
        ),
        [
            "store_frame_i64 64, v0",
            "store_i64 v2, 0, v1",
            "store_frame_i64 72, v0"
        ]
    );
    // The same bits as another type, and as fewer bits.
    rewritten_load("store_f64 v2, 0, v3", "load_i64 v2, 0", "bits_from_f64 v3");
    rewritten_load("store_i8 v2, 0, v0", "load_i8 v2, 0", "sign_extend_8 v0");
    rewritten_load("store_i32 v2, 0, v0", "load_u32 v2, 0", "zero_extend_32 v0");
    // A call may change memory.
    assert_eq!(uops("  v9 = load_i64 v2, 8\n  call_void_1 4096, v9\n  v10 = load_i64 v2, 8\n  store_frame_i64 64, v10").len(), 4);
}

#[track_caller]
fn rewritten_load(store: &str, load: &str, other: &str) {
    let got = uops(&format!(
        "  {store}\n  v9 = {load}\n  store_frame_i64 64, v9"
    ));
    assert_eq!(
        got,
        [
            store.to_string(),
            format!("a = {other}"),
            "store_frame_i64 64, a".into()
        ]
    );
}

#[test]
fn stores_that_nobody_sees() {
    assert_eq!(
        uops("  store_frame_i64 64, v0\n  store_frame_i64 64, v1"),
        ["store_frame_i64 64, v1"]
    );
    // The snapshot of the exit at the end writes word 0.
    assert!(uops("  store_frame_i64 0, v0").is_empty());
    // A guard between may leave and show the first.
    assert_eq!(
        uops("  store_frame_i64 64, v0\n  guard_true v1 -> x0\n  store_frame_i64 64, v1").len(),
        3
    );
    // It writes what it shows itself.
    assert_eq!(
        uops("  store_frame_i64 0, v0\n  guard_true v1 -> x0\n  store_frame_i64 0, v1").len(),
        1
    );
    // So it is with any number of words.
    let stores = |value: &str| -> String {
        let store = |word| format!("  store_frame_i64 {}, {value}\n", 8 * word);
        (30..200).map(store).collect()
    };
    let guard = "  guard_true v1 -> x0\n";
    let (first, again) = (stores("v0"), stores("v1"));
    assert_eq!(uops(&format!("{first}{again}")).len(), 170);
    assert_eq!(uops(&format!("{first}{guard}{again}")).len(), 341);
    // Far words are not followed.
    assert_eq!(
        uops("  store_frame_i64 800000, v0\n  store_frame_i64 800000, v1").len(),
        2
    );
    // What is there already is not stored again.
    assert_eq!(
        uops("  store_i64 v2, 0, v0\n  store_i64 v2, 0, v0"),
        ["store_i64 v2, 0, v0"]
    );
    assert_eq!(
        uops("  store_i64 v2, 0, v0\n  store_i8 v2, 7, v1\n  store_i64 v2, 0, v0").len(),
        3
    );
}

#[test]
fn addresses() {
    assert_eq!(
        uops(
            "  v9 = add_i64 v2, 16\n  v10 = load_indexed_i64 v9, 3, 8, -8\n  store_frame_i64 64, v10"
        ),
        ["a = load_i64 v2, 32", "store_frame_i64 64, a"]
    );
    assert_eq!(
        uops("  v9 = add_i64 v2, 2147483647\n  v10 = load_i64 v9, 1\n  store_frame_i64 64, v10")
            .len(),
        3,
        "the sum does not fit in an offset"
    );
}
