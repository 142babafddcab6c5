//! How fast regions become machine code: the pipeline from region to bytes at 1,000 uops, emission alone, and a region
//! of ten uops from the builder to something that can be called. One line each: median, spread and best of the rounds.
//!
//! `cargo bench -p jit-native --bench pipeline`, and to count instructions, which are the same on a busy machine,
//! `valgrind --tool=callgrind target/release/deps/pipeline-.. --rounds 60 1000` (rounds, uops of the region).

use jit_native::compile::Compiler;
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, HOST};
use jit_native::optimise::Options;
use jit_native::region::{Region, RegionBuilder};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;
use stencils::stock;
use stencils::table::UopTable;
use stencils::uops::kind;

/// A trace of about `uops` uops: integer and float arithmetic, compares, guards, exits and frame slots, in a loop.
fn trace(b: &mut RegionBuilder<'_>, uops: usize) -> Region {
    use stencils::table::Type::{F64, I64};
    let entry = b.block(&[]);
    let body = b.block(&[I64, I64, F64]);
    b.switch_to(entry);
    let slots = [8, 16, 24].map(|slot| b.const_i64(slot));
    let start = b.value(kind::LOAD_FRAME_I64, &[slots[0]]);
    let sum = b.value(kind::LOAD_FRAME_I64, &[slots[1]]);
    let float = b.value(kind::LOAD_FRAME_F64, &[slots[2]]);
    b.jump(body, &[start, sum, float]);
    b.switch_to(body);
    let [mut i, mut sum, mut float] = [0, 1, 2].map(|n| b.param(body, n));
    let (one, three, limit) = (b.const_i64(1), b.const_i64(3), b.const_i64(1 << 40));
    for n in 4.. {
        if b.region().uops.len() + 11 > uops {
            break;
        }
        // The state of the interpreter changes all the time, and so does what an exit writes.
        let exit = b.exit(&[(1, i), (2, sum), (3, float)]);
        let (word, other) = (b.const_i64(8 * n), b.const_i64(8 * (n + 1000)));
        let mixed = b.value(kind::XOR_I64, &[sum, i]);
        let shifted = b.value(kind::SHL_I64, &[mixed, three]);
        let loaded = b.value(kind::LOAD_FRAME_I64, &[word]);
        sum = b.value_or_exit(kind::ADD_OVF_I64, &[shifted, loaded], exit);
        let as_float = b.value(kind::F64_FROM_I64, &[mixed]);
        let product = b.value(kind::MUL_F64, &[as_float, float]);
        float = b.value(kind::ADD_F64, &[product, float]);
        b.uop(kind::STORE_FRAME_F64, &[other, float]);
        i = b.value_or_exit(kind::ADD_OVF_I64, &[i, one], exit);
        let below = b.value(kind::LT_I64, &[i, limit]);
        b.guard(kind::GUARD_TRUE, &[below], exit);
    }
    b.jump(body, &[i, sum, float]);
    b.finish().expect("the trace is a good region")
}

/// Runs something often and says how long it takes: median of the rounds, least and most, in nanoseconds. Rounds are
/// shorter than a scheduler's slice, so that on a busy machine the least is what an idle one would show.
fn measure(name: &str, units: f64, mut work: impl FnMut()) {
    let mut rounds = Vec::new();
    for _ in 0..200 {
        let started = Instant::now();
        let mut times = 0u32;
        while started.elapsed().as_micros() < 800 {
            work();
            times += 1;
        }
        rounds.push(started.elapsed().as_nanos() as f64 / f64::from(times));
    }
    rounds.sort_by(f64::total_cmp);
    let median = rounds[rounds.len() / 2];
    println!(
        "{name:<40} {median:>9.0} ns ({:.0} to {:.0}), {:.1} M uops/s, at best {:.1}",
        rounds[0],
        rounds[rounds.len() - 1],
        units * 1000.0 / median,
        units * 1000.0 / rounds[0]
    );
}

/// Runs the whole pipeline that many times, on a region of so many uops, and measures nothing: for counting instructions.
fn rounds(count: u32, uops: usize) {
    let Some(arch) = HOST else { return };
    let table = UopTable::stock();
    let machine = Arc::new(Machine::new(table, stock(arch)).expect("the stock library is good"));
    let arena = Arena::new(machine.library(), ArenaOptions::default()).expect("there is memory");
    let mut compiler = Compiler::new(machine);
    compiler.options.check = false;
    let mut builder = RegionBuilder::new(table);
    compiler.options.optimise = Some(Options::default());
    for _ in 0..count {
        let region = trace(&mut builder, uops);
        let compiled = compiler.compile(&region).expect("it compiles");
        black_box(arena.publish(&compiled).expect("there is room"));
        builder.recycle(region);
    }
}

fn main() {
    let mut words = std::env::args()
        .skip_while(|word| word != "--rounds")
        .skip(1);
    if let (Some(count), Some(uops)) = (words.next(), words.next()) {
        let number = |word: String| word.parse::<usize>().expect("a number");
        return rounds(number(count) as u32, number(uops));
    }
    let Some(arch) = HOST else {
        println!("this host has no stencil library");
        return;
    };
    let table = UopTable::stock();
    let machine = Arc::new(Machine::new(table, stock(arch)).expect("the stock library is good"));
    let arena = Arena::new(machine.library(), ArenaOptions::default()).expect("there is memory");
    let mut compiler = Compiler::new(machine);
    compiler.options.check = false;
    let mut builder = RegionBuilder::new(table);

    let large = trace(&mut builder, 1000);
    let units = large.uops.len() as f64;
    measure("region to bytes, 1,000 uops", units, || {
        black_box(compiler.compile(black_box(&large)).expect("it compiles"));
    });
    measure("emission alone, 1,000 uops", units, || {
        compiler.assemble(black_box(&large)).expect("it assembles");
    });
    let bytes = compiler.compile(&large).expect("it compiles").code.len();
    println!("{:<40} {bytes:>9} bytes, {:?}", "code", compiler.counts());

    let small = trace(&mut builder, 14);
    let units = small.uops.len() as f64;
    measure("region to code that can be called", units, || {
        let compiled = compiler.compile(black_box(&small)).expect("it compiles");
        black_box(arena.publish(&compiled).expect("there is room"));
    });
    println!("{:<40} {:>9} uops", "that region", small.uops.len());

    compiler.options.optimise = Some(Options::default());
    for uops in [1000, 14] {
        let name = format!("builder to code, optimised, {uops} uops");
        let units = trace(&mut builder, uops).uops.len() as f64;
        measure(&name, units, || {
            let region = trace(&mut builder, black_box(uops));
            let compiled = compiler.compile(&region).expect("it compiles");
            black_box(arena.publish(&compiled).expect("there is room"));
            builder.recycle(region);
        });
    }
}
