//! Selection: covers the uops of a region with the patterns of a library at the least total cost.
//!
//! A uop whose result is used once, in its own block, hangs in the tree of its user; everything else is the root of a
//! tree. Trees are covered by dynamic programming, one pass forward (the least cost of each uop's tree, and the
//! pattern that gives it) and one backward (which uops that leaves to others); a last pass writes the tiles. (Aho,
//! Ganapathi and Tjiang's tree tiling, as QBE and many others use it; the trees here are tiny.)
//!
//! Start with [`Selector::run`]. Selection never chooses registers and never reorders what anybody could notice.

pub mod effects;
pub mod index;
pub(crate) mod matching;
mod record;
pub mod tile;
mod writer;

use crate::compile::CompileError;
use crate::machine::Machine;
use crate::region::{Region, Span, Terminator, UopId, ValueDef, ValueId};
use index::CandidateId;
use matching::{EffectAt, Match, NOTHING, Root, Surroundings, Tree, Use};
pub use record::Alternative;
use tile::{Selection, TileExit};
use writer::{Parts, Writer};

/// The uop runs inside another one's tile.
const SWALLOWED: CandidateId = CandidateId::MAX;
/// What a constant costs that no immediate takes, in quarters of a cycle: less than the instruction that makes it, for
/// one such instruction mostly serves several uses.
const CONSTANT_COST: u32 = 2;

/// A root whose best pattern has several uops.
#[derive(Clone, Copy, Debug)]
struct Fused {
    /// Its place in [`Selector::best`].
    place: u32,
    found: Match,
}

/// The scratch memory of selection, reused from region to region.
#[derive(Debug, Default)]
pub struct Selector {
    /// By value: how often it is used, at most 255.
    counts: Vec<u8>,
    /// By value.
    uses: Vec<Use>,
    /// By uop, then by block for the guards of branches: the pattern that covers its tree best.
    best: Vec<CandidateId>,
    /// By uop.
    trees: Vec<Tree>,
    effects: Vec<EffectAt>,
    /// The roots whose best pattern has several uops, in layout order.
    fused: Vec<Fused>,
    /// Whether super-stencils may be chosen.
    pub single_only: bool,
    /// Whether to write down everything that was considered.
    pub record: bool,
    /// What was considered, when `record` is set.
    pub alternatives: Vec<Alternative>,
}

impl Selector {
    /// Covers a verified region.
    ///
    /// # Errors
    /// When the library has no pattern for a uop with its operands.
    pub fn run(
        &mut self,
        machine: &Machine,
        region: &Region,
        out: &mut Selection,
    ) -> Result<(), CompileError> {
        out.clear();
        self.count_uses(region);
        self.find_best(machine, region)?;
        self.swallow(machine);
        self.write_tiles(machine, region, out);
        Ok(())
    }

    fn count_uses(&mut self, region: &Region) {
        self.counts.clear();
        self.counts.resize(region.values.len(), 0);
        let counts = &mut self.counts;
        let mut count = |value: ValueId| {
            let n = &mut counts[value.index()];
            *n = n.saturating_add(1);
        };
        let mut all = |span: Span| {
            for &value in &region.args[span.range()] {
                count(value);
            }
        };
        for uop in &region.uops {
            all(uop.args);
        }
        for block in &region.blocks {
            match block.terminator {
                Terminator::Jump(edge) => all(edge.args),
                Terminator::Branch {
                    args,
                    then,
                    otherwise,
                    ..
                } => [args, then.args, otherwise.args]
                    .into_iter()
                    .for_each(&mut all),
                Terminator::Leave(_) => {}
            }
        }
        region.snapshots.iter().for_each(|entry| count(entry.value));
        self.uses.clear();
        let values = region.values.iter().zip(&self.counts);
        self.uses
            .extend(values.map(|(value, count)| match value.def {
                ValueDef::Uop(uop) if *count == 1 => Use::single(uop),
                ValueDef::Const(_) => Use::CONSTANT,
                _ => Use::SHARED,
            }));
    }

    /// The forward pass: the cheapest pattern for each uop's tree.
    fn find_best(&mut self, machine: &Machine, region: &Region) -> Result<(), CompileError> {
        let uops = region.uops.len();
        self.best.clear();
        self.best.resize(uops + region.blocks.len(), SWALLOWED);
        self.trees.clear();
        self.trees.reserve(uops);
        self.effects.clear();
        self.fused.clear();
        self.alternatives.clear();
        for (number, block) in region.blocks.iter().enumerate() {
            let block_start = UopId(block.uops.start);
            for (at, uop) in block.uops.range().zip(&region.uops[block.uops.range()]) {
                let root = Root {
                    kind: uop.kind,
                    args: &region.args[uop.args.range()],
                    exit: uop.exit,
                };
                let (cost, operands) = self.best_of(machine, region, root, block_start, at)?;
                self.trees.push(Tree {
                    cost,
                    operands,
                    effects_before: self.effects.len() as u32,
                });
                let set = machine.kinds[usize::from(uop.kind.0)].effects;
                if !set.is_empty() {
                    let uop = UopId(at as u32);
                    self.effects.push(EffectAt { uop, set });
                }
            }
            if let Terminator::Branch { guard, args, .. } = block.terminator {
                let root = Root {
                    kind: guard,
                    args: &region.args[args.range()],
                    exit: None,
                };
                self.best_of(machine, region, root, block_start, uops + number)?;
            }
        }
        Ok(())
    }

    /// Finds the best pattern for one root, puts it at `place` and gives the cost of the tree and that of its operands.
    /// A pattern of one uop sets the bound; one of several is taken if it costs no more.
    #[inline(always)]
    fn best_of(
        &mut self,
        machine: &Machine,
        region: &Region,
        root: Root<'_>,
        block_start: UopId,
        place: usize,
    ) -> Result<(u32, u32), CompileError> {
        let index = &machine.patterns;
        let around = Surroundings {
            index,
            region,
            kinds: &machine.kinds,
            uses: &self.uses,
            trees: &self.trees,
            effects: &self.effects,
            block_start,
        };
        let shape = around.shape(root.args);
        let (first, singles) = index.singles_with(root.kind, shape.constants);
        let (mut best, mut cost) = (SWALLOWED, u32::MAX);
        for (id, candidate) in (first..).zip(singles) {
            if candidate.constants & !shape.constants == 0 && around.fits(candidate, root.args) {
                (best, cost) = (id, shape.total(candidate));
                break;
            }
        }
        if shape.results != 0
            && !self.single_only
            && let Some(found) = around.best_fused(root, shape, cost)
        {
            (best, cost) = (found.candidate, found.cost);
            let place = place as u32;
            self.fused.push(Fused { place, found });
        }
        if self.record {
            let alternatives = &mut self.alternatives;
            record::consider(alternatives, &around, root, shape, self.single_only, place);
        }
        if best == SWALLOWED {
            return Err(CompileError::NoPattern(root.kind));
        }
        self.best[place] = best;
        Ok((cost, shape.cost))
    }

    /// The backward pass: marks the uops that others swallow. Only patterns of several uops matter.
    fn swallow(&mut self, machine: &Machine) {
        for fused in self.fused.iter().rev() {
            let id = self.best[fused.place as usize];
            if id == SWALLOWED {
                continue;
            }
            let last = usize::from(machine.patterns.candidate(id).step_count) - 1;
            for member in &fused.found.members[..last] {
                self.best[member.index()] = SWALLOWED;
            }
        }
    }

    /// The last pass: the tiles, in layout order.
    fn write_tiles(&self, machine: &Machine, region: &Region, out: &mut Selection) {
        out.tiles.reserve(self.best.len());
        let mut writer = Writer {
            machine,
            region,
            out,
        };
        let mut fused = &self.fused[..];
        for (number, block) in region.blocks.iter().enumerate() {
            let start = writer.out.tiles.len() as u32;
            for at in block.uops.range() {
                let uop = &region.uops[at];
                let parts = Parts {
                    root: Some(UopId(at as u32)),
                    args: &region.args[uop.args.range()],
                    members: &NOTHING,
                    result: uop.result,
                    exit: uop.exit.map_or(TileExit::None, TileExit::Exit),
                };
                self.write(&mut writer, &mut fused, at, parts);
            }
            if let Terminator::Branch { args, .. } = block.terminator {
                let parts = Parts {
                    root: None,
                    args: &region.args[args.range()],
                    members: &NOTHING,
                    result: None,
                    exit: TileExit::Otherwise,
                };
                let place = region.uops.len() + number;
                self.write(&mut writer, &mut fused, place, parts);
            }
            let len = writer.out.tiles.len() as u32 - start;
            writer.out.blocks.push(Span { start, len });
        }
    }

    /// Writes the tile of the root at `place`, unless others have swallowed it. `fused` are the matches from there on.
    #[inline]
    fn write<'p>(
        &'p self,
        writer: &mut Writer<'_>,
        fused: &mut &'p [Fused],
        place: usize,
        mut parts: Parts<'p>,
    ) {
        let matched = fused.first().filter(|first| first.place as usize == place);
        if matched.is_some() {
            *fused = &fused[1..];
        }
        let best = self.best[place];
        if best == SWALLOWED {
            return;
        }
        let candidate = writer.machine.patterns.candidate(best);
        if let Some(matched) = matched {
            let last = usize::from(candidate.step_count) - 1;
            parts.members = &matched.found.members;
            if parts.exit == TileExit::None {
                let mut members = matched.found.members[..last].iter();
                let exit = members.find_map(|uop| writer.region.uops[uop.index()].exit);
                parts.exit = exit.map_or(TileExit::None, TileExit::Exit);
            }
        }
        writer.tile(candidate, parts);
    }
}
