//! `mimeo explain`.

use std::process::ExitCode;

use jit_playground::explain::{self, Wanted, arch_name};
use jit_playground::session::Session;
use jit_playground::trace::Options;
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
    let options = Options {
        hot_loop: arguments.hot.hot_loop,
        hot_exit: arguments.hot.hot_exit,
        hot_return: u32::from(arguments.hot.hot_loop),
        ..Options::default()
    };
    let mut session = match Session::load(source, Box::new(std::io::sink()), options) {
        Ok(session) => session,
        Err(refusal) => {
            eprint!("{refusal}");
            return ExitCode::from(REFUSED);
        }
    };
    let outcome = session.run();
    let explained = session.explain(&explain::Options {
        arch: arch(arguments.arch),
        super_stencils: !arguments.no_super_stencils,
        choices: arguments.choose.clone(),
    });
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
            eprint!("{}", session.traceback(&error));
            ExitCode::from(UNCAUGHT)
        }
    }
}

/// Reads `TRACE:PLACE=PATTERN`.
pub fn wanted(text: &str) -> Result<Wanted, String> {
    let parts = text
        .split_once(':')
        .and_then(|(trace, rest)| Some((trace.parse().ok()?, rest.split_once('=')?)));
    let (trace, (place, pattern)) = parts.ok_or("wanted: TRACE:PLACE=PATTERN")?;
    Ok(Wanted {
        trace,
        place: place.to_owned(),
        pattern: pattern.to_owned(),
    })
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
