//! Random programs with statements taken away, by the interpreter alone and with a JIT that compiles whatever it has seen twice:
//! both print the same and end by the same exception. Programs that do not end soon are left out.

#![no_main]

use jit_playground::bytecode::{CodeRef, Instruction};
use jit_playground::interpreter::{Control, Exit, Hook, Vm, run};
use jit_playground::runtime::Outcome;
use jit_playground::syntax::SourceFile;
use jit_playground::trace::{Options, Tracer};
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use tests::random_program::generate;

/// Instructions after which a program counts as one that does not end.
const STEPS: u64 = 300_000;

/// Output that somebody else holds too.
#[derive(Clone, Default)]
struct Printed(Rc<RefCell<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Leaves after so many instructions.
struct Fuel(u64);

impl Hook for Fuel {
    const FOLLOWS: bool = true;

    fn before(&mut self, _: &mut Vm, _: Instruction) -> Control {
        self.0 -= 1;
        match self.0 {
            0 => Control::Leave,
            _ => Control::Continue,
        }
    }
}

/// What a program prints, its traceback included; nothing when it is not loaded or `body` says that it has not ended.
fn verdict(
    text: &str,
    body: impl FnOnce(&mut Vm, CodeRef) -> Option<Outcome<()>>,
) -> Option<String> {
    let printed = Printed::default();
    let mut vm = Vm::new(Box::new(printed.clone()));
    let code = vm.load(SourceFile::new("fuzz.py", text)?).ok()?;
    let ended = body(&mut vm, code)?;
    vm.flush().expect("memory takes everything");
    let mut said = String::from_utf8_lossy(&printed.0.borrow()).into_owned();
    if let Err(error) = ended {
        said.push_str(&vm.traceback(&error));
    }
    Some(said)
}

fn interpreted(vm: &mut Vm, code: CodeRef) -> Option<Outcome<()>> {
    if let Err(error) = vm.enter_module(code) {
        return Some(Err(error));
    }
    match run(vm, &mut Fuel(STEPS), 0) {
        Ok(Exit::Left) => None,
        ended => Some(ended.map(|_| ())),
    }
}

fn compiled(vm: &mut Vm, code: CodeRef) -> Option<Outcome<()>> {
    let eager = Options {
        hot_loop: 2,
        hot_exit: 1,
        hot_return: 1,
        ..Options::default()
    };
    let mut tracer = Tracer::machine(vm, eager).expect("this machine is known");
    Some(tracer.run_module(vm, code))
}

fuzz_target!(|input: (u64, Vec<u8>)| {
    let (seed, removed) = input;
    let mut program = generate(seed);
    for number in removed.into_iter().take(40) {
        program = program.without(usize::from(number));
    }
    let text = program.to_string();
    let Some(expected) = verdict(&text, interpreted) else {
        return;
    };
    let found = verdict(&text, compiled);
    assert_eq!(found.as_deref(), Some(&*expected), "{text}");
});
