//! The limits: very large regions work, too large ones are refused with an error that names the limit, and after an
//! error the same compiler and the same arena go on as before.

mod common;

use common::{Judge, arena, host, machine, region};
use jit_native::compile::{CompileError, Compiler};
use jit_native::context::{Context, SPILL_WORDS};
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::memory::{Arena, ArenaOptions, Code, MemoryError};
use jit_native::region::limits::MAX_ITEMS;
use jit_native::region::{Fault, Region, RegionBuilder, ValueId};
use stencils::library::Arch;
use stencils::table::{Type, UopTable};
use stencils::uops::kind;

const ARCHES: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

/// More than an index of 16 bits can name.
const MANY: usize = 70_000;

/// A compiler without the symbolic checker, whose time is not linear.
fn compiler(arch: Arch) -> Compiler {
    let mut compiler = Compiler::new(machine(arch));
    compiler.options.check = false;
    compiler
}

fn builder() -> RegionBuilder<'static> {
    let mut b = RegionBuilder::new(UopTable::stock());
    let entry = b.block(&[]);
    b.switch_to(entry);
    b
}

fn load(b: &mut RegionBuilder<'_>, word: usize) -> ValueId {
    let slot = b.const_i64(word as i64 * 8);
    b.value(kind::LOAD_FRAME_I64, &[slot])
}

/// Runs a region in a frame of that many words, by the interpreter and as machine code, and fails when they differ.
fn same_in_frame(region: &Region, words: usize) {
    let start: Vec<u64> = (0..words as u64)
        .map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .collect();
    let mut expected = start.clone();
    let mut interpreter = Interpreter::new(UopTable::stock());
    let mut context = Context::new(std::ptr::null_mut());
    // SAFETY: the region touches its frame alone, and only words that it has.
    let outcome = unsafe {
        interpreter.run(
            region,
            expected.as_mut_ptr(),
            context.words(),
            u64::from(u32::MAX),
        )
    };
    let mut compiler = Compiler::new(host());
    compiler.options.check = false;
    let compiled = compiler.compile(region).expect("it compiles");
    let code = arena(compiler.machine())
        .publish(&compiled)
        .expect("there is room");
    let mut frame = start;
    // SAFETY: as above.
    let exit = unsafe { code.run(frame.as_mut_ptr(), &mut context) };
    let Outcome::Left(left) = outcome else {
        panic!("the region ends")
    };
    assert_eq!(exit, u64::from(left.0));
    assert!(frame == expected, "the frames are different");
}

/// A chain of blocks with a parameter, a constant, and an exit each.
fn chain(blocks: usize) -> Region {
    let mut b = builder();
    let mut sum = load(&mut b, 3);
    for n in 0..blocks as i64 {
        let block = b.block(&[Type::I64]);
        b.jump(block, &[sum]);
        b.switch_to(block);
        let before = b.param(block, 0);
        let exit = b.exit(&[(3, before)]);
        let wide = b.const_i64(0x1234_5678_0000_0000 + n);
        sum = b.value(kind::XOR_I64, &[before, wide]);
        let never = b.const_i64(i64::MIN);
        b.guard(kind::GUARD_NE, &[sum, never], exit);
    }
    let exit = b.exit(&[(3, sum)]);
    b.leave(exit);
    b.finish().expect("the region is good")
}

#[test]
fn many_blocks_parameters_constants_and_exits_work() {
    let region = chain(MANY);
    assert!(region.blocks.len() > MANY && region.exits.len() > MANY);
    let mut judge = Judge::new();
    judge.compiler.options.check = false;
    judge.same("many blocks", &region, 3);
    for arch in ARCHES {
        assert!(compiler(arch).compile(&region).is_ok(), "{arch:?}");
    }
}

#[test]
fn many_wide_constants_in_one_block_work() {
    let mut b = builder();
    let mut sum = load(&mut b, 3);
    for n in 0..MANY as i64 {
        let wide = b.const_i64(0x1234_5678_9abc_0000 ^ (n << 20) ^ n);
        let float = b.const_f64(n as f64 + 0.5);
        let bits = b.value(kind::BITS_FROM_F64, &[float]);
        let mixed = b.value(kind::XOR_I64, &[sum, wide]);
        sum = b.value(kind::ADD_I64, &[mixed, bits]);
    }
    let exit = b.exit(&[(4, sum)]);
    b.leave(exit);
    let region = b.finish().expect("the region is good");
    Judge::new().same("many constants", &region, 5);
    for arch in ARCHES {
        assert!(compiler(arch).compile(&region).is_ok(), "{arch:?}");
    }
}

#[test]
fn a_snapshot_of_many_words_works() {
    let mut b = builder();
    let (first, second) = (load(&mut b, 1), load(&mut b, 2));
    let sum = b.value(kind::ADD_I64, &[first, second]);
    let entries: Vec<(u32, ValueId)> = (0..MANY as u32)
        .map(|word| {
            let value = match word % 3 {
                0 => sum,
                1 => first,
                _ => b.const_i64(i64::from(word) << 30),
            };
            (word, value)
        })
        .collect();
    let exit = b.exit(&entries);
    b.leave(exit);
    same_in_frame(&b.finish().expect("the region is good"), MANY);
}

/// As many values alive at once: loaded first, used last.
fn alive(count: usize) -> Region {
    let mut b = builder();
    let values: Vec<ValueId> = (0..count).map(|n| load(&mut b, n)).collect();
    let entries: Vec<(u32, ValueId)> = (0..count as u32).zip(values.into_iter().rev()).collect();
    let exit = b.exit(&entries);
    b.leave(exit);
    b.finish().expect("the region is good")
}

#[test]
fn as_many_values_as_there_are_spill_words_may_live_at_once() {
    same_in_frame(&alive(SPILL_WORDS as usize), SPILL_WORDS as usize);
}

#[test]
fn more_spilled_values_are_refused_and_the_next_region_compiles() {
    let region = alive(SPILL_WORDS as usize + 100);
    for arch in ARCHES {
        let mut compiler = compiler(arch);
        let refused = compiler.compile(&region).expect_err("it is too large");
        let limit = SPILL_WORDS as usize;
        let what = "spilled values at once";
        assert_eq!(refused, CompileError::Limit { what, limit }, "{arch:?}");
        assert!(compiler.compile(&chain(5)).is_ok(), "{arch:?}");
    }
}

/// A million uops that depend on each other, a guard among every four.
#[test]
fn a_million_uops_work() {
    let mut b = builder();
    let (mut a, mut c) = (load(&mut b, 3), load(&mut b, 4));
    let exit = b.exit(&[]);
    for n in 0..250_000 {
        let step = b.const_i64(n & 0xffff);
        let sum = b.value(kind::ADD_I64, &[a, step]);
        let mixed = b.value(kind::XOR_I64, &[sum, c]);
        let never = b.const_i64(i64::MIN + 7);
        b.guard(kind::GUARD_NE, &[mixed, never], exit);
        c = b.value(kind::SUB_I64, &[a, mixed]);
        a = mixed;
    }
    let end = b.exit(&[(5, a), (6, c)]);
    b.leave(end);
    let region = b.finish().expect("the region is good");
    assert!(region.uops.len() >= 1_000_000);
    same_in_frame(&region, 8);
    for arch in ARCHES {
        assert!(compiler(arch).compile(&region).is_ok(), "{arch:?}");
    }
}

/// Guards whose exits write so many wide constants that each takes some 150 bytes of code; and a loop round them all,
/// twice.
fn wide(guards: usize) -> Region {
    let mut b = builder();
    let input = load(&mut b, 1);
    let two = b.const_i64(2);
    let body = b.block(&[Type::I64]);
    b.jump(body, &[two]);
    b.switch_to(body);
    let count = b.param(body, 0);
    let never = b.const_i64(0x7777_7777_7777);
    for n in 0..guards as i64 {
        let entries: Vec<(u32, ValueId)> = (0..10)
            .map(|word| (word, b.const_i64(0x1234_5678_9abc_def0 ^ i64::from(word))))
            .collect();
        let exit = b.exit(&entries);
        let near = b.const_i64(n & 0xfff);
        let sum = b.value(kind::ADD_I64, &[input, near]);
        b.guard(kind::GUARD_NE, &[sum, never], exit);
    }
    let one = b.const_i64(1);
    let left = b.value(kind::SUB_I64, &[count, one]);
    let after = b.block(&[]);
    b.branch(kind::GUARD_TRUE, &[left], (body, &[left]), (after, &[]));
    b.switch_to(after);
    let exit = b.exit(&[(2, left)]);
    b.leave(exit);
    b.finish().expect("the region is good")
}

/// Branches over tens of megabytes: on AArch64 far beyond what a conditional one reaches.
#[test]
fn branches_over_many_megabytes_work() {
    let region = wide(200_000);
    for arch in ARCHES {
        let compiled = compiler(arch).compile(&region).expect("it compiles");
        assert!(compiled.code.len() > 20 << 20, "{}", compiled.code.len());
    }
    same_in_frame(&region, 16);
}

#[test]
fn too_much_code_is_refused_and_the_next_region_compiles() {
    let region = wide(600_000);
    for arch in ARCHES {
        let mut compiler = compiler(arch);
        let refused = compiler.compile(&region).expect_err("it is too large");
        let named = matches!(
            refused,
            CompileError::Limit { what: "bytes of code", limit } if limit == 64 << 20
        );
        assert!(named, "{arch:?}: {refused}");
        assert!(compiler.compile(&chain(5)).is_ok(), "{arch:?}");
    }
}

#[test]
fn the_builder_names_the_limit_and_goes_on() {
    let mut b = builder();
    for _ in 0..=MAX_ITEMS {
        b.exit(&[]);
    }
    let error = b.finish().expect_err("there are too many exits");
    let (what, limit) = ("exits", MAX_ITEMS);
    assert_eq!(error.fault, Fault::Limit { what, limit });
    let entry = b.block(&[]);
    b.switch_to(entry);
    let exit = b.exit(&[]);
    b.leave(exit);
    assert!(b.finish().is_ok());
}

#[test]
fn a_full_arena_loses_nothing_and_takes_the_next_region_when_there_is_room() {
    let machine = host();
    let mut compiler = Compiler::new(machine.clone());
    let options = ArenaOptions {
        budget: 1 << 16,
        nudge_emulator: cfg!(target_arch = "aarch64"),
    };
    let arena = Arena::new(machine.library(), options).expect("the system gives code memory");
    let leaves = |compiler: &mut Compiler, n: usize| {
        let text = format!(
            "region {{\nb0:\n leave x0\nx0: [0] = {n}, [1] = {}\n}}",
            n << 33
        );
        compiler.compile(&region(&text)).expect("it compiles")
    };
    let mut all: Vec<(usize, Code)> = Vec::new();
    let error = loop {
        match arena.publish(&leaves(&mut compiler, all.len())) {
            Ok(code) => all.push((all.len(), code)),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(
            error,
            MemoryError::Full {
                budget: 0x1_0000,
                ..
            }
        ),
        "{error}"
    );
    assert!(all.len() > 200, "{} regions fit", all.len());
    let mut context = Context::new(std::ptr::null_mut());
    let mut check = |all: &[(usize, Code)]| {
        for (n, code) in all {
            let mut frame = [0u64; 2];
            // SAFETY: the region writes the frame's two words alone.
            unsafe { code.run(frame.as_mut_ptr(), &mut context) };
            assert_eq!(frame, [*n as u64, (*n as u64) << 33]);
        }
    };
    check(&all);
    // The same regions again: others may be longer, and the free blocks are no larger than these were.
    let freed: Vec<usize> = (0..50).map(|n| all.swap_remove(n).0).collect();
    for n in freed {
        let code = arena.publish(&leaves(&mut compiler, n));
        all.push((n, code.expect("there is room again")));
    }
    check(&all);
}
