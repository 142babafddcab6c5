//! Any text as a program: it is refused with an error, or it is loaded. It is not run, since it need not end; random programs
//! that do are run in every way by the tests.

#![no_main]

use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(source) = SourceFile::new("fuzz.py", text) {
        let _ = Vm::new(Box::new(std::io::sink())).load(source);
    }
});
