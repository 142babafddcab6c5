//! One program, from its text to its explanation: what `mimeo explain` and the page both do.
//!
//! Never reads files or clocks, never prints but to the output it is given. Start at [`Session::load`].

use std::io::Write;

use jit_native::machine::MachineError;
use serde::{Deserialize, Serialize};

use crate::bytecode::CodeRef;
use crate::explain::model::{Explanation, Text};
use crate::explain::{self, Explainer, explain};
use crate::interpreter::Vm;
use crate::interpreter::vm::LoadError;
use crate::runtime::{Error, Outcome};
use crate::syntax::{Diagnostic, SourceFile, Span};
use crate::trace::{Options, Tracer};

/// What is wrong with a program, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub at: Text,
    /// What is wrong.
    pub message: String,
    /// What is supported instead, if that can be said.
    pub help: Option<String>,
}

/// A program that was loaded, and what running it leaves behind.
pub struct Session {
    vm: Vm,
    tracer: Tracer,
    code: CodeRef,
}

impl Session {
    /// Loads a program whose traces the reference interpreter of uops runs, watched: what is recorded does not depend on how
    /// traces run, and machine code tells nobody what it does.
    ///
    /// # Errors
    /// Why the program was not loaded.
    pub fn load(
        source: SourceFile,
        output: Box<dyn Write>,
        options: Options,
    ) -> Result<Session, LoadError> {
        let mut vm = Vm::new(output);
        let code = vm.load(source)?;
        let options = Options {
            keep_aborted: true,
            count_runs: true,
            watch: true,
            ..options
        };
        let tracer = Tracer::reference(&vm, options);
        Ok(Session { vm, tracer, code })
    }

    /// Runs the program.
    ///
    /// # Errors
    /// The exception that nothing caught.
    pub fn run(&mut self) -> Outcome<()> {
        self.tracer.run_module(&mut self.vm, self.code)
    }

    /// The text that CPython prints for an exception that nothing caught.
    pub fn traceback(&self, error: &Error) -> String {
        self.vm.traceback(error)
    }

    /// Every stage of every trace so far.
    ///
    /// # Errors
    /// When the engine cannot use the library of the architecture: a fault of this build.
    pub fn explain(&self, options: &explain::Options) -> Result<Explanation, MachineError> {
        explain(&self.vm, &self.tracer, options)
    }

    /// The same, piece by piece.
    ///
    /// # Errors
    /// When the engine cannot use the library of the architecture: a fault of this build.
    pub fn explainer<'a>(
        &'a self,
        options: &'a explain::Options,
    ) -> Result<Explainer<'a>, MachineError> {
        Explainer::new(&self.vm, &self.tracer, options)
    }
}

/// What is wrong with a program that was not loaded.
pub fn refusals(error: &LoadError) -> Vec<Problem> {
    let problem = |diagnostic: &Diagnostic| Problem {
        at: text(&error.source, diagnostic.span),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
    };
    error.diagnostics.iter().map(problem).collect()
}

/// The exception that ended a program, at the place where it was raised.
pub fn raised(error: &Error) -> Problem {
    let innermost = error.exception().traceback.first();
    Problem {
        at: innermost.map_or_else(Text::default, |entry| {
            text(entry.code.source(), entry.code.span(entry.pc))
        }),
        message: error.to_string(),
        help: None,
    }
}

/// A span in lines and columns.
pub(crate) fn text(source: &SourceFile, span: Span) -> Text {
    let start = source.position(span.start);
    let end = source.position(span.end);
    Text {
        line: start.line as u32,
        column: start.column as u32,
        end_line: end.line as u32,
        end_column: end.column as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Session, LoadError> {
        let source = SourceFile::new("test.py", text).unwrap();
        Session::load(source, Box::new(std::io::sink()), Options::default())
    }

    #[test]
    fn a_refusal_says_where() {
        let error = load("x = 1\nclass A: pass\n").err().unwrap();
        let problems = refusals(&error);
        assert_eq!((problems[0].at.line, problems[0].at.column), (2, 1));
    }

    #[test]
    fn an_exception_says_where_it_was_raised() {
        let mut session = load("def f(n):\n    return 1 // n\nf(0)\n").unwrap();
        let error = session.run().unwrap_err();
        let problem = raised(&error);
        assert_eq!((problem.at.line, problem.at.column), (2, 12));
        assert!(problem.message.starts_with("ZeroDivisionError"));
        assert!(session.traceback(&error).contains("line 2, in f"));
    }

    #[test]
    #[cfg_attr(miri, ignore = "reads the libraries of both architectures")]
    fn runs_of_instructions_are_counted() {
        let mut session = load("for i in range(20): x = i\n").unwrap();
        session.run().unwrap();
        let arch = stencils::library::Arch::X86_64;
        let explanation = session.explain(&explain::Options::new(arch)).unwrap();
        let instructions = &explanation.codes[0].instructions;
        let runs = |name: &str| {
            let found = instructions.iter().find(|i| i.text.starts_with(name));
            found.unwrap().runs
        };
        assert_eq!((runs("FOR_ITER"), runs("JUMP_BACKWARD")), (21, 20));
    }
}
