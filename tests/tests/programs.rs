//! Every example prints what CPython prints, in every way to run it.
//!
//! One test for each way, size and program, made from the folder `examples/`; with `MIMEO_SIZES=small` only the smaller
//! versions run, for an emulator. What is compared with are the stored outputs, which `stored.rs` holds to CPython's. Never
//! counts an example as compiled because it runs: the statistics must say so. Start at [`main`].

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Trial};
use tests::compare::same;
use tests::examples::{self, Example, SIZES, Size};
use tests::mimeo::{Mimeo, WAYS, Way};

/// Programs whose loops do nothing but call functions that call themselves, which a trace does not follow.
const RECURSIVE: [&str; 1] = ["recursion"];

/// What is checked of a program.
#[derive(Clone, Copy)]
enum Check {
    /// It prints the stored output when run in this way.
    Prints(Way),
    /// The JIT compiles at least one region of it.
    Compiles,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let examples = match examples::all() {
        Ok(examples) => examples,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    let small_only = std::env::var_os("MIMEO_SIZES").is_some_and(|sizes| sizes == "small");
    let mut trials = Vec::new();
    for example in examples.into_iter().map(Arc::new) {
        for size in SIZES {
            for check in checks(&example, size) {
                let example = Arc::clone(&example);
                let name = format!("{}/{size}/{}", check.label(), example.name);
                let trial = Trial::test(name, move || {
                    holds(check, &example, size).map_err(|error| format!("{error:#}").into())
                });
                trials.push(trial.with_ignored_flag(small_only && size == Size::Full));
            }
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What is checked of a program in this size.
fn checks(example: &Example, size: Size) -> Vec<Check> {
    let ways = WAYS.into_iter().filter(|way| {
        // Eager, in full, only repeats what the smaller version shows.
        size == Size::Small || way.label != "eager"
    });
    let mut checks: Vec<Check> = ways.map(Check::Prints).collect();
    if !RECURSIVE.contains(&example.name.as_str()) {
        checks.push(Check::Compiles);
    }
    checks
}

impl Check {
    fn label(self) -> &'static str {
        match self {
            Self::Prints(way) => way.label,
            Self::Compiles => "compiles",
        }
    }
}

fn holds(check: Check, example: &Example, size: Size) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = example.write(size, folder.path())?;
    let mimeo = Mimeo::get()?;
    match check {
        Check::Prints(way) => same(&example.expected(size)?, &mimeo.output(way, &program)?),
        Check::Compiles => {
            let statistics = mimeo.statistics(&program)?;
            let regions = statistics["regions_compiled"]
                .as_u64()
                .with_context(|| format!("no regions_compiled in {statistics}"))?;
            ensure!(regions > 0, "nothing was compiled: {statistics}");
            Ok(())
        }
    }
}
