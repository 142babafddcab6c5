//! The last passes: stores to the frame that nobody sees go, then everything that nobody uses, upper halves that nobody
//! looks at ([`mod@super::halves`]), and what is left moves up ([`mod@super::compact`]). A value is used when something that must stay leads to it: effects, guards,
//! branches, snapshots. Block parameters count only when the block's own uops (or something else in use) need them, so
//! what a loop merely hands round goes as well.
//!
//! Definitions stand before their uses, so one walk backward finds nearly all that is used; only what goes round a loop
//! has to wait for its end. Start with [`Finish::run`].

use super::Task;
use super::compact::compact;
use super::edges::{Edges, Label};
use super::halves::Halves;
use super::kinds::Kinds;
use super::report::{Fate, Report, Rule};
use super::stores::DeadStores;
use super::work::Work;
use crate::region::{RegionData, Span, Terminator, UopId, Uses, ValueDef, ValueId};

/// What stays.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// How often values are used by what stays; those that do not stay are not used.
    pub values: Uses,
    pub uops: Vec<bool>,
    /// By place in the region's pool of parameters: those whose edges have been looked at.
    params: Vec<bool>,
}

impl Live {
    fn reset(&mut self, region: &RegionData) {
        self.values.reset(region.values.len());
        self.uops.clear();
        self.uops.resize(region.uops.len(), true);
        self.params.clear();
        self.params.resize(region.params.len(), false);
    }
}

/// Memory of the last passes.
#[derive(Debug, Default)]
pub(super) struct Finish {
    live: Live,
    /// For each value the one to use instead, for parameters that are always another value. Empty when there is no such
    /// parameter.
    instead: Vec<ValueId>,
    dead_stores: DeadStores,
    halves: Halves,
    /// Whether a uop stays that may be cheaper where upper halves do not matter.
    dear: bool,
    /// Values in use whose definitions the walk backward has passed without knowing.
    waiting: Vec<ValueId>,
    /// For each uop of the work region how many live ones stand before it; only for a report.
    places: Vec<u32>,
}

impl Finish {
    /// Makes the final region out of the work region, which is left empty.
    pub fn run(
        &mut self,
        work: &mut Work,
        edges: &Edges,
        task: Task<'_>,
        out: &mut RegionData,
        report: &mut Report,
    ) {
        self.same_params(&work.region, edges);
        if !self.instead.is_empty() {
            self.replace(&mut work.region);
        }
        self.mark(work, edges, task.kinds);
        self.halves.clear();
        if self.dear {
            self.halves.run(&mut work.region, &mut self.live, edges);
            self.leave_out_extensions(&mut work.region);
        }
        if task.account {
            self.account(work, report);
        }
        report.exits.extend_from_slice(&work.exit_sources);
        std::mem::swap(&mut work.region, out);
        compact(out, edges, &self.live);
        if task.account {
            *out = out.tidy();
            self.live.values.count(out);
        }
    }

    /// How often the values of the final region are used.
    pub fn uses(&self) -> &Uses {
        &self.live.values
    }

    /// Parameters that have the same value on every edge, or themselves on a loop's: no parameters at all.
    fn same_params(&mut self, region: &RegionData, edges: &Edges) {
        self.instead.clear();
        for &param in &region.params {
            let Some((label, n)) = region.values[param.index()].as_param() else {
                continue;
            };
            let mut same = None;
            let mut agree = true;
            for edge in edges.incoming(Label(label.0)) {
                let arg = region.args[edge.args.start as usize + n as usize];
                let arg = self.find(arg);
                if arg != param {
                    agree &= same.is_none_or(|same| same == arg);
                    same = Some(arg);
                }
            }
            if let (Some(same), true) = (same, agree) {
                self.put_instead(region, param, same);
            }
        }
    }

    /// Another value is to be used for this one.
    fn put_instead(&mut self, region: &RegionData, value: ValueId, instead: ValueId) {
        if self.instead.is_empty() {
            let all = 0..region.values.len();
            self.instead.extend(all.map(|n| ValueId(n as u32)));
        }
        self.instead[value.index()] = instead;
    }

    /// Puts operands in the place of what only extends them, for those who do not look.
    fn leave_out_extensions(&mut self, region: &mut RegionData) {
        // From the last to the first: an operand that is an extension itself hands on what it got.
        for n in (0..self.halves.replaced.len()).rev() {
            let (result, operand) = self.halves.replaced[n];
            self.live.values.hand_on(result, operand);
            self.put_instead(region, result, operand);
        }
        if !self.halves.replaced.is_empty() {
            self.replace(region);
        }
    }

    /// The value to use for this one.
    fn find(&self, mut value: ValueId) -> ValueId {
        while let Some(&instead) = self.instead.get(value.index())
            && instead != value
        {
            value = instead;
        }
        value
    }

    /// Puts the values to use in the place of others; nobody uses these then.
    fn replace(&self, region: &mut RegionData) {
        for arg in &mut region.args {
            *arg = self.find(*arg);
        }
        for entry in &mut region.snapshots {
            entry.value = self.find(entry.value);
        }
    }

    /// Finds what stays.
    fn mark(&mut self, work: &Work, edges: &Edges, kinds: &Kinds) {
        let region = &work.region;
        self.live.reset(region);
        self.dear = false;
        self.dead_stores.clear();
        // Exits are there only for what leaves by them, and that stays.
        let mut values = self.live.values.counts();
        for entry in &region.snapshots {
            values.add(entry.value);
        }
        for (place, block) in region.blocks.iter().enumerate().rev() {
            self.dead_stores.enter(region, &block.terminator);
            if let Terminator::Branch { args, .. } = block.terminator {
                for &arg in region.args(args) {
                    self.live.values.add(arg);
                }
            }
            self.mark_uops(work, block.uops, kinds);
            for &param in &region.params[block.params.range()] {
                if self.live.values.any(param) {
                    self.pass_on(region, edges, param, place);
                }
            }
        }
        self.mark_rounds(region, edges, kinds);
    }

    /// Finds which uops of a block do not stay, from the last to the first.
    #[inline(never)]
    fn mark_uops(&mut self, work: &Work, uops: Span, kinds: &Kinds) {
        let region = &work.region;
        let mut values = self.live.values.counts();
        let mut dear = false;
        let mut id = UopId(uops.start + uops.len);
        for uop in region.uops[uops.range()].iter().rev() {
            id.0 -= 1;
            let info = kinds.get(uop.kind);
            if info.sees_stores && self.dead_stores.is_dead(work, id, uop, info)
                || info.removable && !values.any_of(uop.result)
            {
                self.live.uops[id.index()] = false;
                continue;
            }
            if !info.removable
                && let Some(result) = uop.result.get()
            {
                values.keep(result);
            }
            dear |= info.dear;
            match *region.args(uop.args) {
                [a] => values.add(a),
                [a, b] => [a, b].into_iter().for_each(|arg| values.add(arg)),
                ref args => args.iter().for_each(|arg| values.add(*arg)),
            }
        }
        self.dear |= dear;
    }

    /// Finds what is used only by what goes round a loop.
    fn mark_rounds(&mut self, region: &RegionData, edges: &Edges, kinds: &Kinds) {
        while let Some(value) = self.waiting.pop() {
            match region.def(value) {
                ValueDef::Const(_) => {}
                ValueDef::Uop(id) => {
                    if !std::mem::replace(&mut self.live.uops[id.index()], true) {
                        self.dear |= kinds.get(region.uops[id.index()].kind).dear;
                        for &arg in region.uop_args(id) {
                            self.use_late(arg);
                        }
                    }
                }
                ValueDef::Param(..) => self.pass_on(region, edges, value, 0),
            }
        }
    }

    /// A parameter is used, so what its edges give it is, each once. The walk backward is at the block at `place`: it comes to what
    /// earlier blocks give, the rest has to wait.
    fn pass_on(&mut self, region: &RegionData, edges: &Edges, param: ValueId, place: usize) {
        let Some((label, n)) = region.values[param.index()].as_param() else {
            return;
        };
        let block = &region.blocks[edges.place_of(Label(label.0)).index()];
        let place_of_param = block.params.start as usize + n as usize;
        if std::mem::replace(&mut self.live.params[place_of_param], true) {
            return;
        }
        for edge in edges.incoming(Label(label.0)) {
            let arg = region.args[edge.args.start as usize + n as usize];
            if edge.from < place {
                self.live.values.add(arg);
            } else {
                self.use_late(arg);
            }
        }
    }

    fn use_late(&mut self, value: ValueId) {
        if !self.live.values.any(value) {
            self.waiting.push(value);
        }
        self.live.values.add(value);
    }

    /// Accounts for the uops that stay.
    fn account(&mut self, work: &Work, report: &mut Report) {
        self.places.clear();
        for (&source, &live) in work.sources.iter().zip(&self.live.uops) {
            self.places.push(report.sources.len() as u32);
            if live {
                report.sources.push(source);
            }
        }
    }

    /// What became of an old uop, in the final region's numbers.
    pub fn fate(&self, fate: Fate) -> Fate {
        let new = |uop: UopId| {
            if self.live.uops[uop.index()] {
                return Ok(UopId(self.places[uop.index()]));
            }
            Err(Fate::Removed(if self.dead_stores.found(uop) {
                Rule::DeadStore
            } else if self.halves.has_changed(uop) {
                Rule::UpperHalf
            } else {
                Rule::Dead
            }))
        };
        match fate {
            Fate::Kept(uop) if self.halves.has_changed(uop) => {
                let changed = |uop| Fate::Changed(uop, Rule::UpperHalf);
                new(uop).map_or_else(|gone| gone, changed)
            }
            Fate::Kept(uop) => new(uop).map_or_else(|gone| gone, Fate::Kept),
            Fate::Changed(uop, rule) => {
                new(uop).map_or_else(|gone| gone, |uop| Fate::Changed(uop, rule))
            }
            Fate::Hoisted(uop) => new(uop).map_or_else(|gone| gone, Fate::Hoisted),
            Fate::Removed(rule) => Fate::Removed(rule),
        }
    }
}
