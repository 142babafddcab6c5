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
use index::{Candidate, MAX_OPERANDS};
use matching::{Binding, EffectAt, Root, Surroundings, matches};
pub use record::Alternative;
use stencils::library::{PatternArg, PatternId};
use tile::{Selection, TileExit};
use writer::{Writer, constant};

/// The uop runs inside another one's tile.
const SWALLOWED: PatternId = PatternId(u32::MAX);
/// What a constant costs that no immediate takes, in quarters of a cycle: less than the instruction that makes it, for
/// one such instruction mostly serves several uses.
const CONSTANT_COST: u32 = 2;

/// A root whose best pattern has several uops.
#[derive(Clone, Copy, Debug)]
struct Fused {
    /// Its place in [`Selector::best`].
    place: u32,
    binding: Binding,
}

/// The scratch memory of selection, reused from region to region.
#[derive(Debug, Default)]
pub struct Selector {
    /// By value: how often it is used (2 stands for more).
    uses: Vec<u8>,
    /// By uop, then by block for the guards of branches: the pattern that covers its tree best.
    best: Vec<PatternId>,
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
            *n = (*n + 1).min(2);
        };
        let args = |span: Span| region.args[span.range()].iter().copied();
        for uop in &region.uops {
            args(uop.args).for_each(&mut count);
        }
        for block in &region.blocks {
            match block.terminator {
                Terminator::Jump(edge) => args(edge.args).for_each(&mut count),
                Terminator::Branch {
                    args: operands,
                    then,
                    otherwise,
                    ..
                } => {
                    args(operands)
                        .chain(args(then.args))
                        .chain(args(otherwise.args))
                        .for_each(&mut count);
                }
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
        self.costs.resize(uops, 0);
        self.marks.clear();
        self.marks.resize(uops, 0);
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
                self.costs[at] = cost;
                self.marks[at] = self.effects.len() as u32;
                let set = machine.kinds[uop.kind.0 as usize].effects;
                if !set.is_empty() {
                    self.effects.push(EffectAt {
                        uop: UopId(at as u32),
                        set,
                    });
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

    /// Finds the best pattern for one root, puts it at `place` and gives the cost of the tree.
    #[inline]
    fn best_of(
        &mut self,
        machine: &Machine,
        region: &Region,
        root: Root<'_>,
        block_start: UopId,
        place: usize,
    ) -> Result<u32, CompileError> {
        let around = Surroundings {
            region,
            kinds: &machine.kinds,
            uses: &self.uses,
            effects: &self.effects,
            marks: &self.marks,
            block_start,
        };
        let (mut constants, mut results, mut operands) = (0u8, 0u8, 0u32);
        let mut children = [root.kind; MAX_OPERANDS];
        for (i, value) in root.args.iter().enumerate() {
            match region.values[value.index()].def {
                ValueDef::Const(_) => {
                    constants |= 1 << i;
                    operands += CONSTANT_COST;
                }
                _ => {
                    if let Some(uop) = around.swallowable(*value) {
                        results |= 1 << i;
                        children[i] = region.uops[uop.index()].kind;
                        operands += self.costs[uop.index()];
                    }
                }
            }
        }
        let mut best: Option<(u32, &Candidate)> = None;
        let mut bound = None;
        for candidate in machine.patterns.candidates(root.kind) {
            if candidate.constants & !constants != 0
                || candidate.results & !results != 0
                || candidate
                    .child
                    .is_some_and(|(arg, kind)| children[arg as usize] != kind)
                || (self.single_only && candidate.step_count > 1)
            {
                continue;
            }
            let (cost, binding) = if candidate.simple {
                if !accepts_constants(machine, region, candidate, root.args) {
                    continue;
                }
                let folded = CONSTANT_COST * candidate.constants.count_ones();
                (candidate.cost + operands - folded, None)
            } else {
                let Some(binding) = matches(&machine.patterns, candidate, &around, root) else {
                    continue;
                };
                let inputs = &binding.inputs[..candidate.input_count as usize];
                let cost = inputs
                    .iter()
                    .fold(candidate.cost, |sum, v| sum + self.input_cost(&around, *v));
                (cost, Some(binding))
            };
            if self.record {
                self.alternatives.push(Alternative {
                    place: place as u32,
                    pattern: candidate.pattern,
                    cost,
                });
            }
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, candidate));
                bound = binding;
            }
        }
        let Some((cost, candidate)) = best else {
            return Err(CompileError::NoPattern(root.kind));
        };
        self.best[place] = candidate.pattern;
        if let Some(binding) = bound {
            self.fused.push(Fused {
                place: place as u32,
                binding,
            });
        }
        Ok(cost)
    }

    /// What an input adds to the cost of a tree: its own tree's cost if it hangs in this one.
    #[inline]
    fn input_cost(&self, around: &Surroundings<'_>, input: ValueId) -> u32 {
        match around.region.values[input.index()].def {
            ValueDef::Const(_) => CONSTANT_COST,
            _ => around
                .swallowable(input)
                .map_or(0, |uop| self.costs[uop.index()]),
        }
    }

    /// The backward pass: marks the uops that others swallow. Only patterns of several uops matter.
    fn swallow(&mut self, machine: &Machine) {
        for fused in self.fused.iter().rev() {
            let pattern = self.best[fused.place as usize];
            if pattern == SWALLOWED {
                continue;
            }
            let steps = machine.patterns.candidate(pattern).step_count as usize;
            for member in &fused.binding.members[..steps - 1] {
                self.best[member.index()] = SWALLOWED;
            }
        }
    }

    /// The last pass: the tiles, in layout order.
    fn write_tiles(&self, machine: &Machine, region: &Region, out: &mut Selection) {
        let mut writer = Writer {
            machine,
            region,
            fused: &self.fused,
            out,
        };
        let uops = region.uops.len();
        for (number, block) in region.blocks.iter().enumerate() {
            let start = writer.out.tiles.len() as u32;
            for at in block.uops.range() {
                let pattern = self.best[at];
                if pattern == SWALLOWED {
                    continue;
                }
                let uop = &region.uops[at];
                let exit = uop.exit.map_or(TileExit::None, TileExit::Exit);
                let args = &region.args[uop.args.range()];
                writer.tile(at, Some(UopId(at as u32)), pattern, args, uop.result, exit);
            }
            if let Terminator::Branch { args, .. } = block.terminator {
                let place = uops + number;
                let args = &region.args[args.range()];
                writer.tile(
                    place,
                    None,
                    self.best[place],
                    args,
                    None,
                    TileExit::Otherwise,
                );
            }
            let len = writer.out.tiles.len() as u32 - start;
            writer.out.blocks.push(Span { start, len });
        }
    }
}

/// Whether the immediates of a candidate of one uop take the constants among these operands.
#[inline]
fn accepts_constants(
    machine: &Machine,
    region: &Region,
    candidate: &Candidate,
    args: &[ValueId],
) -> bool {
    if candidate.constants == 0 {
        return true;
    }
    let step = machine.patterns.steps(candidate)[0];
    machine
        .patterns
        .args(&step)
        .iter()
        .zip(args)
        .all(|(arg, value)| match *arg {
            PatternArg::Imm(n) => machine
                .patterns
                .accepts(candidate, n, constant(region, *value)),
            _ => true,
        })
}
