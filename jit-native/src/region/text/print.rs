//! Printing a region. Never fails, even on a malformed one: a number that names nothing is printed as it is.

use super::number::{default_numbers, used_values};
use crate::region::error::type_name;
use crate::region::{Block, BlockId, Edge, ExitId, RegionData, Span, Terminator, Uop, ValueId};
use std::fmt;
use stencils::table::{Type, UopKind, UopTable};

/// A region that displays as its text form.
#[derive(Clone, Copy, Debug)]
pub struct RegionText<'a> {
    region: &'a RegionData,
    table: &'a UopTable,
}

impl RegionData {
    /// The region's text form; `table` names its uops.
    pub fn display<'a>(&'a self, table: &'a UopTable) -> RegionText<'a> {
        RegionText {
            region: self,
            table,
        }
    }
}

impl fmt::Display for RegionText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "region {{")?;
        for (n, block) in self.region.blocks.iter().enumerate() {
            self.block(f, BlockId(n as u32), block)?;
        }
        for n in 0..self.region.exits.len() {
            self.exit(f, ExitId(n as u32))?;
        }
        self.constants(f)?;
        write!(f, "}}")
    }
}

impl RegionText<'_> {
    fn block(&self, f: &mut fmt::Formatter<'_>, id: BlockId, block: &Block) -> fmt::Result {
        write!(f, "{id}")?;
        let params = self.region.params.get(block.params.range()).unwrap_or(&[]);
        for (n, param) in params.iter().enumerate() {
            let ty = self
                .region
                .values
                .get(param.index())
                .map_or("?", |value| type_name(value.ty()));
            write!(f, "{}{param}: {ty}", if n == 0 { "(" } else { ", " })?;
        }
        writeln!(f, "{}:", if params.is_empty() { "" } else { ")" })?;
        for uop in self.region.uops.get(block.uops.range()).unwrap_or(&[]) {
            self.uop(f, uop)?;
        }
        match block.terminator {
            Terminator::Jump(edge) => {
                write!(f, "  jump ")?;
                self.edge(f, edge)?;
            }
            Terminator::Branch {
                guard,
                args,
                then,
                otherwise,
            } => {
                write!(f, "  branch {}", self.name(guard))?;
                self.operands(f, " ", args)?;
                write!(f, " then ")?;
                self.edge(f, then)?;
                write!(f, " else ")?;
                self.edge(f, otherwise)?;
            }
            Terminator::Leave(exit) => write!(f, "  leave {exit}")?,
        }
        writeln!(f)
    }

    fn uop(&self, f: &mut fmt::Formatter<'_>, uop: &Uop) -> fmt::Result {
        write!(f, "  ")?;
        if let Some(result) = uop.result.get() {
            write!(f, "{result} = ")?;
        }
        write!(f, "{}", self.name(uop.kind))?;
        self.operands(f, " ", uop.args)?;
        if let Some(exit) = uop.exit.get() {
            write!(f, " -> {exit}")?;
        }
        if uop.origin != 0 {
            write!(f, " @{}", uop.origin)?;
        }
        writeln!(f)
    }

    fn edge(&self, f: &mut fmt::Formatter<'_>, edge: Edge) -> fmt::Result {
        write!(f, "{}", edge.target)?;
        self.operands(f, "(", edge.args)?;
        write!(f, "{}", if edge.args.len == 0 { "" } else { ")" })
    }

    fn exit(&self, f: &mut fmt::Formatter<'_>, exit: ExitId) -> fmt::Result {
        write!(f, "{exit}:")?;
        let span = self.region.exits[exit.index()].snapshot;
        let snapshot = self.region.snapshots.get(span.range()).unwrap_or(&[]);
        for (n, entry) in snapshot.iter().enumerate() {
            write!(f, "{} [{}] = ", if n == 0 { "" } else { "," }, entry.slot)?;
            self.operand(f, entry.value)?;
        }
        writeln!(f)
    }

    fn operands(&self, f: &mut fmt::Formatter<'_>, before: &str, args: Span) -> fmt::Result {
        let args = self.region.args.get(args.range()).unwrap_or(&[]);
        for (n, &arg) in args.iter().enumerate() {
            write!(f, "{}", if n == 0 { before } else { ", " })?;
            self.operand(f, arg)?;
        }
        Ok(())
    }

    fn operand(&self, f: &mut fmt::Formatter<'_>, value: ValueId) -> fmt::Result {
        match self.region.constant(value) {
            Some(bits) => literal(f, self.region.ty(value), bits),
            None => write!(f, "{value}"),
        }
    }

    fn name(&self, kind: UopKind) -> &'static str {
        self.table.get(kind).map_or("?", |def| def.name)
    }

    /// The numbers of the constants, unless they are those that the parser gives them anyway.
    fn constants(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let constant = |id: &ValueId| self.region.constant(*id);
        let used: Vec<ValueId> = used_values(self.region)
            .filter(|id| constant(id).is_some())
            .collect();
        if default_numbers(self.region, &used) {
            return Ok(());
        }
        let all = (0..self.region.values.len()).map(|n| ValueId(n as u32));
        let mut before = "constants";
        for id in all {
            if let Some(bits) = constant(&id) {
                write!(f, "{before} {id} = ")?;
                literal(f, self.region.ty(id), bits)?;
                before = ",";
            }
        }
        writeln!(f)
    }
}

/// A constant, such that it parses back to the bit.
fn literal(f: &mut fmt::Formatter<'_>, ty: Type, bits: u64) -> fmt::Result {
    match ty {
        Type::I64 => write!(f, "{}", bits as i64),
        Type::F64 => {
            let float = f64::from_bits(bits);
            // The shortest decimal that reads back as the same double always has a point or an exponent.
            if float.is_nan() {
                write!(f, "nan({bits:#x})")
            } else {
                write!(f, "{float:?}")
            }
        }
    }
}
