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
use crate::region::{ExitId, Region, Span, Terminator, UopId, ValueDef, ValueId};
use index::{CandidateId, MAX_OPERANDS, MAX_STEPS};
use matching::{EffectAt, Match, Members, Root, Shape, Surroundings};
pub use record::Alternative;
use std::cmp::Reverse;
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
    exit: Option<ExitId>,
    members: Members,
}

/// The scratch memory of selection, reused from region to region.
#[derive(Debug, Default)]
pub struct Selector {
    /// By value: how often it is used, at most 255.
    uses: Vec<u8>,
    /// By uop, then by block for the guards of branches: the pattern that covers its tree best.
    best: Vec<CandidateId>,
    /// By uop: the least cost of its tree.
    costs: Vec<u32>,
    /// By uop: how many effects stand before it.
    marks: Vec<u32>,
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
        self.uses.clear();
        self.uses.resize(region.values.len(), 0);
        let uses = &mut self.uses;
        let mut count = |value: ValueId| {
            let n = &mut uses[value.index()];
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
    }

    /// The forward pass: the cheapest pattern for each uop's tree.
    fn find_best(&mut self, machine: &Machine, region: &Region) -> Result<(), CompileError> {
        let uops = region.uops.len();
        self.best.clear();
        self.best.resize(uops + region.blocks.len(), SWALLOWED);
        self.costs.clear();
        self.marks.clear();
        self.effects.clear();
        self.fused.clear();
        self.alternatives.clear();
        for (number, block) in region.blocks.iter().enumerate() {
            let block_start = UopId(block.uops.start);
            for at in block.uops.range() {
                let uop = &region.uops[at];
                let root = Root {
                    kind: uop.kind,
                    args: &region.args[uop.args.range()],
                    exit: uop.exit,
                };
                let cost = self.best_of(machine, region, root, block_start, at)?;
                self.costs.push(cost);
                self.marks.push(self.effects.len() as u32);
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

    /// Finds the best pattern for one root, puts it at `place` and gives the cost of the tree. A pattern of one uop
    /// sets the bound; one of several is only matched if it alone costs no more, and taken if with all that hangs in it
    /// it costs no more.
    #[inline]
    fn best_of(
        &mut self,
        machine: &Machine,
        region: &Region,
        root: Root<'_>,
        block_start: UopId,
        place: usize,
    ) -> Result<u32, CompileError> {
        let index = &machine.patterns;
        let around = Surroundings {
            index,
            region,
            kinds: &machine.kinds,
            uses: &self.uses,
            costs: &self.costs,
            effects: &self.effects,
            marks: &self.marks,
            block_start,
        };
        let (mut constants, mut results, mut operands) = (0u8, 0u8, 0u32);
        for (i, value) in root.args.iter().take(MAX_OPERANDS).enumerate() {
            match region.values[value.index()].def {
                ValueDef::Const(_) => {
                    constants |= 1 << i;
                    operands += CONSTANT_COST;
                }
                ValueDef::Uop(uop) if self.uses[value.index()] == 1 && uop >= block_start => {
                    results |= 1 << i;
                    operands += self.costs[uop.index()];
                }
                _ => {}
            }
        }
        let (first, singles) = index.singles(root.kind);
        let (mut best, mut cost) = (SWALLOWED, u32::MAX);
        for (id, candidate) in (first..).zip(singles) {
            if candidate.constants & !constants == 0 && around.fits(candidate, root.args) {
                best = id;
                cost = candidate.cost + operands - CONSTANT_COST * candidate.constants.count_ones();
                break;
            }
        }
        let shape = Shape { constants, results };
        if results != 0
            && index.fuses(root.kind)
            && !self.single_only
            && let Some((id, found)) = best_fused(&around, root, shape, cost)
        {
            (best, cost) = (id, found.cost);
            self.fused.push(Fused {
                place: place as u32,
                exit: found.exit,
                members: found.members,
            });
        }
        if self.record {
            let single_only = self.single_only;
            let alternatives = &mut self.alternatives;
            let known = (shape, operands);
            record::consider(alternatives, &around, root, known, single_only, place);
        }
        if best == SWALLOWED {
            return Err(CompileError::NoPattern(root.kind));
        }
        self.best[place] = best;
        Ok(cost)
    }

    /// The backward pass: marks the uops that others swallow. Only patterns of several uops matter.
    fn swallow(&mut self, machine: &Machine) {
        for fused in self.fused.iter().rev() {
            let id = self.best[fused.place as usize];
            if id == SWALLOWED {
                continue;
            }
            let last = usize::from(machine.patterns.candidate(id).step_count) - 1;
            for member in &fused.members[..last] {
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
        let alone: Members = [UopId(0); MAX_STEPS - 1];
        for (number, block) in region.blocks.iter().enumerate() {
            let start = writer.out.tiles.len() as u32;
            for at in block.uops.range() {
                let uop = &region.uops[at];
                let parts = Parts {
                    uop: Some(UopId(at as u32)),
                    args: &region.args[uop.args.range()],
                    members: &alone,
                    result: uop.result,
                    exit: uop.exit.map_or(TileExit::None, TileExit::Exit),
                };
                self.write(&mut writer, &mut fused, at, parts);
            }
            if let Terminator::Branch { args, .. } = block.terminator {
                let parts = Parts {
                    uop: None,
                    args: &region.args[args.range()],
                    members: &alone,
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
        if let Some(matched) = matched {
            parts.members = &matched.members;
            if let (TileExit::None, Some(exit)) = (parts.exit, matched.exit) {
                parts.exit = TileExit::Exit(exit);
            }
        }
        writer.tile(writer.machine.patterns.candidate(best), parts);
    }
}

/// The best pattern of several uops at a root, if one costs no more than the bound. Of equal ones it is the larger.
fn best_fused(
    around: &Surroundings<'_>,
    root: Root<'_>,
    shape: Shape,
    bound: u32,
) -> Option<(CandidateId, Match)> {
    let mut best: Option<(CandidateId, Match)> = None;
    let mut rank = (bound, Reverse(0));
    for (id, candidate) in shape.fused(around, root) {
        let size = Reverse(candidate.step_count);
        if candidate.cost <= rank.0
            && let Some(found) = around.matches(candidate, root)
            && (found.cost, size) < rank
        {
            rank = (found.cost, size);
            best = Some((id, found));
        }
    }
    best
}
