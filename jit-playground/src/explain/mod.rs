//! Explanations: every stage of every trace of a program, from bytecode to bytes, as data.
//!
//! An explanation says what the tracer and the engine themselves say; nothing is worked out here again but the names. It
//! is made after the program has run, for either architecture: the regions are compiled once more with everything
//! noted. Start reading at [`explain`]; [`Explainer`] gives the same piece by piece, [`model`] is the data,
//! [`mod@render`] the text for people.

mod choice;
mod disassemble;
mod glossary;
mod holes;
mod machine;
pub mod model;
pub mod outline;
mod region;
mod registers;
mod render;
mod run;
mod symbols;
mod trace;
mod values;

use std::sync::{Arc, OnceLock};

use jit_native::compile::Compiler;
use jit_native::machine::{Machine, MachineError};
use serde::{Deserialize, Serialize};
use stencils::library::Arch;
use stencils::table::UopTable;

use crate::bytecode::disassemble::{cache_text, instruction_text};
use crate::bytecode::{Code, CodeRef};
use crate::interpreter::Vm;
use crate::session;
use crate::trace::Tracer;
use model::{Body, Explanation, Instruction, Place, Text, VERSION};
pub use render::render;
use symbols::Symbols;

/// The name of an architecture as the command and the page write it.
pub fn arch_name(arch: Arch) -> &'static str {
    match arch {
        Arch::X86_64 => "x86_64",
        Arch::Aarch64 => "aarch64",
    }
}

/// What an explanation is asked to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whose machine code.
    pub arch: Arch,
    /// Whether super-stencils may be chosen.
    pub super_stencils: bool,
    /// What selection is to choose whatever it costs. A wish that does not fit changes nothing.
    pub choices: Vec<Wanted>,
}

/// A stencil that is to be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// In which trace.
    pub trace: u32,
    /// Where, as [`model::Choice::place`] names it.
    pub place: String,
    /// Which, as [`model::Fitting::pattern`] says it.
    pub pattern: String,
}

impl Options {
    /// The machine code as the engine makes it.
    pub fn new(arch: Arch) -> Options {
        Options {
            arch,
            super_stencils: true,
            choices: Vec::new(),
        }
    }
}

/// Explains what a tracer has done.
///
/// # Errors
/// When the engine cannot use the library of the architecture: a fault of this build.
pub fn explain(vm: &Vm, tracer: &Tracer, options: &Options) -> Result<Explanation, MachineError> {
    let mut explainer = Explainer::new(vm, tracer, options)?;
    let file = vm.codes().first().map_or("", |code| code.source().name());
    let traces = (0..tracer.fragments().len()).filter_map(|id| {
        let code = explainer.code(id);
        Some(model::Trace {
            code,
            ..explainer.trace(id)?
        })
    });
    let traces = traces.collect();
    Ok(Explanation {
        version: VERSION,
        file: file.to_owned(),
        arch: arch_name(options.arch).to_owned(),
        codes: explainer.bodies(),
        traces,
        aborted: (0..tracer.aborted().len())
            .filter_map(|n| explainer.aborted(n))
            .collect(),
        glossary: glossary::glossary(vm, tracer),
    })
}

/// The machine of an architecture, made once: a page asks for many pieces.
fn machine_of(arch: Arch) -> Result<Arc<Machine>, MachineError> {
    static X86_64: OnceLock<Arc<Machine>> = OnceLock::new();
    static AARCH64: OnceLock<Arc<Machine>> = OnceLock::new();
    let made = match arch {
        Arch::X86_64 => &X86_64,
        Arch::Aarch64 => &AARCH64,
    };
    if let Some(machine) = made.get() {
        return Ok(Arc::clone(machine));
    }
    let machine = Arc::new(Machine::new(UopTable::stock(), stencils::stock(arch))?);
    Ok(Arc::clone(made.get_or_init(|| machine)))
}

/// Explains what a tracer has done, piece by piece.
pub struct Explainer<'a> {
    vm: &'a Vm,
    tracer: &'a Tracer,
    symbols: Symbols,
    compiler: Compiler,
    choices: &'a [Wanted],
}

impl<'a> Explainer<'a> {
    /// An explainer of all that a tracer has done so far.
    ///
    /// # Errors
    /// When the engine cannot use the library of the architecture: a fault of this build.
    pub fn new(
        vm: &'a Vm,
        tracer: &'a Tracer,
        options: &'a Options,
    ) -> Result<Explainer<'a>, MachineError> {
        let mut explainer = Explainer {
            vm,
            tracer,
            symbols: Symbols::new(tracer.addresses()),
            compiler: Compiler::new(machine_of(options.arch)?),
            choices: &options.choices,
        };
        explainer.compiler.options.super_stencils = options.super_stencils;
        for fragment in tracer.fragments() {
            explainer.symbols.add_recording(&fragment.recording);
        }
        Ok(explainer)
    }

    fn bodies(&self) -> Vec<Body> {
        self.vm.codes().iter().map(|code| body(code)).collect()
    }

    fn place(&self, code: CodeRef, pc: u32) -> Place {
        let index = self.vm.codes().iter().position(|&known| known == code);
        Place {
            code: index.unwrap_or_default() as u32,
            pc,
            line: text(&code, pc).line,
        }
    }
}

fn body(code: &Code) -> Body {
    let instruction = |pc| {
        let instruction = code.get(pc)?;
        Some(Instruction {
            pc,
            text: instruction_text(code, instruction),
            cache: cache_text(instruction),
            runs: code.runs(pc),
            source: text(code, pc),
        })
    };
    Body {
        name: code.qualified_name().to_owned(),
        instructions: (0..code.len() as u32).filter_map(instruction).collect(),
    }
}

/// Where an instruction comes from.
fn text(code: &Code, pc: u32) -> Text {
    session::text(code.source(), code.span(pc))
}
