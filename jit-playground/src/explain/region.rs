//! Regions as rows of text.

use std::fmt::Write;

use jit_native::optimise::{Fate, Report};
use jit_native::region::{self, BlockId, Edge, ExitId, Terminator, UopId, ValueDef, ValueId};
use stencils::table::{Type, UopTable};

use super::model;
use super::symbols::Symbols;

/// A region with what is needed to show it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub region: &'a region::Region,
    pub table: &'a UopTable,
    pub symbols: &'a Symbols,
}

impl View<'_> {
    /// The region's rows. `fate` and `was` say what the optimiser did.
    pub fn rows(
        &self,
        fate: impl Fn(UopId) -> Option<model::Fate>,
        was: impl Fn(UopId) -> Option<u32>,
    ) -> model::Region {
        let blocks = self
            .region
            .blocks
            .iter()
            .enumerate()
            .map(|(n, block)| model::Block {
                head: self.head(BlockId(n as u32)),
                uops: block
                    .uops
                    .range()
                    .map(|n| {
                        let id = UopId(n as u32);
                        model::Uop {
                            id: id.0,
                            text: self.uop(id),
                            recorded: self.region.uops[n].origin,
                            exit: self.region.uops[n].exit.get().map(|exit| exit.0),
                            fate: fate(id),
                            was: was(id),
                        }
                    })
                    .collect(),
                end: self.end(block.terminator),
            });
        model::Region {
            blocks: blocks.collect(),
        }
    }

    fn head(&self, block: BlockId) -> String {
        let params = self.region.block_params(block).iter().map(|&param| {
            let ty = match self.region.ty(param) {
                Type::I64 => "i64",
                Type::F64 => "f64",
            };
            format!("{param}: {ty}")
        });
        format!("{block}({})", params.collect::<Vec<_>>().join(", "))
    }

    fn end(&self, terminator: Terminator) -> String {
        match terminator {
            Terminator::Jump(edge) => format!("jump {}", self.edge(edge)),
            Terminator::Leave(exit) => format!("leave {exit}"),
            Terminator::Branch {
                guard,
                args,
                then,
                otherwise,
            } => format!(
                "branch {} {} then {} else {}",
                self.table[guard].name,
                self.values(self.region.args(args)),
                self.edge(then),
                self.edge(otherwise)
            ),
        }
    }

    fn edge(&self, edge: Edge) -> String {
        format!(
            "{}({})",
            edge.target,
            self.values(self.region.args(edge.args))
        )
    }

    fn values(&self, values: &[ValueId]) -> String {
        values
            .iter()
            .map(|&value| self.value(value))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// A uop with its operands, result and exit.
    pub fn uop(&self, id: UopId) -> String {
        let uop = &self.region.uops[id.index()];
        let mut text = String::new();
        if let Some(result) = uop.result.get() {
            // Writing to a String does not fail.
            let _ = write!(text, "{result} = ");
        }
        let _ = write!(
            text,
            "{} {}",
            self.table[uop.kind].name,
            self.values(self.region.uop_args(id))
        );
        if let Some(exit) = uop.exit.get() {
            let _ = write!(text, " else {exit}");
        }
        text
    }

    /// A value: its name, or the constant that it is.
    pub fn value(&self, value: ValueId) -> String {
        match (self.region.def(value), self.region.ty(value)) {
            (ValueDef::Const(bits), Type::F64) => format!("{:?}", f64::from_bits(bits)),
            (ValueDef::Const(bits), Type::I64) => self.word(bits as i64),
            _ => value.to_string(),
        }
    }

    /// A constant word: the name of the address that it is, or a number.
    pub fn word(&self, word: i64) -> String {
        match self.symbols.name(word as u64) {
            Some(name) => name.to_owned(),
            None => word.to_string(),
        }
    }

    /// What an exit writes to a frame word.
    pub fn snapshot(&self, exit: ExitId) -> impl Iterator<Item = (u32, String, Option<u64>)> {
        self.region.snapshot(exit).iter().map(|entry| {
            let constant = self.region.constant(entry.value);
            (entry.slot, self.value(entry.value), constant)
        })
    }
}

/// What the optimiser did to a uop, in words.
pub(super) fn fate(report: &Report, id: UopId) -> Option<model::Fate> {
    let (what, rule, now) = match *report.fates.get(id.index())? {
        Fate::Kept(now) => ("kept", None, Some(now)),
        Fate::Changed(now, rule) => ("changed", Some(rule), Some(now)),
        Fate::Hoisted(now) => ("hoisted", None, Some(now)),
        Fate::Removed(rule) => ("removed", Some(rule), None),
    };
    Some(model::Fate {
        what: what.to_owned(),
        rule: rule.map(|rule| rule.name().to_owned()),
        explanation: rule.map(|rule| rule.explanation().to_owned()),
        now: now.map(|now| now.0),
    })
}
