//! Selection: covers the uops of a region with the patterns of a library at the least total cost.
//!
//! A uop whose result is used once, in its own block, hangs in the tree of its user; everything else is the root of a
//! tree. Trees are covered by dynamic programming: one pass forward finds, for each uop's tree, the least cost and the
//! pattern that gives it, and writes its tile; then the tiles of the uops that others run no longer stand. (Aho,
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
use crate::region::{Region, Span, Terminator, Uop, UopId, ValueId};
use index::Candidate;
use matching::{EffectAt, Match, Root, Surroundings, Tree, Use};
pub use record::Alternative;
use tile::{Selection, Tile};
use writer::Writer;

/// What a constant costs that no immediate takes, in quarters of a cycle: less than the instruction that makes it, for
/// one such instruction mostly serves several uses.
const CONSTANT_COST: u32 = 2;

/// The scratch memory of selection, reused from region to region.
#[derive(Debug, Default)]
pub struct Selector {
    /// By value.
    uses: Vec<Use>,
    /// By uop.
    trees: Vec<Tree>,
    effects: Vec<EffectAt>,
    /// The tiles of several uops, in layout order.
    fused: Vec<u32>,
    /// Whether super-stencils may be chosen.
    pub single_only: bool,
    /// Whether to write down everything that was considered.
    pub record: bool,
    /// What was considered, when `record` is set.
    pub alternatives: Vec<Alternative>,
}

/// What was chosen for a root.
struct Chosen<'m> {
    candidate: &'m Candidate,
    /// The cost of its tree.
    cost: u32,
    /// What of that its operands cost when it is taken alone.
    operands: u32,
    /// The other uops, when the pattern has several.
    fused: Option<Match>,
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
        self.cover(machine, region, out)?;
        self.swallow(out);
        Ok(())
    }

    fn count_uses(&mut self, region: &Region) {
        self.uses.clear();
        let values = region.values.iter();
        self.uses.extend(values.map(|value| Use::new(value.def)));
        let uses = &mut self.uses[..];
        let mut count = |value: ValueId| {
            let known = &mut uses[value.index()];
            *known = known.again();
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

    /// The forward pass: the cheapest pattern for each uop's tree, and its tile.
    fn cover(
        &mut self,
        machine: &Machine,
        region: &Region,
        out: &mut Selection,
    ) -> Result<(), CompileError> {
        self.trees.clear();
        self.trees.reserve(region.uops.len());
        self.effects.clear();
        self.fused.clear();
        self.alternatives.clear();
        out.tiles.reserve(region.uops.len() + region.blocks.len());
        out.inputs.extend_from_slice(&region.args);
        let mut writer = Writer {
            machine,
            region,
            out,
        };
        for (number, block) in region.blocks.iter().enumerate() {
            let start = writer.out.tiles.len() as u32;
            let block_start = UopId(block.uops.start);
            for (at, uop) in block.uops.range().zip(&region.uops[block.uops.range()]) {
                self.uop(&mut writer, block_start, UopId(at as u32), uop)?;
            }
            if let Terminator::Branch { guard, args, .. } = block.terminator {
                let root = Root::new(region, guard, args, None);
                let place = region.uops.len() + number;
                let chosen = self.choose(machine, region, root, block_start, place)?;
                let mut tile = writer.tile(chosen.candidate, root, chosen.fused.as_ref());
                tile.set_branch();
                self.put(&mut writer, tile, &chosen);
            }
            let len = writer.out.tiles.len() as u32 - start;
            writer.out.blocks.push(Span { start, len });
        }
        Ok(())
    }

    /// Covers a uop's tree.
    #[inline]
    fn uop(
        &mut self,
        writer: &mut Writer<'_>,
        block_start: UopId,
        at: UopId,
        uop: &Uop,
    ) -> Result<(), CompileError> {
        let (machine, region) = (writer.machine, writer.region);
        let root = Root::new(region, uop.kind, uop.args, uop.exit);
        let chosen = self.choose(machine, region, root, block_start, at.index())?;
        let mut tile = writer.tile(chosen.candidate, root, chosen.fused.as_ref());
        tile.set_result(uop.result);
        tile.set_root(at, uop.exit);
        let effects_before = self.effects.len() as u32;
        let set = machine.kinds[usize::from(uop.kind.0)].effects;
        if !set.is_empty() {
            self.effects.push(EffectAt { uop: at, set });
        }
        self.trees.push(Tree {
            cost: chosen.cost,
            operands: chosen.operands,
            effects_before,
            tile: writer.out.tiles.len() as u32,
            kind: uop.kind,
        });
        self.put(writer, tile, &chosen);
        Ok(())
    }

    /// Adds a tile. One of several uops leaves by the exit of any of them: they have the same.
    #[inline]
    fn put(&mut self, writer: &mut Writer<'_>, mut tile: Tile, chosen: &Chosen<'_>) {
        if let Some(fused) = &chosen.fused {
            self.fused.push(writer.out.tiles.len() as u32);
            if tile.exit() == tile::TileExit::None {
                let mut members = fused.members(chosen.candidate).iter();
                let exit = members.find_map(|uop| writer.region.uops[uop.index()].exit);
                exit.into_iter().for_each(|exit| tile.set_exit(exit));
            }
        }
        writer.out.tiles.push(tile);
    }

    /// Finds the best pattern for one root. A pattern of one uop sets the bound; one of several is taken if it costs no more.
    #[inline(always)]
    fn choose<'m>(
        &mut self,
        machine: &'m Machine,
        region: &Region,
        root: Root<'_>,
        block_start: UopId,
        place: usize,
    ) -> Result<Chosen<'m>, CompileError> {
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
        let singles = index.singles_with(root.kind, shape.constants).1;
        let single = singles.iter().find(|candidate| {
            candidate.constants & !shape.constants == 0 && around.fits(candidate, root.args)
        });
        let bound = single.map_or(u32::MAX, |candidate| shape.total(candidate));
        let fused = if shape.results != 0 && !self.single_only {
            around.best_fused(root, shape, bound)
        } else {
            None
        };
        if self.record {
            let alternatives = &mut self.alternatives;
            record::consider(alternatives, &around, root, shape, self.single_only, place);
        }
        let (candidate, cost) = match (&fused, single) {
            (Some(fused), _) => (index.candidate(fused.candidate), fused.cost),
            (None, Some(candidate)) => (candidate, bound),
            (None, None) => return Err(CompileError::NoPattern(root.kind)),
        };
        Ok(Chosen {
            candidate,
            cost,
            operands: shape.cost,
            fused,
        })
    }

    /// The last pass, backward: what a tile that stands runs, no other one does.
    fn swallow(&mut self, out: &mut Selection) {
        let Selection {
            tiles, swallowed, ..
        } = out;
        for &number in self.fused.iter().rev() {
            let tile = tiles[number as usize];
            if tile.stands {
                for member in &swallowed[tile.swallowed_range()] {
                    tiles[self.trees[member.index()].tile as usize].stands = false;
                }
            }
        }
    }
}
