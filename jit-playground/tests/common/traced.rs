//! Running a program with traces, and what the tracer says of it.

use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;
use jit_playground::trace::tracer::Options;
use jit_playground::trace::{Stats, Tracer};

use super::{Run, Shared};

/// How traces are run in a test.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// As machine code; by the reference interpreter otherwise.
    pub machine: bool,
    /// After how many rounds loops are hot, and after how many times exits.
    pub hot: (u16, u32),
    /// Whether garbage is collected at every chance.
    pub gc_stress: bool,
}

/// As a user runs it.
pub const USUAL: Mode = Mode {
    machine: true,
    hot: (56, 10),
    gc_stress: false,
};

/// Everything is recorded as early as possible.
pub const EAGER: Mode = Mode {
    hot: (1, 1),
    ..USUAL
};

/// Every combination that is worth a run.
pub fn modes() -> Vec<Mode> {
    let mut modes = Vec::new();
    for machine in [false, true] {
        for hot in [USUAL.hot, (2, 2), EAGER.hot] {
            for gc_stress in [false, true] {
                modes.push(Mode {
                    machine,
                    hot,
                    gc_stress,
                });
            }
        }
    }
    modes
}

/// A tracer for a machine.
pub fn tracer(vm: &Vm, mode: Mode) -> Tracer {
    let options = Options {
        hot_loop: mode.hot.0,
        hot_exit: mode.hot.1,
        hot_return: u32::from(mode.hot.0),
        keep_aborted: true,
        ..Options::default()
    };
    if mode.machine {
        Tracer::machine(vm, options).unwrap()
    } else {
        Tracer::reference(vm, options)
    }
}

/// Runs a program with traces.
pub fn run(text: &str, mode: Mode) -> (Run, Stats) {
    let shared = Shared::default();
    let mut vm = Vm::new(Box::new(shared.clone()));
    vm.heap.set_stress(mode.gc_stress);
    let mut tracer = tracer(&vm, mode);
    let source = SourceFile::new("case.py", text).unwrap();
    let end = match vm.load(source) {
        Err(refusal) => format!("refused: {refusal}"),
        Ok(code) => match tracer.run_module(&mut vm, code) {
            Ok(()) => "ok".to_owned(),
            Err(error) => vm.traceback(&error),
        },
    };
    let run = Run {
        output: shared.text(),
        end,
    };
    (run, tracer.stats())
}

/// Runs a program without traces; exceptions with their whole traceback.
pub fn interpreted(text: &str) -> Run {
    let shared = Shared::default();
    let mut vm = Vm::new(Box::new(shared.clone()));
    let source = SourceFile::new("case.py", text).unwrap();
    let end = match vm.load(source) {
        Err(refusal) => format!("refused: {refusal}"),
        Ok(code) => match vm.run_module(code) {
            Ok(()) => "ok".to_owned(),
            Err(error) => vm.traceback(&error),
        },
    };
    Run {
        output: shared.text(),
        end,
    }
}

/// Runs a program in every mode and compares with the interpreter.
pub fn same_in_all_modes(text: &str) {
    let wanted = interpreted(text);
    for mode in modes() {
        let (run, _) = run(text, mode);
        assert_eq!(
            run, wanted,
            "{mode:?} differs from the interpreter:\n{text}"
        );
    }
}
