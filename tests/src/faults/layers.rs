//! The layers of tests that look for a planted fault. Each says how it noticed it, if it did.
//!
//! They are the project's own checks with few regions: what takes a layer long to find here, it finds in the test command
//! all the same. Start at [`Layer::look`].

use crate::code_memory;
use crate::judges::single::singles;
use crate::judges::{Panel, Tools, host, random};
use jit_native::compile::{CompileError, Compiler};
use jit_native::machine::Machine;
use jit_native::patch::{PatchError, patch_hole};
use jit_native::region::{Region, RegionBuilder, ValueId};
use jit_native::testing::link;
use std::sync::Arc;
use stencils::library::{Arch, HoleKind, Library};
use stencils::table::UopTable;
use stencils::uops::kind;

/// Random regions that a layer tries at most.
const REGIONS: u64 = 4_000;

/// Runs of a region of one uop: as many as there are boundary values for the operand that is no constant.
const SINGLE_RUNS: u64 = 56;

/// A layer of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Reading and preparing a library.
    Library,
    /// Holes at the limits of their ranges.
    Holes,
    /// Regions so large that branches need islands.
    Large,
    /// The optimiser, judged by the interpreter before and after.
    Optimiser,
    /// Every uop by itself at its boundaries, optimised. It takes long, and looks for what random regions do not show.
    Boundaries,
    /// The symbolic checker of allocations.
    Checker,
    /// Machine code before the judges, without the checker.
    MachineCode,
    /// Links, and regions freed while they run.
    CodeMemory,
}

impl Layer {
    /// All layers; those that run no machine code come first.
    pub const ALL: [Layer; 8] = [
        Layer::Library,
        Layer::Holes,
        Layer::Large,
        Layer::Optimiser,
        Layer::Boundaries,
        Layer::Checker,
        Layer::MachineCode,
        Layer::CodeMemory,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Library => "library checks",
            Layer::Holes => "hole ranges",
            Layer::Large => "large regions",
            Layer::Optimiser => "optimiser",
            Layer::Boundaries => "boundaries",
            Layer::Checker => "allocation checker",
            Layer::MachineCode => "machine code",
            Layer::CodeMemory => "code memory",
        }
    }

    /// Looks for whatever is wrong with the engine, and with this library for this machine; says what it found.
    pub fn look(self, library: &Arc<Library>) -> Option<String> {
        match self {
            Layer::Library => {
                let malformed = library.validate(UopTable::stock()).err();
                malformed.map(|error| error.to_string())
            }
            Layer::Holes => holes(),
            Layer::Large => large(),
            Layer::Optimiser => judged(Panel::interpreters()),
            Layer::Boundaries => optimised_singles(),
            Layer::Checker => checker(library),
            Layer::MachineCode => machine_code(library),
            Layer::CodeMemory => [
                code_memory::links,
                code_memory::many_alive,
                code_memory::freed_while_it_runs,
            ]
            .into_iter()
            .find_map(|check| check().err()),
        }
    }
}

/// The first random region on which judges differ.
fn judged(mut panel: Panel) -> Option<String> {
    (0..REGIONS).find_map(
        |n| match panel.judge(&random::region(0, n), &random::worlds(0, n)) {
            Ok(None) => None,
            Ok(Some(difference)) => Some(format!("region {n}: {difference}")),
            Err(unfit) => Some(format!("region {n} is unfit: {unfit}")),
        },
    )
}

/// Every uop that computes, by itself, optimised, with each of its operands as each boundary constant.
fn optimised_singles() -> Option<String> {
    let table = UopTable::stock();
    let mut panel = Panel::interpreters();
    let computes = |group: &str| !["memory", "indexed", "call", "frame", "guard"].contains(&group);
    let kinds = table
        .iter()
        .filter(|(_, def)| !def.internal && computes(def.group));
    let mut all = kinds.flat_map(|(kind, _)| singles(kind));
    all.find_map(|single| {
        let runs: Vec<u64> = (0..single.runs().min(SINGLE_RUNS)).collect();
        let fill = |run, world: &mut _| single.fill(run, world);
        let judged = panel.judge_filled(&single.region, &runs, fill);
        match judged {
            Ok(None) => None,
            Ok(Some(difference)) => Some(difference.to_string()),
            Err(unfit) => Some(unfit.to_string()),
        }
    })
}

fn machine_code(library: &Arc<Library>) -> Option<String> {
    let tools = Tools {
        library: Arc::clone(library),
        check: false,
    };
    match Panel::machine_code(&tools) {
        Ok(panel) => judged(panel),
        Err(refused) => Some(refused),
    }
}

/// The first random region whose allocation is proved wrong.
fn checker(library: &Arc<Library>) -> Option<String> {
    let machine = Machine::new(UopTable::stock(), library).ok()?;
    let mut compiler = Compiler::new(Arc::new(machine));
    compiler.options.check = true;
    (0..REGIONS).find_map(|n| match compiler.compile(&link(&random::region(0, n))) {
        Err(CompileError::Allocation(error)) => Some(format!("region {n}: {error}")),
        _ => None,
    })
}

/// Values at and beyond the ends of each kind's range: what fits is taken, what does not is refused, and a branch taken
/// back and forth differs.
fn holes() -> Option<String> {
    let limits: [(HoleKind, i64, i64, i64); 5] = [
        (HoleKind::X86Abs8, -128, 127, 1),
        (
            HoleKind::X86Abs32,
            i64::from(i32::MIN),
            i64::from(i32::MAX),
            1,
        ),
        (
            HoleKind::X86Rel32,
            i64::from(i32::MIN),
            i64::from(i32::MAX),
            1,
        ),
        (HoleKind::A64Branch19, -(1 << 20), (1 << 20) - 4, 4),
        (HoleKind::A64Branch26, -(1 << 27), (1 << 27) - 4, 4),
    ];
    for (kind, least, most, step) in limits {
        let patch = |value: i64| -> Result<[u8; 8], PatchError> {
            let mut code = [0u8; 8];
            patch_hole(&mut code, 0, kind, value, 0)?;
            Ok(code)
        };
        if patch(least - step).is_ok() || patch(most + step).is_ok() {
            return Some(format!("{kind:?} takes a value that does not fit"));
        }
        match (patch(least), patch(most)) {
            (Ok(back), Ok(forth)) if back != forth && patch(-step) != patch(most) => {}
            _ => return Some(format!("{kind:?} is wrong at the ends of its range")),
        }
    }
    None
}

/// More than a megabyte of guards whose exits stand behind them all, on both architectures.
fn large() -> Option<String> {
    let region = many_guards(60_000);
    [Arch::X86_64, Arch::Aarch64].into_iter().find_map(|arch| {
        let machine = Machine::new(UopTable::stock(), stencils::stock(arch)).ok()?;
        let mut compiler = Compiler::new(Arc::new(machine));
        compiler.options.check = false;
        let refused = compiler.compile(&region).err()?;
        Some(format!("{arch:?}: {refused}"))
    })
}

fn many_guards(count: i64) -> Region {
    let mut b = RegionBuilder::new(UopTable::stock());
    let entry = b.block(&[]);
    b.switch_to(entry);
    let slot = b.const_i64(24);
    let input = b.value(kind::LOAD_FRAME_I64, &[slot]);
    for n in 0..count {
        let wide: Vec<(u32, ValueId)> = (3..6)
            .map(|word| (word, b.const_i64(0x1234_5678_9abc_0000 + i64::from(word))))
            .collect();
        let exit = b.exit(&wide);
        let near = b.const_i64(n & 0xfff);
        let sum = b.value(kind::ADD_I64, &[input, near]);
        b.guard(kind::GUARD_TRUE, &[sum], exit);
    }
    let exit = b.exit(&[]);
    b.leave(exit);
    b.finish()
        .unwrap_or_else(|error| unreachable!("a chain of guards is good: {error}"))
}

/// The library that a fault is planted in, or the stock one.
pub fn library(spoil: Option<fn(&mut Library)>) -> Arc<Library> {
    let stock = stencils::stock(host());
    match spoil {
        None => Arc::clone(stock),
        Some(spoil) => {
            let mut library = Library::clone(stock);
            spoil(&mut library);
            Arc::new(library)
        }
    }
}
