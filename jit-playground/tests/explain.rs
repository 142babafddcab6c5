//! Explanations: golden files for small programs, and what holds for every explanation.
//!
//! With `MIMEO_BLESS` set, the golden files are written anew.

mod common;

use std::path::PathBuf;

use common::traced::{USUAL, tracer};
use jit_playground::explain::model::{Explanation, Hole};
use jit_playground::explain::{Options, arch_name, explain, render};
use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;
use stencils::library::Arch;

const ARCHS: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

fn explanation(name: &str, text: &str, arch: Arch) -> Explanation {
    let mut vm = Vm::new(Box::new(std::io::sink()));
    let mut tracer = tracer(&vm, USUAL);
    let code = vm.load(SourceFile::new(name, text).unwrap()).unwrap();
    tracer.run_module(&mut vm, code).unwrap();
    explain(&vm, &tracer, &Options::new(arch)).unwrap()
}

#[test]
fn golden() {
    let programs = [
        ("sum", include_str!("explain/sum.py")),
        ("norm", include_str!("explain/norm.py")),
    ];
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/explain");
    for (name, text) in programs {
        for arch in ARCHS {
            let found = render(&explanation(&format!("{name}.py"), text, arch));
            let path = folder.join(format!("{name}.{}.txt", arch_name(arch)));
            if std::env::var_os("MIMEO_BLESS").is_some() {
                std::fs::write(&path, &found).unwrap();
            }
            let wanted = std::fs::read_to_string(&path).unwrap();
            assert!(
                found == wanted,
                "{} is out of date: look at what changed and run the test with MIMEO_BLESS=1",
                path.display()
            );
        }
    }
}

/// Two runs, at other addresses, are explained alike.
#[test]
fn explanations_are_the_same_for_every_run() {
    let text = include_str!("explain/norm.py");
    let first = explanation("norm.py", text, Arch::X86_64);
    let ballast: Vec<Vec<u8>> = (1..100).map(|n| vec![1; n * 100]).collect();
    let second = explanation("norm.py", text, Arch::X86_64);
    drop(ballast);
    assert_eq!(first, second);
}

#[test]
fn without_super_stencils_each_uop_has_a_stencil_of_its_own() {
    let text = include_str!("explain/sum.py");
    let mut vm = Vm::new(Box::new(std::io::sink()));
    let mut tracer = tracer(&vm, USUAL);
    let code = vm.load(SourceFile::new("sum.py", text).unwrap()).unwrap();
    tracer.run_module(&mut vm, code).unwrap();
    for arch in ARCHS {
        let fused = |super_stencils| {
            let options = Options {
                arch,
                super_stencils,
                choices: Vec::new(),
            };
            let explanation = explain(&vm, &tracer, &options).unwrap();
            let codes = explanation
                .traces
                .into_iter()
                .filter_map(|trace| trace.code);
            codes.map(|code| code.super_stencils).sum::<u32>()
        };
        assert!(fused(true) > 0);
        assert_eq!(fused(false), 0);
    }
}

/// What a stencil's copy changes lies in its holes and in the fields of its registers: outside the holes no bit is ever cleared.
#[test]
fn bytes_differ_from_their_stencil_in_holes_and_registers_alone() {
    let text = include_str!("explain/norm.py");
    for arch in ARCHS {
        let explanation = explanation("norm.py", text, arch);
        let mut compared = 0;
        for code in explanation
            .traces
            .iter()
            .filter_map(|trace| trace.code.as_ref())
        {
            for piece in code.pieces.iter().filter(|piece| !piece.before.is_empty()) {
                let byte = |text: &str, at: u32| {
                    u8::from_str_radix(&text[at as usize * 2..at as usize * 2 + 2], 16).unwrap()
                };
                assert_eq!(piece.before.len(), piece.len as usize * 2, "{}", piece.text);
                let holes = &piece.holes;
                for at in 0..piece.len {
                    let absolute = piece.at + at;
                    let in_hole = |hole: &Hole| (hole.at..hole.at + hole.len).contains(&absolute);
                    // The byte before or in a branch's hole holds its condition, which may have been turned round.
                    let in_branch = |hole: &Hole| hole.at == absolute + 1 || in_hole(hole);
                    if holes.iter().any(in_branch) {
                        continue;
                    }
                    let (was, is) = (byte(&piece.before, at), byte(&code.bytes, absolute));
                    assert_eq!(was & is, was, "byte {at} of {}", piece.text);
                    compared += 1;
                }
            }
        }
        assert!(compared > 0);
    }
}

/// Every byte has a piece, every piece uops that exist, every uop a recorded one, and that a place in the source.
#[test]
fn provenance_has_no_gap() {
    let text = "def f(n, xs):
    total = 0.0
    for i in range(n):
        xs[i % 7] += i * 0.5
        if i % 5 == 0:
            total += xs[i % 7]
        xs.append(len(xs))
        total = max(total, 2.0) / 1.5
    return total
print(f(3000, [1.0] * 7))
";
    for arch in ARCHS {
        let explanation = explanation("gap.py", text, arch);
        assert!(!explanation.traces.is_empty());
        for trace in &explanation.traces {
            let code = trace.code.as_ref().unwrap();
            let mut at = 0;
            for piece in &code.pieces {
                assert_eq!(piece.at, at, "a gap or an overlap before a piece");
                at += piece.len;
                let end = piece.at + piece.len;
                assert!(
                    piece
                        .holes
                        .iter()
                        .all(|hole| hole.at >= piece.at && hole.at + hole.len <= end)
                );
            }
            assert_eq!(at as usize * 2, code.bytes.len());
            let lines: u32 = code.lines.iter().map(|line| line.len).sum();
            assert_eq!(lines, at);
            let uops: Vec<_> = trace
                .optimised
                .blocks
                .iter()
                .flat_map(|block| &block.uops)
                .collect();
            for uop in &uops {
                let runs = code
                    .pieces
                    .iter()
                    .filter(|piece| piece.uops.contains(&uop.id));
                // The first uops of a loop stand a second time at its end.
                assert!(
                    matches!(runs.count(), 1 | 2),
                    "uop {} is run by one stencil, or by two",
                    uop.id
                );
                let recorded = &trace.recorded[uop.recorded as usize];
                assert!(recorded.at.line > 0);
            }
            assert_eq!(trace.exits.len(), {
                let highest = trace.exits.iter().map(|exit| exit.id).max();
                highest.map_or(0, |highest| highest as usize + 1)
            });
        }
    }
}
