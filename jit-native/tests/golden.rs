//! Golden files of the pipeline: small regions, what the optimiser makes of them and why, the tiles with what else fitted,
//! the registers, and the bytes, for both architectures.
//!
//! With `MIMEO_BLESS` set the files are written anew; read what has changed before you keep it.

mod common;

use common::{machine, region};
use jit_native::allocate::output::{NO_TILE, Op, OpExit, RESULT};
use jit_native::assemble::marks::Source;
use jit_native::compile::Compiler;
use jit_native::optimise::{Fate, Optimiser, Options, Report};
use jit_native::region::{Region, Terminator};
use std::fmt::Write;
use std::path::PathBuf;
use stencils::library::{Arch, PatternArg, PatternId, Reg};
use stencils::table::UopTable;

const ARCHES: [(Arch, &str); 2] = [(Arch::X86_64, "x86_64"), (Arch::Aarch64, "aarch64")];

/// A pattern as nested uops: inputs are letters, constants `#`.
fn pattern(compiler: &Compiler, id: PatternId) -> String {
    let pattern = &compiler.machine().library().patterns[id.0 as usize];
    let mut texts: Vec<String> = Vec::new();
    for uop in &pattern.uops {
        let args: Vec<String> = uop
            .args
            .iter()
            .map(|arg| match *arg {
                PatternArg::Input(n) => char::from(b'a' + n).to_string(),
                PatternArg::Imm(_) => "#".to_string(),
                PatternArg::Result(n) => texts[usize::from(n)].clone(),
                PatternArg::Argument(n) => format!("argument {n}"),
            })
            .collect();
        let name = UopTable::stock()[uop.kind].name;
        texts.push(format!("{name}({})", args.join(", ")));
    }
    texts.pop().unwrap_or_default()
}

fn fates(out: &mut String, region: &Region, report: &Report) {
    for (n, (uop, fate)) in region.uops.iter().zip(&report.fates).enumerate() {
        let name = UopTable::stock()[uop.kind].name;
        let text = match fate {
            Fate::Kept(_) => continue,
            Fate::Changed(now, rule) => format!("becomes {now}: {rule:?}"),
            Fate::Hoisted(now) => format!("leaves the loop, as {now}"),
            Fate::Removed(rule) => format!("goes: {rule:?}"),
        };
        writeln!(out, "  u{n} {name} {text}").expect("a String takes it");
    }
}

/// Each tile with what else fitted at its root, cheapest first.
fn tiles(out: &mut String, compiler: &Compiler, region: &Region) {
    let selection = compiler.selection();
    for (block, span) in selection.blocks.iter().enumerate() {
        for (n, tile) in selection.standing(block) {
            let last = n + 1 == (span.start + span.len) as usize;
            let branches = matches!(region.blocks[block].terminator, Terminator::Branch { .. });
            let place = match selection.members(tile).last() {
                _ if last && branches => Some(region.uops.len() + block),
                root => root.map(|uop| uop.index()),
            };
            let mut here: Vec<_> = compiler
                .alternatives()
                .iter()
                .filter(|a| Some(a.place as usize) == place)
                .collect();
            here.sort_by_key(|a| (a.cost, a.pattern));
            let cost = here.iter().find(|a| a.pattern == tile.pattern);
            let cost = cost.map_or(String::new(), |a| format!(" at {}", a.cost));
            writeln!(out, "  b{block} {}{cost}", pattern(compiler, tile.pattern))
                .expect("a String takes it");
            for other in here.iter().filter(|a| a.pattern != tile.pattern) {
                let text = pattern(compiler, other.pattern);
                writeln!(out, "       not {text} at {}", other.cost).expect("a String takes it");
            }
        }
    }
}

fn op(compiler: &Compiler, op: &Op) -> String {
    let machine = compiler.machine();
    let stencil = &machine.library().stencils[op.stencil.0 as usize];
    let shape = &machine.library().patterns[stencil.pattern.0 as usize];
    let mut text = pattern(compiler, stencil.pattern);
    for n in 0..shape.inputs.len() {
        let letter = char::from(b'a' + n as u8);
        let name = machine.register_name(Reg(op.regs[n]));
        write!(text, " {letter}={name}").expect("a String takes it");
    }
    if shape.result.is_some() {
        let name = machine.register_name(Reg(op.regs[RESULT]));
        write!(text, " result={name}").expect("a String takes it");
    }
    let immediates = &compiler.selection().imms[op.imms as usize..][..shape.immediates.len()];
    if !immediates.is_empty() {
        write!(text, " #={immediates:?}").expect("a String takes it");
    }
    match op.exit {
        OpExit::NONE => {}
        OpExit::OTHERWISE => text.push_str(" else"),
        OpExit(site) => write!(text, " leaves by site {site}").expect("a String takes it"),
    }
    if op.tile == NO_TILE {
        text.push_str(" (the allocator's)");
    }
    text
}

/// The bytes of each piece, and where it comes from.
fn pieces(out: &mut String, compiler: &Compiler, code: &[u8]) {
    let (marks, allocation) = (compiler.marks(), compiler.allocation());
    let ends = marks
        .iter()
        .skip(1)
        .map(|mark| mark.at)
        .chain([code.len() as u32]);
    for (mark, end) in marks.iter().zip(ends) {
        let what = match mark.source {
            Source::Op(n) => op(compiler, &allocation.ops[n as usize]),
            Source::EdgeOp(n) => {
                format!("edge: {}", op(compiler, &allocation.edge_ops[n as usize]))
            }
            Source::Stub(site) => {
                let site = allocation.sites[site as usize];
                format!(
                    "stub of {}: {:?}",
                    site.exit,
                    &allocation.places[site.places.range()]
                )
            }
            Source::Jump(block) => format!("jump b{block}"),
            Source::Padding => "padding".to_string(),
            Source::Island => "island".to_string(),
        };
        let bytes = &code[mark.at as usize..end as usize];
        let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(out, "  {:>4}  {what}\n        {}", mark.at, bytes.join(" "))
            .expect("a String takes it");
    }
}

/// Everything that the pipeline does to a region.
fn listing(text: &str, arch: Arch) -> String {
    let table = UopTable::stock();
    let before = region(text);
    let (mut after, mut report) = (Region::default(), Report::default());
    Optimiser::new(table)
        .optimise(&before, Options::default(), &mut after, &mut report)
        .expect("it is good");
    let mut compiler = Compiler::new(machine(arch));
    compiler.options.record = true;
    let compiled = compiler.compile(&after).expect("it compiles");
    let mut out = format!(
        "{}\n\nOptimised:\n{}\n",
        before.display(table),
        after.display(table)
    );
    fates(&mut out, &before, &report);
    out.push_str("\nTiles, with their trees' costs:\n");
    tiles(&mut out, &compiler, &after);
    out.push_str("\nRegisters and bytes:\n");
    pieces(&mut out, &compiler, &compiled.code);
    out
}

#[test]
fn pipelines_are_as_written_down() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut stale = Vec::new();
    for name in ["loop", "memory", "call", "join"] {
        let path = folder.join(format!("{name}.region"));
        let text = std::fs::read_to_string(&path).expect("the region is there");
        for (arch, suffix) in ARCHES {
            let found = listing(&text, arch);
            let path = folder.join(format!("{name}.{suffix}.txt"));
            if std::env::var_os("MIMEO_BLESS").is_some() {
                std::fs::write(&path, &found).expect("it can be written");
            }
            if std::fs::read_to_string(&path).ok().as_ref() != Some(&found) {
                stale.push(path.display().to_string());
            }
        }
    }
    assert!(
        stale.is_empty(),
        "out of date: look at what changed and run the test with MIMEO_BLESS=1: {stale:#?}"
    );
}
