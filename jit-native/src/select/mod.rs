//! Selection: covers the uops of a region with the patterns of a library at the least total cost.
//!
//! A uop whose result is used once, in its own block, hangs in the tree of its user; everything else is the root of a
//! tree. Trees are covered by dynamic programming: one pass forward finds, for each uop's tree, the least cost and the
//! pattern that gives it, and writes its tile; then the tiles of the uops that others run no longer stand. (Aho,
//! Ganapathi and Tjiang's tree tiling, as QBE and many others use it; the trees here are tiny.)
//!
//! Start with [`Selector::run`]. Selection never chooses registers and never reorders what anybody could notice.

pub mod candidate;
mod cover;
pub mod effects;
mod force;
pub mod index;
pub(crate) mod matching;
mod record;
pub mod tile;
mod writer;

use crate::compile::CompileError;
use crate::machine::Machine;
use crate::region::{Region, Uses};
use cover::Cover;
use matching::{EffectAt, Leaf, Tree};
pub use record::Alternative;
use stencils::library::PatternId;
use tile::Selection;

/// What a constant costs that no immediate takes, in quarters of a cycle: less than the instruction that makes it, for
/// one such instruction mostly serves several uses.
const CONSTANT_COST: u32 = 2;

/// The scratch memory of selection, reused from region to region.
#[derive(Debug, Default)]
pub struct Selector {
    /// Of a region whose uses nobody has counted before.
    uses: Uses,
    /// By uop.
    trees: Vec<Tree>,
    /// By value.
    leaves: Vec<Leaf>,
    effects: Vec<EffectAt>,
    /// The tiles of several uops, in layout order.
    fused: Vec<u32>,
    /// Whether super-stencils may be chosen.
    pub single_only: bool,
    /// Patterns to take wherever they match, by place, as [`Alternative::place`] numbers them; no other tile runs the uop
    /// there.
    pub forced: Vec<(u32, PatternId)>,
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
        let mut uses = std::mem::take(&mut self.uses);
        uses.count(region);
        let done = if self.forced.is_empty() {
            self.cover(machine, region, &uses, out)
        } else {
            self.keep_forced(region, &mut uses);
            self.tile(machine, region, &uses, out)
        };
        self.uses = uses;
        done
    }

    /// [`Selector::run`] over a region whose uses have been counted.
    pub(crate) fn cover(
        &mut self,
        machine: &Machine,
        region: &Region,
        uses: &Uses,
        out: &mut Selection,
    ) -> Result<(), CompileError> {
        debug_assert!(
            {
                let mut counted = Uses::default();
                counted.count(region);
                counted.agrees(uses)
            },
            "the uses were counted wrongly"
        );
        self.tile(machine, region, uses, out)
    }

    fn tile(
        &mut self,
        machine: &Machine,
        region: &Region,
        uses: &Uses,
        out: &mut Selection,
    ) -> Result<(), CompileError> {
        out.clear();
        Cover::new(self, machine, region, uses, out).run()?;
        self.swallow(out);
        Ok(())
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
