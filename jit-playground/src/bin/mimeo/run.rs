//! `mimeo run`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Instant;

use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;

use jit_playground::trace::{Options, Tracer};

use super::{Jit, RunArguments, stats};

/// The exit status when an exception ended the program.
pub const UNCAUGHT: u8 = 1;
/// The exit status when the program could not be read or was refused.
pub const REFUSED: u8 = 2;
/// The exit status of a fault of the command itself.
pub const FAULT: u8 = 3;

/// Runs a program; gives the exit status.
pub fn run(arguments: &RunArguments) -> ExitCode {
    let source = match read(&arguments.file) {
        Ok(source) => source,
        Err(message) => {
            eprintln!("mimeo: {message}");
            return ExitCode::from(REFUSED);
        }
    };
    let mut vm = Vm::new(Box::new(std::io::stdout()));
    let code = match vm.load(source) {
        Ok(code) => code,
        Err(refusal) => {
            eprint!("{refusal}");
            return ExitCode::from(REFUSED);
        }
    };
    vm.heap.set_stress(arguments.gc_stress);
    let mut tracer = match tracer(&vm, arguments) {
        Ok(tracer) => tracer,
        Err(message) => {
            eprintln!("mimeo: {message}");
            return ExitCode::from(FAULT);
        }
    };
    let started = Instant::now();
    let outcome = match &mut tracer {
        Some(tracer) => tracer.run_module(&mut vm, code),
        None => vm.run_module(code),
    };
    let run_time = started.elapsed();
    let status = match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{}", vm.traceback(&error));
            ExitCode::from(UNCAUGHT)
        }
    };
    if let Some(format) = arguments.stats {
        let counters = tracer.as_ref().map(Tracer::stats).unwrap_or_default();
        eprint!("{}", stats::render(&counters, run_time, format));
    }
    status
}

/// What runs hot loops, if anything is to.
fn tracer(vm: &Vm, arguments: &RunArguments) -> Result<Option<Tracer>, String> {
    let options = Options {
        hot_loop: arguments.hot.hot_loop,
        hot_exit: arguments.hot.hot_exit,
        hot_return: u32::from(arguments.hot.hot_loop),
        clock: nanoseconds,
        ..Options::default()
    };
    match arguments.jit {
        Jit::Off => Ok(None),
        Jit::Reference => Ok(Some(Tracer::reference(vm, options))),
        Jit::On => match Tracer::machine(vm, options) {
            Ok(tracer) => Ok(Some(tracer)),
            Err(error) => Err(format!(
                "{error}; `--jit off` and `--jit reference` run anywhere"
            )),
        },
    }
}

/// Nanoseconds since the first call.
fn nanoseconds() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = START.get_or_init(Instant::now).elapsed();
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}

/// Reads a program.
pub fn read(path: &Path) -> Result<SourceFile, String> {
    let name = path.display();
    if path.is_dir() {
        return Err(format!("{name} is a directory, not a program"));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("cannot read {name}: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..offset]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count()
            + 1;
        format!("{name}:{line}: the program is not UTF-8 text (byte {offset} of the file)")
    })?;
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    SourceFile::new(name.to_string(), text)
        .map(|source| source.with_path(absolute.display().to_string()))
        .ok_or_else(|| format!("{name} is too large: programs are at most 4 GiB"))
}

/// Prints text; a reader that has gone away is no error.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
