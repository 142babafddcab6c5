//! The programs: the kernels, and the traces of the example programs, as regions with how often each block was entered.
//!
//! Never compiles anything to machine code: the reference interpreter runs the kernels, and the traces of programs. Start
//! at [`run`].
#![allow(
    unsafe_code,
    reason = "kernels are interpreted; they touch nothing outside their world, and end"
)]

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use jit_native::interpret::{Interpreter, Outcome, Step};
use jit_native::region::Region;
use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;
use jit_playground::trace::{Options, Tracer};
use stencils::library::Arch;
use stencils::table::UopTable;

use crate::engines::mimeo::Mimeo;
use crate::kernels::{self, Kernel};
use crate::world::World;

/// A program that ran.
pub struct Program {
    /// Its name.
    pub name: String,
    /// Its regions, optimised, each with how often its blocks were entered.
    pub regions: Vec<(Region, Vec<u64>)>,
}

impl Program {
    /// How many uops ran, the guards of branches among them, as though nothing had left a block before its end.
    pub fn executed(&self) -> u64 {
        let regions = self.regions.iter();
        let blocks = regions.flat_map(|(region, entered)| region.blocks.iter().zip(entered));
        blocks
            .map(|(block, &entered)| entered * u64::from(block.uops.len + 1))
            .sum()
    }
}

/// Runs every program, one after the other.
///
/// # Errors
/// When one fails.
pub fn run(mut each: impl FnMut(Program) -> Result<()>) -> Result<()> {
    for kernel in kernels::all() {
        each(interpreted(kernel)?)?;
    }
    for path in examples()? {
        let name = path
            .file_stem()
            .map(|name| name.to_string_lossy().into_owned());
        let traced = traced(&path).with_context(|| format!("in {}", path.display()))?;
        each(Program {
            name: name.unwrap_or_default(),
            regions: traced,
        })?;
    }
    Ok(())
}

/// Steps that a kernel may take.
const STEPS: u64 = 100_000_000;

fn interpreted(kernel: &Kernel) -> Result<Program> {
    let mut mimeo = Mimeo::new(Arch::X86_64, true)?;
    mimeo.compile(&kernel.region()?)?;
    let region = mimeo.compiler.optimised().clone();
    let mut entered = vec![0; region.blocks.len()];
    let mut world = World::new(kernel.rounds);
    let (frame, context) = (world.frame(), world.context().words());
    let count = |step: Step<'_>| {
        if let Step::Enter { block, .. } = step {
            entered[block.index()] += 1;
        }
    };
    let mut interpreter = Interpreter::new(UopTable::stock());
    // SAFETY: a kernel touches its world alone, whose frame and context are large enough.
    let outcome = unsafe { interpreter.watch(&region, frame, context, STEPS, count) };
    ensure!(
        matches!(outcome, Outcome::Left(_)),
        "{} does not end",
        kernel.name
    );
    Ok(Program {
        name: kernel.name.to_owned(),
        regions: vec![(region, entered)],
    })
}

/// The example programs, by name.
fn examples() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("examples");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The traces of a program, whose output goes nowhere.
fn traced(path: &Path) -> Result<Vec<(Region, Vec<u64>)>> {
    let text = std::fs::read_to_string(path)?;
    let source = SourceFile::new(path.display().to_string(), text).context("it is too large")?;
    let mut vm = Vm::new(Box::new(std::io::sink()));
    let code = vm.load(source).map_err(|refusal| anyhow!("{refusal}"))?;
    let mut tracer = Tracer::reference(&vm, Options::default());
    let ran = tracer.run_module(&mut vm, code);
    ran.map_err(|error| anyhow!("{}", vm.traceback(&error)))?;
    let regions = tracer.fragments().iter().zip(tracer.entered());
    Ok(regions
        .map(|(fragment, entered)| (fragment.region.clone(), entered.clone()))
        .collect())
}
