//! The text form prints and parses exactly, and bad texts are errors with a place.

use arbitrary::Unstructured;
use jit_native::region::text::parse;
use jit_native::region::{Region, RegionBuilder};
use jit_native::testing::generate;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use stencils::table::UopTable;
use stencils::uops::kind;

const LOOP: &str = "\
region {
b0:
  v1 = load_frame_i64 8 @3
  guard_eq v1, 3 -> x0 @4
  jump b1(v1, 0)
b1(v4: i64, v5: i64):
  v7 = add_ovf_i64 v5, 1 -> x0
  branch guard_true v4 then b1(v4, v7) else b2
b2:
  leave x1
x0: [0] = v1, [1] = 5
x1:
}";

fn table() -> &'static UopTable {
    UopTable::stock()
}

fn round_trip(region: &Region) {
    let text = region.display(table()).to_string();
    let again = parse(&text, table()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(&again, region, "{text}");
    assert_eq!(again.display(table()).to_string(), text);
}

#[test]
fn a_text_with_all_parts_is_its_own_print() {
    let region = parse(LOOP, table()).expect("the text is good");
    // The constants take the numbers that the text leaves: 8, 3, 0, 1, 5 in this order.
    assert_eq!(region.display(table()).to_string(), LOOP);
    round_trip(&region);
}

#[test]
fn constants_out_of_order_keep_their_numbers() {
    let mut b = RegionBuilder::new(table());
    let entry = b.block(&[]);
    b.switch_to(entry);
    let (late, slot, _unused) = (
        b.const_f64(f64::from_bits(0x7ff8_0000_0000_0042)),
        b.const_i64(16),
        b.const_i64(9),
    );
    let v = b.value(kind::LOAD_FRAME_I64, &[slot]);
    let exit = b.exit(&[(3, late), (4, v)]);
    b.leave(exit);
    let region = b.finish().expect("the region is good");
    let text = region.display(table()).to_string();
    assert!(
        text.contains("constants v0 = nan(0x7ff8000000000042), v1 = 16, v2 = 9"),
        "{text}"
    );
    round_trip(&region);
}

#[test]
fn floats_survive_to_the_bit() {
    let mut b = RegionBuilder::new(table());
    let entry = b.block(&[]);
    b.switch_to(entry);
    let floats = [
        0,
        1 << 63,
        1,
        0x7ff0 << 48,
        0xfff0 << 48,
        0x7ff0_0000_0000_0001,
        !0,
        0x3ff0 << 48,
        0x4330 << 48,
        0x7fef_ffff_ffff_ffff,
    ];
    for (slot, bits) in floats.into_iter().enumerate() {
        let (slot, float) = (
            b.const_i64(slot as i64 * 8),
            b.const_f64(f64::from_bits(bits)),
        );
        b.uop(kind::STORE_FRAME_F64, &[slot, float]);
    }
    let exit = b.exit(&[]);
    b.leave(exit);
    round_trip(&b.finish().expect("the region is good"));
}

#[test]
fn people_may_name_values_blocks_and_exits_as_they_like() {
    let text = "region { ; a comment
        b7: v100 = load_frame_i64 0x10 jump b3(v100)
        b3(v5: i64): leave x9
        x9: [1] = v5 }";
    let region = parse(text, table()).expect("the text is good");
    round_trip(&region);
    assert_eq!((region.values.len(), region.blocks.len()), (3, 2));
}

#[test]
fn random_regions_round_trip() {
    let config = Config {
        failure_persistence: None,
        cases: if cfg!(miri) { 3 } else { 300 },
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&prop::collection::vec(any::<u8>(), 0..1500), |bytes| {
            round_trip(&generate(&mut Unstructured::new(&bytes)));
            Ok(())
        })
        .expect("every region survives");
}

#[test]
fn mistakes_have_a_place() {
    let error = |text: &str| {
        parse(text, table())
            .expect_err("the text is bad")
            .to_string()
    };
    assert_eq!(error(""), "line 1, column 1: here should be `region`");
    assert_eq!(
        error("region {\nb0:\n  leave x0\n}"),
        "line 3, column 3: there is no exit x0"
    );
    assert_eq!(
        error("region {\nb0:\n  frob 1\n}"),
        "line 3, column 3: there is no uop `frob`"
    );
    assert_eq!(
        error("region {\nb0:\n  v1 = add_i64 v2, 1\n  leave x0\nx0:\n}"),
        "line 3, column 16: v2 is never defined"
    );
    assert_eq!(
        error("region {\nb0:\n  v1 = neg_i64 1.5\n  leave x0\nx0:\n}"),
        "line 3, column 3: u0: operand 0 of `neg_i64` is i64, not f64"
    );
    assert_eq!(
        error("region {\nb0:\n  neg_i64 1\n  leave x0\nx0:\n}"),
        "line 3, column 3: `neg_i64` has a result: write `v1 = neg_i64 ..`"
    );
    assert_eq!(
        error("region {\nb0:\n  v1 = neg_i64 99999999999999999999\n}"),
        "line 3, column 16: `99999999999999999999` is no number of 64 bits"
    );
    assert_eq!(
        error("region {\nb0:\n  jump b0\n}"),
        "line 3, column 3: end of b0: an edge goes to the entry block"
    );
    assert_eq!(
        error("region { é"),
        "line 1, column 10: `é` has no meaning here"
    );
    assert_eq!(error("region {"), "line 1, column 9: here should be `}`");
}

#[test]
fn no_text_makes_the_parser_panic() {
    let config = Config {
        failure_persistence: None,
        cases: if cfg!(miri) { 20 } else { 2000 },
        ..Config::default()
    };
    let pieces = prop::sample::select(vec![
        "region",
        "{",
        "}",
        "b0",
        "b1",
        "x0",
        "v0",
        "v1",
        "v4294967295",
        "(",
        ")",
        ":",
        ",",
        "=",
        "->",
        "@",
        "1",
        "-1",
        "0x",
        "nan(0x",
        "1e",
        "-",
        "inf",
        "i64",
        "f64",
        "jump",
        "branch",
        "leave",
        "then",
        "else",
        "constants",
        "[",
        "]",
        "add_i64",
        "guard_true",
        "load_frame_i64",
        "\n",
        ";",
        "é",
        "copy_i64",
    ]);
    let texts = prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.join(" "));
    TestRunner::new(config)
        .run(&texts, |text| {
            let _ = parse(&text, table());
            let _ = parse(&format!("region {{ b0: {text} leave x0 x0: }}"), table());
            Ok(())
        })
        .expect("errors are values");
}
