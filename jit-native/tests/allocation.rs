//! What allocation and selection promise beyond being right, on both architectures.

mod common;

use common::{Judge, machine, region};
use jit_native::assemble::marks::Source;
use jit_native::compile::{CompileError, Compiler};
use jit_native::region::RegionBuilder;
use stencils::library::Arch;
use stencils::table::{Type, UopTable};
use stencils::uops::kind;

const ARCHES: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

fn compiler(arch: Arch) -> Compiler {
    let mut compiler = Compiler::new(machine(arch));
    compiler.options.check = true;
    compiler
}

/// `sum = (sum ^ i) + 3; i -= 1` until `i` is 0.
const LOOP: &str = "\
region {
b0:
  v1 = load_frame_i64 8
  v3 = load_frame_i64 16
  jump b1(v1, v3)
b1(v4: i64, v5: i64):
  v6 = xor_i64 v5, v4
  v8 = add_i64 v6, 3
  v10 = sub_i64 v4, 1
  branch guard_true v10 then b1(v10, v8) else b2
b2:
  leave x0
x0: [2] = v8
}";

#[test]
fn a_loop_that_fits_moves_and_spills_nothing() {
    for arch in ARCHES {
        let mut compiler = compiler(arch);
        compiler.compile(&region(LOOP)).expect("it compiles");
        let allocation = compiler.allocation();
        assert_eq!(allocation.edge_ops, [], "{arch:?}");
        assert_eq!(allocation.spill_words, 0, "{arch:?}");
        let body = allocation.blocks[1].ops.len as usize;
        assert_eq!(
            body,
            compiler.selection().standing(1).count(),
            "{arch:?}: tiles alone"
        );
    }
}

#[test]
fn a_loop_begins_where_it_is_fetched_at_once_and_straight_code_anywhere() {
    let straight = "region { b0: v1 = load_frame_i64 8 leave x0 x0: [2] = v1 }";
    for arch in ARCHES {
        let mut compiler = compiler(arch);
        compiler.options.record = true;
        let compiled = compiler.compile(&region(straight)).expect("it compiles");
        assert_eq!(compiled.alignment, 1, "{arch:?}");
        let compiled = compiler.compile(&region(LOOP)).expect("it compiles");
        assert_eq!(compiled.alignment, 32, "{arch:?}");
        let marks = compiler.marks();
        let padding = marks
            .iter()
            .position(|mark| mark.source == Source::Padding)
            .expect("a few loads do not fill 32 bytes");
        assert_eq!(marks[padding + 1].at % 32, 0, "{arch:?}");
    }
}

#[test]
fn a_comparison_and_its_guard_are_one_stencil() {
    let text = LOOP.replace(
        "branch guard_true v10",
        "v11 = lt_i64 v10, 1000\n  branch guard_true v11",
    );
    for arch in ARCHES {
        let mut compiler = compiler(arch);
        compiler.compile(&region(&text)).expect("it compiles");
        assert_eq!(compiler.counts().super_stencils, 1, "{arch:?}");
        compiler.options.super_stencils = false;
        compiler.compile(&region(&text)).expect("it compiles");
        assert_eq!(compiler.counts().super_stencils, 0, "{arch:?}");
    }
}

#[test]
fn edges_that_rotate_their_values_are_right() {
    let text = "\
region {
b0:
  v1 = load_frame_i64 24
  v3 = load_frame_i64 32
  v5 = load_frame_i64 40
  v7 = load_frame_f64 48
  v9 = load_frame_f64 56
  jump b1(0, v1, v3, v5, v7, v9)
b1(v10: i64, v11: i64, v12: i64, v13: i64, v14: f64, v15: f64):
  v17 = add_i64 v10, 1
  v19 = lt_i64 v17, 7
  branch guard_true v19 then b1(v17, v12, v13, v11, v15, v14) else b2
b2:
  leave x0
x0: [3] = v11, [4] = v12, [5] = v13, [6] = v14, [7] = v15
}";
    let mut judge = Judge::new();
    for seed in 0..20 {
        judge.same("rotation", &region(text), seed);
    }
}

/// More parameters than registers, all rotated, so that words of memory change places as well.
#[test]
fn parameters_in_memory_are_rotated_too() {
    let mut b = RegionBuilder::new(UopTable::stock());
    let (entry, body, end) = (b.block(&[]), b.block(&[Type::I64; 40]), b.block(&[]));
    b.switch_to(entry);
    let mut first: Vec<_> = (0..39)
        .map(|n| {
            let slot = b.const_i64((3 + n) * 8);
            b.value(kind::LOAD_FRAME_I64, &[slot])
        })
        .collect();
    first.push(b.const_i64(0));
    b.jump(body, &first);
    b.switch_to(body);
    let params: Vec<_> = (0..40).map(|n| b.param(body, n)).collect();
    let (one, limit) = (b.const_i64(1), b.const_i64(11));
    let count = b.value(kind::ADD_I64, &[params[39], one]);
    let more = b.value(kind::LT_I64, &[count, limit]);
    let mut next: Vec<_> = params[1..39].to_vec();
    next.extend([params[0], count]);
    b.branch(kind::GUARD_TRUE, &[more], (body, &next), (end, &[]));
    b.switch_to(end);
    let snapshot: Vec<_> = (0..39).map(|n| (3 + n, params[n as usize])).collect();
    let exit = b.exit(&snapshot);
    b.leave(exit);
    let region = b.finish().expect("the region is good");
    let mut judge = Judge::new();
    judge.same("forty parameters", &region, 1);
    for arch in ARCHES {
        assert!(compiler(arch).compile(&region).is_ok(), "{arch:?}");
    }
}

#[test]
fn an_error_leaves_the_compiler_usable() {
    let text = LOOP.replace("leave x0\nx0:", "leave x1\nx0:\nx1:");
    for arch in ARCHES {
        let mut compiler = compiler(arch);
        // The number of exit 1 would not fit in 32 bits.
        compiler.options.first_exit = u32::MAX;
        let refused = compiler.compile(&region(&text));
        assert!(
            matches!(refused, Err(CompileError::Hole(_))),
            "{arch:?}: {refused:?}"
        );
        compiler.options.first_exit = 0;
        assert!(compiler.compile(&region(&text)).is_ok(), "{arch:?}");
    }
}
