//! Machine code with the pieces that it was copied from.

use jit_native::allocate::output::{NO_TILE, Op, RESULT};
use jit_native::assemble::marks::Source;
use jit_native::compile::Compiler;
use jit_native::compiled::Compiled;
use jit_native::region;
use stencils::library::{PatternArg, Reg, Stencil};

use super::Wanted;
use super::choice::{choice, forced};
use super::disassemble::disassemble;
use super::model::{Code, Piece};
use super::region::View;
use super::registers::states;
use crate::trace::watch::Watched;

/// Compiles a region, with the choices that are wanted, and shows what came of it; `None` when the engine refuses it.
/// `watched` is the run that is followed through it.
pub(super) fn code(
    compiler: &mut Compiler,
    region: &region::Region,
    view: View<'_>,
    wanted: &[&Wanted],
    watched: Option<&Watched>,
) -> Option<Code> {
    compiler.options.record = true;
    compiler.forced.clear();
    let mut compiled = compiler.compile(region).ok()?;
    if !wanted.is_empty() {
        compiler.forced = forced(compiler, view.table, region.uops.len(), wanted);
        compiled = compiler.compile(region).ok()?;
    }
    let counts = compiler.counts();
    let show = Show {
        compiler,
        compiled: &compiled,
        uops: region.uops.len(),
        view,
    };
    Some(Code {
        bytes: hex(&compiled.code),
        pieces: show.pieces(),
        lines: disassemble(compiled.arch, &compiled.code),
        stencils: counts.stencils,
        super_stencils: counts.super_stencils,
        spill_words: compiled.spill_words,
        states: watched.map_or_else(Vec::new, |watched| states(&show, region, watched)),
    })
}

pub(super) struct Show<'a> {
    pub(super) compiler: &'a Compiler,
    pub(super) compiled: &'a Compiled,
    /// How many uops the region has.
    uops: usize,
    pub(super) view: View<'a>,
}

impl Show<'_> {
    /// The runs of bytes that pieces are made of: where each ends, and what it is.
    pub(super) fn marks(&self) -> impl Iterator<Item = (std::ops::Range<u32>, Source)> {
        let marks = self.compiler.marks();
        let end = self.compiled.code.len() as u32;
        let ends = marks.iter().skip(1).map(|mark| mark.at).chain([end]);
        let runs = marks.iter().zip(ends);
        runs.filter(|(mark, end)| mark.at < *end)
            .map(|(mark, end)| (mark.at..end, mark.source))
    }

    fn pieces(&self) -> Vec<Piece> {
        self.marks()
            .map(|(bytes, source)| self.piece(bytes.start, bytes.end, source))
            .collect()
    }

    fn piece(&self, at: u32, end: u32, source: Source) -> Piece {
        let allocation = self.compiler.allocation();
        let exit = match source {
            Source::Stub(site) => Some(allocation.sites[site as usize].exit),
            _ => None,
        };
        let (role, text) = match source {
            Source::Op(n) => return self.op(at, end, "copy", &allocation.ops[n as usize]),
            Source::EdgeOp(n) => return self.op(at, end, "edge", &allocation.edge_ops[n as usize]),
            Source::Stub(site) => (
                "exit",
                format!("leave {}", allocation.sites[site as usize].exit),
            ),
            Source::Jump(block) => ("jump", format!("jump b{block}")),
            Source::Padding => (
                "align",
                "nothing, so that the loop begins where it is fetched at once".to_owned(),
            ),
            Source::Island => ("island", "jumps that reach farther".to_owned()),
        };
        Piece {
            at,
            len: end - at,
            role: role.to_owned(),
            text,
            before: String::new(),
            uops: Vec::new(),
            exit: exit.map(|exit| exit.0),
            fused: false,
            cost: 0,
            choice: None,
            holes: self.fixups(at, end),
        }
    }

    /// A stencil with its registers and immediates. One that is no tile is a copy between registers, a spill or such.
    fn op(&self, at: u32, end: u32, role: &str, op: &Op) -> Piece {
        let library = self.compiler.machine().library();
        let stencil = &library.stencils[op.stencil.0 as usize];
        let pattern = &library.patterns[stencil.pattern.0 as usize];
        let selection = self.compiler.selection();
        let tile = selection.tiles.get(op.tile as usize);
        let members = tile.filter(|_| op.tile != NO_TILE).into_iter();
        Piece {
            at,
            len: end - at,
            role: if op.tile == NO_TILE { role } else { "uop" }.to_owned(),
            text: self.stencil(op, stencil),
            before: hex(&stencil.code),
            uops: members
                .flat_map(|tile| selection.members(tile))
                .map(|uop| uop.0)
                .collect(),
            exit: None,
            fused: pattern.uops.len() > 1,
            cost: u32::from(stencil.cost),
            choice: choice(self.compiler, self.view.table, self.uops, op.tile),
            holes: stencil
                .holes
                .iter()
                .map(|hole| self.hole(at, op, hole))
                .collect(),
        }
    }

    fn register(&self, op: &Op, input: usize) -> String {
        match op.regs.get(input) {
            Some(&reg) => self.compiler.machine().register_name(Reg(reg)).to_owned(),
            None => "?".to_owned(),
        }
    }

    pub(super) fn immediate(&self, op: &Op, n: u8) -> String {
        let pool = &self.compiler.selection().imms;
        match pool.get(op.imms as usize + usize::from(n)) {
            Some(&word) => self.view.word(word),
            None => "?".to_owned(),
        }
    }

    /// The pattern's uops with registers and immediates for their operands.
    fn stencil(&self, op: &Op, stencil: &Stencil) -> String {
        let library = self.compiler.machine().library();
        let pattern = &library.patterns[stencil.pattern.0 as usize];
        let uops = pattern.uops.iter().map(|uop| {
            let args = uop.args.iter().map(|arg| match *arg {
                PatternArg::Input(n) => self.register(op, usize::from(n)),
                PatternArg::Imm(n) => self.immediate(op, n),
                PatternArg::Result(n) => format!("#{n}"),
                PatternArg::Argument(n) => format!("arg{n}"),
            });
            let name = self.view.table[uop.kind].name;
            format!("{name} {}", args.collect::<Vec<_>>().join(", "))
        });
        let mut text = uops.collect::<Vec<_>>().join(" + ");
        if pattern.result.is_some() {
            text.push_str(" -> ");
            text.push_str(&self.register(op, RESULT));
        }
        text
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
