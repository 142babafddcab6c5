//! The last passes: stores to the frame that nobody sees go, then everything that nobody uses, and what is left gets
//! its numbers ([`mod@super::emit`]). A value is used when something that must stay leads to it: effects, guards,
//! branches, snapshots. Block parameters count only when the block's own uops (or something else in use) need them, so
//! what a loop merely hands round goes as well.
//!
//! Definitions stand before their uses, so one walk backward finds nearly all that is used; only what goes round a loop
//! has to wait for its end. Start with [`Finish::run`].

use super::Task;
use super::edges::{Edges, Label};
use super::emit::Emit;
use super::kinds::{Kind, Kinds};
use super::report::{Fate, Report, Rule};
use super::work::Work;
use crate::faults::{Fault, planted};
use crate::region::{ExitId, RegionData, Terminator, Uop, UopId, ValueDef, ValueId};
use stencils::uops::kind;

/// The most frame words whose stores are followed at once.
const MAX_OVERWRITTEN: usize = 32;

/// What stays.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// For each value of the work region: the one to use instead, for parameters that are always another value. Empty
    /// when there is no such parameter.
    instead: Vec<ValueId>,
    pub values: Vec<bool>,
    pub uops: Vec<bool>,
    exits: Vec<bool>,
}

impl Live {
    /// The value to use for this one.
    #[inline]
    pub fn find(&self, mut value: ValueId) -> ValueId {
        while let Some(&instead) = self.instead.get(value.index())
            && instead != value
        {
            value = instead;
        }
        value
    }

    /// Whether a parameter stays one.
    pub fn keeps(&self, param: ValueId) -> bool {
        self.values[param.index()] && self.find(param) == param
    }
}

/// Memory of the last passes.
#[derive(Debug, Default)]
pub(super) struct Finish {
    live: Live,
    emit: Emit,
    dead_stores: Vec<UopId>,
    /// Values whose definitions have not been looked at yet.
    waiting: Vec<ValueId>,
    /// Uops from here on have been passed by the walk backward.
    passed: u32,
    overwritten: Vec<u32>,
}

impl Finish {
    /// Makes the final region out of the work region.
    pub fn run(
        &mut self,
        work: &Work,
        edges: &Edges,
        task: Task<'_>,
        out: &mut RegionData,
        report: &mut Report,
    ) {
        self.same_params(work, edges);
        self.mark(work, edges, task.kinds);
        if task.account {
            let kept = (work.sources.iter().zip(&self.live.uops)).filter(|(_, live)| **live);
            report.sources.extend(kept.map(|(source, _)| *source));
        }
        self.emit
            .run(work, edges, &self.live, out, &mut report.exits);
    }

    /// Parameters that have the same value on every edge, or themselves on a loop's: no parameters at all.
    fn same_params(&mut self, work: &Work, edges: &Edges) {
        self.live.instead.clear();
        for &param in &work.region.params {
            let ValueDef::Param(label, n) = work.region.values[param.index()].def else {
                continue;
            };
            let mut same = None;
            let mut agree = true;
            for edge in edges.incoming(Label(label.0)) {
                let arg = work.region.args[edge.args.start as usize + n as usize];
                let arg = self.live.find(arg);
                if arg != param {
                    agree &= same.is_none_or(|same| same == arg);
                    same = Some(arg);
                }
            }
            if let (Some(same), true) = (same, agree) {
                if self.live.instead.is_empty() {
                    let all = 0..work.region.values.len();
                    self.live.instead.extend(all.map(|n| ValueId(n as u32)));
                }
                self.live.instead[param.index()] = same;
            }
        }
    }

    /// Finds what stays.
    fn mark(&mut self, work: &Work, edges: &Edges, kinds: &Kinds) {
        let region = &work.region;
        let reset = |flags: &mut Vec<bool>, len| {
            flags.clear();
            flags.resize(len, false);
        };
        reset(&mut self.live.values, region.values.len());
        reset(&mut self.live.uops, region.uops.len());
        reset(&mut self.live.exits, region.exits.len());
        self.dead_stores.clear();
        for block in region.blocks.iter().rev() {
            self.passed = block.uops.start + block.uops.len;
            self.overwritten.clear();
            match block.terminator {
                Terminator::Branch { args, .. } => {
                    for &arg in region.args(args) {
                        self.use_value(region, arg);
                    }
                }
                Terminator::Leave(exit) => {
                    let words = region.snapshot(exit).iter().map(|entry| entry.slot);
                    self.overwritten.extend(words.take(MAX_OVERWRITTEN));
                    self.use_exit(region, exit);
                }
                Terminator::Jump(_) => {}
            }
            for (n, uop) in block
                .uops
                .range()
                .zip(&region.uops[block.uops.range()])
                .rev()
            {
                self.passed = n as u32;
                let info = kinds.get(uop.kind);
                let seen = !self.is_overwritten(work, UopId(n as u32), uop, info);
                let used = |value: ValueId| self.live.values[value.index()];
                if seen && !info.removable || uop.result.is_some_and(used) {
                    self.use_uop(region, UopId(n as u32), uop);
                }
            }
        }
        self.passed = 0;
        while let Some(value) = self.waiting.pop() {
            match region.values[value.index()].def {
                ValueDef::Const(_) => {}
                ValueDef::Uop(id) => {
                    if !self.live.uops[id.index()] {
                        self.use_uop(region, id, &region.uops[id.index()]);
                    }
                }
                ValueDef::Param(label, n) => {
                    for edge in edges.incoming(Label(label.0)) {
                        let arg = region.args[edge.args.start as usize + n as usize];
                        self.use_value(region, arg);
                    }
                }
            }
        }
        self.dead_stores.reverse();
    }

    /// Whether a uop stores to a frame word that is written again before anything reads it or leaves; `overwritten` are
    /// the words for which that is so behind the uop, and before it afterwards.
    #[inline]
    fn is_overwritten(&mut self, work: &Work, id: UopId, uop: &Uop, info: &Kind) -> bool {
        let touches = info.reads_frame || info.writes_frame;
        if !touches && self.overwritten.is_empty() {
            return false;
        }
        if let Some(exit) = uop.exit
            && !planted(Fault::ExitsSeeNoStores)
        {
            let snapshot = work.region.snapshot(exit);
            self.overwritten
                .retain(|word| snapshot.iter().any(|e| e.slot == *word));
        }
        touches && self.frame_access(work, id, uop)
    }

    fn frame_access(&mut self, work: &Work, id: UopId, uop: &Uop) -> bool {
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
                    return true;
                }
                if self.overwritten.len() < MAX_OVERWRITTEN {
                    self.overwritten.push(word);
                }
            }
            (kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64, Some(word)) => {
                self.overwritten.retain(|known| *known != word);
            }
            // A word of the frame that is not named, or part of two: it may be any.
            _ => self.overwritten.clear(),
        }
        false
    }

    #[inline]
    fn use_uop(&mut self, region: &RegionData, id: UopId, uop: &Uop) {
        self.live.uops[id.index()] = true;
        for &arg in region.args(uop.args) {
            self.use_value(region, arg);
        }
        if let Some(exit) = uop.exit {
            self.use_exit(region, exit);
        }
    }

    /// A value is used. If its definition is still to come in the walk backward, that will see it.
    #[inline]
    fn use_value(&mut self, region: &RegionData, value: ValueId) {
        let value = self.live.find(value);
        if std::mem::replace(&mut self.live.values[value.index()], true) {
            return;
        }
        let waits = match region.values[value.index()].def {
            ValueDef::Const(_) => false,
            ValueDef::Uop(uop) => uop.0 >= self.passed,
            ValueDef::Param(..) => true,
        };
        if waits {
            self.waiting.push(value);
        }
    }

    #[inline]
    fn use_exit(&mut self, region: &RegionData, exit: ExitId) {
        if !std::mem::replace(&mut self.live.exits[exit.index()], true) {
            for entry in region.snapshot(exit) {
                self.use_value(region, entry.value);
            }
        }
    }

    /// What became of an old uop, in the final region's numbers.
    pub fn fate(&self, fate: Fate) -> Fate {
        let new = |uop: UopId| {
            self.emit.uop(uop).ok_or_else(|| {
                let dead_store = self.dead_stores.binary_search(&uop).is_ok();
                Fate::Removed(if dead_store {
                    Rule::DeadStore
                } else {
                    Rule::Dead
                })
            })
        };
        match fate {
            Fate::Kept(uop) => new(uop).map_or_else(|gone| gone, Fate::Kept),
            Fate::Changed(uop, rule) => {
                new(uop).map_or_else(|gone| gone, |uop| Fate::Changed(uop, rule))
            }
            Fate::Hoisted(uop) => new(uop).map_or_else(|gone| gone, Fate::Hoisted),
            Fate::Removed(rule) => Fate::Removed(rule),
        }
    }
}
