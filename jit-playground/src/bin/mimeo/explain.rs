//! `mimeo explain`.

use std::process::ExitCode;

use jit_playground::explain::{self, arch_name};
use jit_playground::interpreter::Vm;
use jit_playground::trace::{Options, Tracer};
use stencils::library::Arch;

use super::run::{self, FAULT, REFUSED, UNCAUGHT};
use super::{ArchName, ExplainArguments};

/// Explains a program; gives the exit status.
pub fn explain(arguments: &ExplainArguments) -> ExitCode {
    let source = match run::read(&arguments.file) {
        Ok(source) => source,
        Err(message) => {
            eprintln!("mimeo: {message}");
            return ExitCode::from(REFUSED);
        }
    };
    let mut vm = Vm::new(Box::new(std::io::sink()));
    let code = match vm.load(source) {
        Ok(code) => code,
        Err(refusal) => {
            eprint!("{refusal}");
            return ExitCode::from(REFUSED);
        }
    };
    let options = Options {
        hot_loop: arguments.hot.hot_loop,
        hot_exit: arguments.hot.hot_exit,
        hot_return: u32::from(arguments.hot.hot_loop),
        keep_aborted: true,
        ..Options::default()
    };
    // What is recorded does not depend on how it runs, so a machine without machine code explains the same.
    let mut tracer =
        Tracer::machine(&vm, options).unwrap_or_else(|_| Tracer::reference(&vm, options));
    let outcome = tracer.run_module(&mut vm, code);
    let explained = explain::explain(&vm, &tracer, arch(arguments.arch));
    let text = match explained {
        Ok(explanation) if arguments.json => match serde_json::to_string(&explanation) {
            Ok(json) => json + "\n",
            Err(error) => return fault(&error),
        },
        Ok(explanation) => explain::render(&explanation),
        Err(error) => return fault(&error),
    };
    if let Err(message) = run::print(&text) {
        return fault(&message);
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{}", vm.traceback(&error));
            ExitCode::from(UNCAUGHT)
        }
    }
}

fn fault(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("mimeo: {error}");
    ExitCode::from(FAULT)
}

fn arch(name: Option<ArchName>) -> Arch {
    let host = if cfg!(target_arch = "aarch64") {
        Arch::Aarch64
    } else {
        Arch::X86_64
    };
    match name {
        Some(ArchName::X86_64) => Arch::X86_64,
        Some(ArchName::Aarch64) => Arch::Aarch64,
        None => host,
    }
}

impl clap::ValueEnum for ArchName {
    fn value_variants<'a>() -> &'a [Self] {
        &[ArchName::X86_64, ArchName::Aarch64]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(arch_name(arch(Some(
            *self,
        )))))
    }
}
