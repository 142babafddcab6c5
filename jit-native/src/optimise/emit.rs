//! Writes the final region: what stays of the work region, in its order, with numbers without gaps.
//!
//! Decides nothing; [`super::finish`] has. Start with [`Emit::run`].

use super::edges::{Edges, Label};
use super::finish::Live;
use super::work::Work;
use crate::region::{
    Block, BlockId, Edge, Exit, ExitId, RegionData, SnapshotEntry, Span, Terminator, Uop, UopId,
    Value, ValueDef, ValueId,
};

const NONE: u32 = u32::MAX;

/// The new numbers.
#[derive(Debug, Default)]
pub(super) struct Emit {
    values: Vec<u32>,
    uops: Vec<u32>,
    exits: Vec<u32>,
}

/// One region being written.
struct Writer<'a> {
    to: &'a mut Emit,
    region: &'a RegionData,
    work: &'a Work,
    edges: &'a Edges,
    live: &'a Live,
    out: &'a mut RegionData,
    /// For each exit that has been written, the one that it comes from.
    sources: &'a mut Vec<ExitId>,
}

impl Emit {
    /// Writes the final region.
    pub fn run(
        &mut self,
        work: &Work,
        edges: &Edges,
        live: &Live,
        out: &mut RegionData,
        exits: &mut Vec<ExitId>,
    ) {
        let region = &work.region;
        let reset = |numbers: &mut Vec<u32>, len| {
            numbers.clear();
            numbers.resize(len, NONE);
        };
        reset(&mut self.values, region.values.len());
        reset(&mut self.uops, region.uops.len());
        reset(&mut self.exits, region.exits.len());
        out.clear();
        out.uops.reserve(region.uops.len());
        out.values.reserve(region.values.len());
        out.args.reserve(region.args.len());
        let mut writer = Writer {
            to: self,
            region,
            work,
            edges,
            live,
            out,
            sources: exits,
        };
        for block in &region.blocks {
            writer.block(block);
        }
    }

    /// A uop's number in the final region, if it is there.
    pub fn uop(&self, uop: UopId) -> Option<UopId> {
        let new = self.uops[uop.index()];
        (new != NONE).then_some(UopId(new))
    }
}

impl Writer<'_> {
    fn block(&mut self, block: &Block) {
        let params = self.params(block.params);
        let start = self.out.uops.len() as u32;
        for (n, uop) in block
            .uops
            .range()
            .zip(&self.region.uops[block.uops.range()])
        {
            if self.live.uops[n] {
                self.uop(n, uop);
            }
        }
        let uops = Span {
            start,
            len: self.out.uops.len() as u32 - start,
        };
        let terminator = match block.terminator {
            Terminator::Jump(edge) => Terminator::Jump(self.edge(edge)),
            Terminator::Branch {
                guard,
                args,
                then,
                otherwise,
            } => Terminator::Branch {
                guard,
                args: self.args(args),
                then: self.edge(then),
                otherwise: self.edge(otherwise),
            },
            Terminator::Leave(exit) => Terminator::Leave(self.exit(exit)),
        };
        self.out.blocks.push(Block {
            params,
            uops,
            terminator,
        });
    }

    fn params(&mut self, params: Span) -> Span {
        let start = self.out.params.len() as u32;
        let block = BlockId(self.out.blocks.len() as u32);
        for &param in &self.region.params[params.range()] {
            if self.live.keeps(param) {
                let n = self.out.params.len() as u32 - start;
                let new = self.define(param, ValueDef::Param(block, n));
                self.out.params.push(new);
            }
        }
        Span {
            start,
            len: self.out.params.len() as u32 - start,
        }
    }

    #[inline]
    fn uop(&mut self, n: usize, uop: &Uop) {
        let id = UopId(self.out.uops.len() as u32);
        let args = self.args(uop.args);
        let exit = uop.exit.map(|exit| self.exit(exit));
        let result = uop.result.map(|old| self.define(old, ValueDef::Uop(id)));
        self.to.uops[n] = id.0;
        self.out.uops.push(Uop {
            args,
            result,
            exit,
            ..*uop
        });
    }

    /// The new value for an old one.
    #[inline]
    fn define(&mut self, old: ValueId, def: ValueDef) -> ValueId {
        let new = ValueId(self.out.values.len() as u32);
        let ty = self.region.values[old.index()].ty;
        self.out.values.push(Value { ty, def });
        self.to.values[old.index()] = new.0;
        new
    }

    /// The new number of a value. Constants get theirs when they are first met; there is one for each already.
    #[inline]
    fn value(&mut self, value: ValueId) -> ValueId {
        let value = self.live.find(value);
        let known = self.to.values[value.index()];
        if known != NONE {
            return ValueId(known);
        }
        let def = self.region.values[value.index()].def;
        debug_assert!(
            matches!(def, ValueDef::Const(_)),
            "blocks stand in an order in which definitions come first"
        );
        self.define(value, def)
    }

    #[inline]
    fn args(&mut self, args: Span) -> Span {
        let start = self.out.args.len() as u32;
        for &arg in &self.region.args[args.range()] {
            let value = self.value(arg);
            self.out.args.push(value);
        }
        Span {
            start,
            len: args.len,
        }
    }

    /// An edge with the arguments of the parameters that are left.
    fn edge(&mut self, edge: Edge) -> Edge {
        let target = self.edges.place_of(Label(edge.target.0));
        let start = self.out.args.len() as u32;
        for (n, &param) in edge.args.range().zip(self.region.block_params(target)) {
            if self.live.keeps(param) {
                let value = self.value(self.region.args[n]);
                self.out.args.push(value);
            }
        }
        Edge {
            target,
            args: Span {
                start,
                len: self.out.args.len() as u32 - start,
            },
        }
    }

    #[inline]
    fn exit(&mut self, exit: ExitId) -> ExitId {
        let known = self.to.exits[exit.index()];
        if known != NONE {
            return ExitId(known);
        }
        let start = self.out.snapshots.len() as u32;
        let snapshot = self.region.snapshot(exit);
        for entry in snapshot {
            let slot = entry.slot;
            let value = self.value(entry.value);
            self.out.snapshots.push(SnapshotEntry { slot, value });
        }
        let new = ExitId(self.out.exits.len() as u32);
        let len = snapshot.len() as u32;
        self.out.exits.push(Exit {
            snapshot: Span { start, len },
        });
        self.to.exits[exit.index()] = new.0;
        self.sources.push(self.work.exit_sources[exit.index()]);
        new
    }
}
