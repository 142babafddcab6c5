//! Any text as a program: it is refused with an error, or it is loaded. It is not run, as it may ask for any amount of memory
//! in a few steps; `programs.rs` runs programs that do not.

#![no_main]

use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(source) = SourceFile::new("fuzz.py", text) {
        let _ = Vm::new(Box::new(std::io::sink())).load(source);
    }
});
