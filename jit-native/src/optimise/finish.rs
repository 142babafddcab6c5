//! The last passes: stores to the frame that nobody sees go, then everything that nobody uses, and what is left gets
//! its numbers. A value is used when something that must stay leads to it: effects, guards, branches, snapshots. Block
//! parameters count only when the block's own uops (or something else in use) need them, so what a loop merely hands
//! round goes as well.
//!
//! Start with [`Finish::run`].

use super::edges::{Edges, Label};
use super::kinds::Kinds;
use super::report::{Fate, Report, Rule};
use super::work::Work;
use crate::region::{
    Block, Constants, Edge, Exit, ExitId, Region, SnapshotEntry, Span, Terminator, Uop, UopId,
    Value, ValueDef, ValueId,
};
use stencils::uops::kind;

const NONE: u32 = u32::MAX;

/// The most frame words whose stores are followed at once.
const MAX_OVERWRITTEN: usize = 32;

/// Memory of the last passes.
#[derive(Debug, Default)]
pub(super) struct Finish {
    /// For each value of the work region: the one to use instead, for parameters that are always another value.
    instead: Vec<ValueId>,
    live: Vec<bool>,
    live_uops: Vec<bool>,
    dead_stores: Vec<UopId>,
    waiting: Vec<ValueId>,
    /// New numbers.
    values: Vec<u32>,
    uops: Vec<u32>,
    exits: Vec<u32>,
    constants: Constants,
    overwritten: Vec<u32>,
}

impl Finish {
    /// Makes the final region out of the work region.
    pub fn run(
        &mut self,
        work: &Work,
        edges: &Edges,
        kinds: &Kinds,
        out: &mut Region,
        report: &mut Report,
    ) {
        self.same_params(work, edges);
        self.live_uops.clear();
        self.live_uops.resize(work.region.uops.len(), false);
        self.find_dead_stores(work, kinds);
        self.mark(work, edges, kinds);
        self.emit(work, edges, out, report);
    }

    /// Parameters that have the same value on every edge, or themselves on a loop's: no parameters at all.
    fn same_params(&mut self, work: &Work, edges: &Edges) {
        self.instead.clear();
        self.instead
            .extend((0..work.region.values.len()).map(|n| ValueId(n as u32)));
        for &param in &work.region.params {
            let ValueDef::Param(label, n) = work.region.values[param.index()].def else {
                continue;
            };
            let mut same = None;
            let mut agree = true;
            for edge in edges.incoming(Label(label.0)) {
                let arg = self.find(work.region.args[edge.args.start as usize + n as usize]);
                if arg != param {
                    agree &= same.is_none_or(|same| same == arg);
                    same = Some(arg);
                }
            }
            if let (Some(same), true) = (same, agree) {
                self.instead[param.index()] = same;
            }
        }
    }

    #[inline]
    fn find(&self, mut value: ValueId) -> ValueId {
        while self.instead[value.index()] != value {
            value = self.instead[value.index()];
        }
        value
    }

    /// Backwards through each block: a store to a frame word that is written again before anything reads it or leaves.
    fn find_dead_stores(&mut self, work: &Work, kinds: &Kinds) {
        self.dead_stores.clear();
        let region = &work.region;
        for block in &region.blocks {
            self.overwritten.clear();
            if let Terminator::Leave(exit) = block.terminator {
                let words = region.snapshot(exit).iter().map(|entry| entry.slot);
                self.overwritten.extend(words.take(MAX_OVERWRITTEN));
            }
            for n in block.uops.range().rev() {
                let uop = &region.uops[n];
                let info = kinds.get(uop.kind);
                if !(info.reads_frame || info.writes_frame || uop.exit.is_some()) {
                    continue;
                }
                if let Some(exit) = uop.exit {
                    let snapshot = region.snapshot(exit);
                    self.overwritten
                        .retain(|word| snapshot.iter().any(|e| e.slot == *word));
                }
                if info.reads_frame || info.writes_frame {
                    self.frame_access(work, UopId(n as u32), uop);
                }
            }
        }
        self.dead_stores.sort_unstable();
    }

    fn frame_access(&mut self, work: &Work, id: UopId, uop: &Uop) {
        let offset = work
            .region
            .args(uop.args)
            .first()
            .and_then(|&slot| work.as_int(slot));
        let word = offset.filter(|offset| offset % 8 == 0 && *offset >= 0);
        let word = word.and_then(|offset| u32::try_from(offset / 8).ok());
        match (uop.kind, word) {
            (kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64, Some(word)) => {
                if self.overwritten.contains(&word) {
                    self.dead_stores.push(id);
                } else if self.overwritten.len() < MAX_OVERWRITTEN {
                    self.overwritten.push(word);
                }
            }
            (kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64, Some(word)) => {
                self.overwritten.retain(|known| *known != word);
            }
            // A word of the frame that is not named, or part of two: it may be any.
            _ => self.overwritten.clear(),
        }
    }

    fn mark(&mut self, work: &Work, edges: &Edges, kinds: &Kinds) {
        let region = &work.region;
        self.live.clear();
        self.live.resize(region.values.len(), false);
        self.exits.clear();
        self.exits.resize(region.exits.len(), NONE);
        let dead_stores = std::mem::take(&mut self.dead_stores);
        for (n, uop) in region.uops.iter().enumerate() {
            let stays = !kinds.get(uop.kind).removable;
            if stays && dead_stores.binary_search(&UopId(n as u32)).is_err() {
                self.use_uop(region, UopId(n as u32));
            }
        }
        self.dead_stores = dead_stores;
        for block in &region.blocks {
            match block.terminator {
                Terminator::Branch { args, .. } => {
                    region
                        .args(args)
                        .iter()
                        .for_each(|&arg| self.use_value(arg));
                }
                Terminator::Leave(exit) => self.use_exit(region, exit),
                Terminator::Jump(_) => {}
            }
        }
        while let Some(value) = self.waiting.pop() {
            match region.values[value.index()].def {
                ValueDef::Const(_) => {}
                ValueDef::Uop(uop) => {
                    if !self.live_uops[uop.index()] {
                        self.use_uop(region, uop);
                    }
                }
                ValueDef::Param(label, n) => {
                    for edge in edges.incoming(Label(label.0)) {
                        self.use_value(region.args[edge.args.start as usize + n as usize]);
                    }
                }
            }
        }
    }

    fn use_uop(&mut self, region: &Region, uop: UopId) {
        self.live_uops[uop.index()] = true;
        region
            .uop_args(uop)
            .iter()
            .for_each(|&arg| self.use_value(arg));
        if let Some(exit) = region.uops[uop.index()].exit {
            self.use_exit(region, exit);
        }
    }

    #[inline]
    fn use_value(&mut self, value: ValueId) {
        let value = self.find(value);
        if !self.live[value.index()] {
            self.live[value.index()] = true;
            self.waiting.push(value);
        }
    }

    fn use_exit(&mut self, region: &Region, exit: ExitId) {
        if std::mem::replace(&mut self.exits[exit.index()], 0) == NONE {
            region
                .snapshot(exit)
                .iter()
                .for_each(|entry| self.use_value(entry.value));
        }
    }

    fn emit(&mut self, work: &Work, edges: &Edges, out: &mut Region, report: &mut Report) {
        let region = &work.region;
        out.clear();
        self.constants.clear();
        self.values.clear();
        self.values.resize(region.values.len(), NONE);
        self.uops.clear();
        self.uops.resize(region.uops.len(), NONE);
        self.exits.fill(NONE);
        for block in &region.blocks {
            let params = self.emit_params(region, block.params, out);
            let start = out.uops.len() as u32;
            for n in block.uops.range() {
                if self.live_uops[n] {
                    self.emit_uop(work, n, out, report);
                }
            }
            let uops = Span {
                start,
                len: out.uops.len() as u32 - start,
            };
            let terminator = match block.terminator {
                Terminator::Jump(edge) => {
                    Terminator::Jump(self.emit_edge(region, edges, edge, out))
                }
                Terminator::Branch {
                    guard,
                    args,
                    then,
                    otherwise,
                } => Terminator::Branch {
                    guard,
                    args: self.emit_args(region, args, out),
                    then: self.emit_edge(region, edges, then, out),
                    otherwise: self.emit_edge(region, edges, otherwise, out),
                },
                Terminator::Leave(exit) => {
                    Terminator::Leave(self.emit_exit(work, exit, out, report))
                }
            };
            out.blocks.push(Block {
                params,
                uops,
                terminator,
            });
        }
    }

    fn emit_params(&mut self, region: &Region, params: Span, out: &mut Region) -> Span {
        let start = out.params.len() as u32;
        let block = crate::region::BlockId(out.blocks.len() as u32);
        for param in &region.params[params.range()] {
            if self.live[param.index()] && self.find(*param) == *param {
                let n = out.params.len() as u32 - start;
                let ty = region.values[param.index()].ty;
                let new = push_value(
                    out,
                    Value {
                        ty,
                        def: ValueDef::Param(block, n),
                    },
                );
                self.values[param.index()] = new.0;
                out.params.push(new);
            }
        }
        Span {
            start,
            len: out.params.len() as u32 - start,
        }
    }

    fn emit_uop(&mut self, work: &Work, n: usize, out: &mut Region, report: &mut Report) {
        let uop = work.region.uops[n];
        let id = UopId(out.uops.len() as u32);
        let args = self.emit_args(&work.region, uop.args, out);
        let exit = uop.exit.map(|exit| self.emit_exit(work, exit, out, report));
        let result = uop.result.map(|old| {
            let ty = work.region.values[old.index()].ty;
            let new = push_value(
                out,
                Value {
                    ty,
                    def: ValueDef::Uop(id),
                },
            );
            self.values[old.index()] = new.0;
            new
        });
        self.uops[n] = id.0;
        out.uops.push(Uop {
            args,
            result,
            exit,
            ..uop
        });
        report.sources.push(work.sources[n]);
    }

    #[inline]
    fn emit_value(&mut self, region: &Region, value: ValueId, out: &mut Region) -> ValueId {
        let value = self.find(value);
        if self.values[value.index()] == NONE {
            let Value { ty, def } = region.values[value.index()];
            let ValueDef::Const(bits) = def else {
                unreachable!("blocks stand in an order in which definitions come first")
            };
            self.values[value.index()] = self.constants.intern(&mut out.values, ty, bits).0;
        }
        ValueId(self.values[value.index()])
    }

    fn emit_args(&mut self, region: &Region, args: Span, out: &mut Region) -> Span {
        let start = out.args.len() as u32;
        for n in args.range() {
            let value = self.emit_value(region, region.args[n], out);
            out.args.push(value);
        }
        Span {
            start,
            len: args.len,
        }
    }

    /// An edge with the arguments of the parameters that are left.
    fn emit_edge(&mut self, region: &Region, edges: &Edges, edge: Edge, out: &mut Region) -> Edge {
        let target = edges.place_of(Label(edge.target.0));
        let start = out.args.len() as u32;
        for (n, param) in edge.args.range().zip(region.block_params(target)) {
            if self.live[param.index()] && self.find(*param) == *param {
                let value = self.emit_value(region, region.args[n], out);
                out.args.push(value);
            }
        }
        Edge {
            target,
            args: Span {
                start,
                len: out.args.len() as u32 - start,
            },
        }
    }

    fn emit_exit(
        &mut self,
        work: &Work,
        exit: ExitId,
        out: &mut Region,
        report: &mut Report,
    ) -> ExitId {
        let known = self.exits[exit.index()];
        if known != NONE {
            return ExitId(known);
        }
        let start = out.snapshots.len() as u32;
        for entry in work.region.snapshot(exit) {
            let value = self.emit_value(&work.region, entry.value, out);
            out.snapshots.push(SnapshotEntry {
                slot: entry.slot,
                value,
            });
        }
        let snapshot = Span {
            start,
            len: out.snapshots.len() as u32 - start,
        };
        let new = ExitId(out.exits.len() as u32);
        out.exits.push(Exit { snapshot });
        self.exits[exit.index()] = new.0;
        report.exits.push(work.exit_sources[exit.index()]);
        new
    }

    /// What became of an old uop, in the final region's numbers.
    pub fn fate(&self, fate: Fate) -> Fate {
        let new = |uop: UopId| match self.uops[uop.index()] {
            NONE => Err(self.dead_stores.binary_search(&uop)),
            new => Ok(UopId(new)),
        };
        let gone = |dead: Result<usize, usize>| {
            Fate::Removed(if dead.is_ok() {
                Rule::DeadStore
            } else {
                Rule::Dead
            })
        };
        match fate {
            Fate::Kept(uop) => new(uop).map_or_else(gone, Fate::Kept),
            Fate::Changed(uop, rule) => new(uop).map_or_else(gone, |uop| Fate::Changed(uop, rule)),
            Fate::Hoisted(uop) => new(uop).map_or_else(gone, Fate::Hoisted),
            Fate::Removed(rule) => Fate::Removed(rule),
        }
    }
}

fn push_value(out: &mut Region, value: Value) -> ValueId {
    let id = ValueId(out.values.len() as u32);
    out.values.push(value);
    id
}
