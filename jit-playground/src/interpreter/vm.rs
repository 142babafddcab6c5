//! The virtual machine: everything a running program has.

use std::fmt;
use std::io::Write;
use std::rc::Rc;

use super::call::push_frame;
use super::dispatch::{Exit, run};
use super::frame::Frame;
use super::hook::{Hook, NoHook};
use super::stack::ValueStack;
use super::traceback;
use crate::bytecode::code::CodeArena;
use crate::bytecode::{self, CodeRef};
use crate::runtime::builtins;
use crate::runtime::{Error, ExceptionClass, Heap, Outcome, Value};
use crate::syntax::{self, Diagnostic, SourceFile};

/// Output is handed on in pieces of about this many bytes.
const OUTPUT_BUFFER: usize = 1 << 16;

/// How many frames there may be, the module's included; as in CPython.
pub const RECURSION_LIMIT: usize = 1000;

/// A program that was not loaded.
#[derive(Debug)]
pub struct LoadError {
    /// Why; at least one.
    pub diagnostics: Vec<Diagnostic>,
    /// The program.
    pub source: Rc<SourceFile>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            f.write_str(&diagnostic.render(&self.source))?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}

/// A virtual machine.
///
/// ```
/// use jit_playground::interpreter::Vm;
/// use jit_playground::syntax::SourceFile;
///
/// let mut vm = Vm::new(Box::new(std::io::sink()));
/// let source = SourceFile::new("sum.py", "total = 0\nfor i in range(10): total += i\n").unwrap();
/// let code = vm.load(source)?;
/// vm.run_module(code).unwrap();
/// # Ok::<(), jit_playground::interpreter::LoadError>(())
/// ```
pub struct Vm {
    /// The heap.
    pub heap: Heap,
    /// The values of all frames.
    pub stack: ValueStack,
    /// The frames, the innermost last.
    pub frames: Vec<Frame>,
    arena: CodeArena,
    modules: Vec<(Box<str>, Value)>,
    output: Box<dyn Write>,
    pending: Vec<u8>,
}

impl Vm {
    /// A machine that prints to `output`.
    pub fn new(output: Box<dyn Write>) -> Vm {
        Vm {
            heap: Heap::new(),
            stack: ValueStack::new(),
            frames: Vec::new(),
            arena: CodeArena::default(),
            modules: Vec::new(),
            output,
            pending: Vec::with_capacity(OUTPUT_BUFFER),
        }
    }

    /// Parses and compiles a program.
    ///
    /// # Errors
    /// Everything in it that is malformed or outside the subset.
    pub fn load(&mut self, source: SourceFile) -> Result<CodeRef, LoadError> {
        let source = Rc::new(source);
        let compiled = syntax::parse(&source)
            .and_then(|module| bytecode::compile(&module, &source, &self.heap, &mut self.arena));
        compiled.map_err(|diagnostics| LoadError {
            diagnostics,
            source,
        })
    }

    /// Runs the body of a module.
    ///
    /// # Errors
    /// The exception that nothing caught.
    pub fn run_module(&mut self, code: CodeRef) -> Outcome<()> {
        self.enter_module(code)?;
        match run(self, &mut NoHook, 0) {
            Ok(Exit::Finished(_) | Exit::Left) => self.flush(),
            Err(error) => {
                self.flush()?;
                Err(error)
            }
        }
    }

    /// Runs the body of a module, watched by a hook. The hook may leave; `resume` is called then, to go on in
    /// another way.
    ///
    /// # Errors
    /// The exception that nothing caught.
    pub fn run_module_with<H: Hook>(
        &mut self,
        code: CodeRef,
        hook: &mut H,
        mut resume: impl FnMut(&mut Vm, &mut H) -> Outcome<Exit>,
    ) -> Outcome<()> {
        self.enter_module(code)?;
        let mut exit = run(self, hook, 0);
        while let Ok(Exit::Left) = exit {
            exit = resume(self, hook);
        }
        self.flush()?;
        exit.map(|_| ())
    }

    /// Makes the body of a module the innermost frame.
    ///
    /// # Errors
    /// RecursionError when there is no room for it.
    pub fn enter_module(&mut self, code: CodeRef) -> Outcome<()> {
        let result = self.frames.last().map_or(0, Frame::top);
        push_frame(self, code, result + 1, result)
    }

    /// All code objects that were loaded.
    pub fn codes(&self) -> &[CodeRef] {
        self.arena.codes()
    }

    /// The module of that name.
    ///
    /// # Errors
    /// ImportError when there is none.
    pub(super) fn import(&mut self, name: &str) -> Outcome<Value> {
        if let Some((_, module)) = self.modules.iter().find(|(known, _)| &**known == name) {
            return Ok(*module);
        }
        let Some(module) = builtins::import(&self.heap, name) else {
            let message = format!("No module named '{name}'");
            return Err(Error::new(ExceptionClass::ImportError, message));
        };
        self.modules.push((name.into(), module));
        Ok(module)
    }

    /// Collects garbage. `top` is the slot behind the last live one.
    ///
    /// Only a safepoint may call this: everything that is used again must be in the value stack below `top`, in
    /// globals or constants, or reported by a root provider of the heap.
    pub(crate) fn collect(&mut self, top: u32) {
        let Vm {
            heap,
            stack,
            arena,
            modules,
            ..
        } = self;
        heap.collect(|visit| {
            stack
                .live(top as usize)
                .iter()
                .copied()
                .for_each(&mut *visit);
            modules.iter().for_each(|&(_, module)| visit(module));
            arena.visit(visit);
        });
    }

    /// Prints text.
    ///
    /// # Errors
    /// OSError when the output does not take it.
    pub fn write(&mut self, text: &str) -> Outcome<()> {
        self.pending.extend_from_slice(text.as_bytes());
        if self.pending.len() >= OUTPUT_BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// Hands on all that was printed.
    ///
    /// # Errors
    /// OSError when the output does not take it.
    pub fn flush(&mut self) -> Outcome<()> {
        let written = self
            .output
            .write_all(&self.pending)
            .and_then(|()| self.output.flush());
        self.pending.clear();
        written.map_err(|error| Error::new(ExceptionClass::OSError, error.to_string()))
    }

    /// The text that CPython prints for an exception that nothing caught: the traceback, the class, the message.
    pub fn traceback(&self, error: &Error) -> String {
        traceback::render(error)
    }
}

impl fmt::Debug for Vm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vm")
            .field("frames", &self.frames)
            .finish_non_exhaustive()
    }
}
