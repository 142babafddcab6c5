//! Golden files of the bytecode: the disassembly of small programs.
//!
//! With `MIMEO_BLESS` set the files are written anew.

use std::path::PathBuf;

use jit_playground::bytecode::disassemble;
use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;

fn check(name: &str, text: &str) {
    let mut vm = Vm::new(Box::new(std::io::sink()));
    let code = vm.load(SourceFile::new(name, text).unwrap()).unwrap();
    let got = disassemble(code);
    // What the interpreter learns while it runs must not show.
    vm.run_module(code).unwrap();
    assert_eq!(
        disassemble(code),
        got,
        "{name}: running has changed the disassembly"
    );
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
        .with_extension("bytecode");
    if std::env::var_os("MIMEO_BLESS").is_some() {
        std::fs::write(&path, &got).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap();
    assert!(got == wanted, "{name}: wanted\n{wanted}\ngot\n{got}");
}

#[test]
fn loops() {
    check("loops.py", include_str!("golden/loops.py"));
}

#[test]
fn calls() {
    check("calls.py", include_str!("golden/calls.py"));
}

#[test]
fn expressions() {
    check("expressions.py", include_str!("golden/expressions.py"));
}
