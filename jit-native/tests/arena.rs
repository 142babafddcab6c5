//! One arena for a hundred thousand regions, and for several threads: what memory it takes, and that compiling, running,
//! freeing and reusing do not disturb each other. The arena by itself is tested in `src/memory/tests.rs`.

#![cfg(target_os = "linux")]

mod common;

use common::{host, random_region};
use jit_native::compile::Compiler;
use jit_native::context::Context;
use jit_native::interpret::{Interpreter, Outcome};
use jit_native::memory::{Arena, ArenaOptions, Code};
use jit_native::region::{Region, RegionBuilder};
use jit_native::testing::{Observation, World, link};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use stencils::table::UopTable;
use stencils::uops::kind;

/// Ten uops: load two words, compute, guard, leave with the result.
fn small(n: i64) -> Region {
    let mut b = RegionBuilder::new(UopTable::stock());
    let entry = b.block(&[]);
    b.switch_to(entry);
    let (first, second, own) = (b.const_i64(0), b.const_i64(8), b.const_i64(n));
    let x = b.value(kind::LOAD_FRAME_I64, &[first]);
    let y = b.value(kind::LOAD_FRAME_I64, &[second]);
    let side = b.exit(&[(2, x)]);
    b.guard(kind::GUARD_NE, &[x, y], side);
    let mut value = b.value_or_exit(kind::ADD_OVF_I64, &[x, own], side);
    for _ in 0..2 {
        value = b.value(kind::XOR_I64, &[value, y]);
        value = b.value(kind::MUL_I64, &[value, x]);
        value = b.value(kind::SUB_I64, &[value, own]);
    }
    let exit = b.exit(&[(2, value)]);
    b.leave(exit);
    b.finish().expect("the region is good")
}

/// One mapping of this process.
#[derive(Debug)]
struct Mapped {
    start: usize,
    end: usize,
    protection: String,
    /// The file behind it.
    inode: String,
}

/// The mappings of the memory file that this code is in, each with the kilobytes that have pages behind them.
fn mappings(code: &Code) -> Vec<(Mapped, usize)> {
    let maps = std::fs::read_to_string("/proc/self/smaps").expect("there is a map");
    let mut all: Vec<(Mapped, usize)> = Vec::new();
    for line in maps.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let range = words[0].split_once('-');
        let number = |text: &str| usize::from_str_radix(text, 16).ok();
        if let Some((Some(start), Some(end))) = range.map(|(a, b)| (number(a), number(b))) {
            let mapped = Mapped {
                start,
                end,
                protection: words[1].to_string(),
                inode: words[4].to_string(),
            };
            all.push((mapped, 0));
        } else if let (["Rss:", size, "kB"], Some(last)) = (&words[..], all.last_mut()) {
            last.1 = size.parse().expect("a number");
        }
    }
    let address = code.extent().0;
    let mut own = all
        .iter()
        .filter(|(m, _)| m.start <= address && address < m.end);
    let inode = own.next().expect("it is mapped").0.inode.clone();
    all.retain(|(mapped, _)| mapped.inode == inode);
    all
}

#[test]
fn a_hundred_thousand_regions_share_two_mappings_and_waste_little() {
    let mut compiler = Compiler::new(host());
    compiler.options.check = false;
    let options = ArenaOptions::default();
    let arena = Arena::new(compiler.machine().library(), options).expect("there is memory");
    let free = arena.free_bytes();
    let mut bytes = 0;
    let mut publish = |n: i64| {
        let compiled = compiler.compile(&small(n)).expect("it compiles");
        bytes += compiled.code.len();
        arena.publish(&compiled).expect("there is room")
    };
    let mut all = vec![publish(0)];
    let before = mappings(&all[0]);
    all.extend((1..100_000).map(publish));
    let after = mappings(&all[0]);
    let ranges =
        |of: &[(Mapped, usize)]| of.iter().map(|m| (m.0.start, m.0.end)).collect::<Vec<_>>();
    assert_eq!(ranges(&after), ranges(&before), "publishing maps nothing");
    assert_eq!(
        after.len(),
        2,
        "one mapping to write and one to run: {after:?}"
    );
    let taken = free - arena.free_bytes();
    assert!(taken * 2 <= bytes * 3, "{taken} bytes for {bytes} of code");
    let writable = after.iter().find(|m| m.0.protection.starts_with("rw-"));
    let resident = writable.expect("one is written to").1 * 1024;
    assert!(
        resident * 2 <= bytes * 3,
        "{resident} bytes in memory for {bytes} of code"
    );
    let mut context = Context::new(std::ptr::null_mut());
    for n in (0..all.len()).step_by(9_973) {
        let mut frame = [7u64, 5, 0];
        // SAFETY: the region touches three words of its frame.
        unsafe { all[n].run(frame.as_mut_ptr(), &mut context) };
        let n = n as i64;
        let round = |value: i64| ((value ^ 5).wrapping_mul(7)).wrapping_sub(n);
        assert_eq!(frame[2], round(round(7 + n)) as u64, "region {n}");
    }
    drop(all);
    assert_eq!(arena.free_bytes(), free, "everything is free again");
}

/// Compiled code with what it should do.
struct Job {
    code: Code,
    name: String,
    region: Region,
    seed: u64,
    exit: u64,
    observation: Observation,
    /// The addresses in the observation belong to this world, so it is the one to run in.
    world: World,
}

/// Bytes of code that the threads publish in all: several times what the small arena holds.
const PUBLISHED: u64 = 4 << 20;

/// Compiles regions in this thread and sends them, until enough has been published by all.
fn compile(first: u64, arena: &Arena, published: &AtomicU64, send: &SyncSender<Job>) {
    let mut compiler = Compiler::new(host());
    let mut interpreter = Interpreter::new(UopTable::stock());
    for seed in (first..).step_by(2) {
        if published.load(Ordering::Relaxed) > PUBLISHED {
            return;
        }
        let region = link(&random_region(seed, 128 << (seed % 4)));
        let mut world = World::new(seed);
        // SAFETY: generated regions are safe to run in a world.
        let outcome = unsafe { interpreter.run(&region, world.frame(), world.context(), 1 << 22) };
        let Outcome::Left(exit) = outcome else {
            panic!("region {seed} does not end")
        };
        let compiled = compiler.compile(&region).expect("it compiles");
        published.fetch_add(compiled.code.len() as u64, Ordering::Relaxed);
        let job = Job {
            code: arena
                .publish(&compiled)
                .expect("what was dropped makes room"),
            name: format!("region {seed}"),
            observation: world.observe(),
            exit: u64::from(exit.0),
            region,
            seed,
            world,
        };
        if send.send(job).is_err() {
            return;
        }
    }
}

impl Job {
    /// Runs the code in its world and compares.
    fn run(&mut self, context: &mut Context) {
        self.world.reset(self.seed);
        // SAFETY: word 16 of a world's context is its user pointer, and the engine's context has more words than that.
        unsafe { *context.words().add(16) = *self.world.context().add(16) };
        // SAFETY: generated regions are safe to run in a world.
        let exit = unsafe { self.code.run(self.world.frame(), context) };
        let text = || self.region.display(UopTable::stock()).to_string();
        assert_eq!(exit, self.exit, "{}\n{}", self.name, text());
        assert_eq!(
            self.world.observe(),
            self.observation,
            "{}\n{}",
            self.name,
            text()
        );
    }
}

/// Two threads compile and publish, two run what they are given again and again and drop it; the arena is so small
/// that its memory is used over and over.
#[test]
fn threads_compile_run_free_and_reuse() {
    // An emulator does not notice that code memory is used again, and cannot be told while other threads run code:
    // there, nothing is freed.
    let reuse = cfg!(not(target_arch = "aarch64"));
    let budget = if reuse { 1 << 20 } else { 64 << 20 };
    assert!(!reuse || PUBLISHED >= 4 * budget as u64);
    let options = ArenaOptions {
        budget,
        nudge_emulator: false,
    };
    let arena = Arena::new(host().library(), options).expect("there is memory");
    let free = arena.free_bytes();
    let published = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for lane in 0..2 {
            let (send, receive) = sync_channel::<Job>(8);
            let (arena, published) = (&arena, &published);
            scope.spawn(move || compile(lane, arena, published, &send));
            scope.spawn(move || {
                let mut context = Context::new(std::ptr::null_mut());
                let mut kept: Vec<Job> = Vec::new();
                for (n, job) in receive.into_iter().enumerate() {
                    kept.push(job);
                    let recent = kept.len().saturating_sub(8);
                    kept[recent..]
                        .iter_mut()
                        .for_each(|job| job.run(&mut context));
                    if reuse && kept.len() > 8 {
                        kept.swap_remove(n % 8);
                    }
                }
            });
        }
    });
    assert!(published.load(Ordering::Relaxed) > PUBLISHED);
    assert_eq!(arena.free_bytes(), free);
}
