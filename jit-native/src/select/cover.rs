//! The forward pass: finds the cheapest pattern for each uop's tree and writes its tile. Start with [`Cover::run`].

use super::matching::{Covered, EffectAt, Root, Shape, Tree};
use super::tile::{Parts, Selection};
use super::writer::Writer;
use super::{Alternative, Selector, record};
use crate::compile::CompileError;
use crate::machine::Machine;
use crate::region::{ExitId, Region, Span, Terminator, Uop, UopId};
use stencils::library::PatternId;
use stencils::table::UopKind;

/// One forward pass.
pub(super) struct Cover<'a> {
    pub(super) covered: Covered<'a>,
    pub(super) writer: Writer<'a>,
    /// The tiles of several uops, in layout order.
    pub(super) fused: &'a mut Vec<u32>,
    pub(super) single_only: bool,
    /// Patterns to take wherever they match, by place.
    pub(super) forced: &'a [(u32, PatternId)],
    /// Where everything that was considered is written down, if it is.
    alternatives: Option<&'a mut Vec<Alternative>>,
}

impl<'a> Cover<'a> {
    /// A pass over a region whose uses have been counted.
    pub(super) fn new(
        selector: &'a mut Selector,
        machine: &'a Machine,
        region: &'a Region,
        out: &'a mut Selection,
    ) -> Cover<'a> {
        selector.trees.clear();
        selector.trees.reserve(region.uops.len());
        selector.effects.clear();
        selector.fused.clear();
        selector.alternatives.clear();
        out.tiles.reserve(region.uops.len() + region.blocks.len());
        out.inputs.extend_from_slice(&region.args);
        Cover {
            covered: Covered {
                index: &machine.patterns,
                region,
                uses: &selector.uses,
                trees: &mut selector.trees,
                effects: &mut selector.effects,
                block_start: UopId(0),
            },
            writer: Writer {
                machine,
                region,
                out,
            },
            fused: &mut selector.fused,
            single_only: selector.single_only,
            forced: &selector.forced,
            alternatives: selector.record.then_some(&mut selector.alternatives),
        }
    }

    /// Covers the region.
    ///
    /// # Errors
    /// When the library has no pattern for a uop with its operands.
    pub(super) fn run(&mut self) -> Result<(), CompileError> {
        let region = self.covered.region;
        for (number, block) in region.blocks.iter().enumerate() {
            let start = self.writer.out.tiles.len() as u32;
            self.covered.block_start = UopId(block.uops.start);
            for (at, uop) in block.uops.range().zip(&region.uops[block.uops.range()]) {
                self.uop(UopId(at as u32), uop)?;
            }
            if let Terminator::Branch { guard, args, .. } = block.terminator {
                let place = region.uops.len() + number;
                self.root(guard, args, None, Parts::Branch, place)?;
            }
            let len = self.writer.out.tiles.len() as u32 - start;
            self.writer.out.blocks.push(Span { start, len });
        }
        Ok(())
    }

    /// Covers a uop's tree.
    #[inline]
    fn uop(&mut self, at: UopId, uop: &Uop) -> Result<(), CompileError> {
        let effects_before = self.covered.effects.len() as u32;
        let parts = Parts::Uop(at, uop.result);
        let (cost, shape) = self.root(uop.kind, uop.args, uop.exit, parts, at.index())?;
        let head = self.covered.index.head(uop.kind);
        if !head.effects.is_empty() {
            let set = head.effects;
            self.covered.effects.push(EffectAt { uop: at, set });
        }
        self.covered.trees.push(Tree {
            cost,
            operands: shape.cost,
            effects_before,
            tile: self.writer.out.tiles.len() as u32 - 1,
            column: head.column,
            constants: shape.constants,
        });
        Ok(())
    }

    /// Writes the best tile for a root and gives the cost of its tree. A pattern of one uop sets the bound; one of several
    /// is taken if it costs no more.
    #[inline(always)]
    fn root(
        &mut self,
        kind: UopKind,
        span: Span,
        exit: Option<ExitId>,
        parts: Parts,
        place: usize,
    ) -> Result<(u32, Shape), CompileError> {
        let covered = &self.covered;
        let region = covered.region;
        let args = &region.args[span.range()];
        let head = covered.index.head(kind);
        let shape = covered.shape(head, args);
        let mut singles = covered.index.singles_with(head, shape.constants).iter();
        let single = singles.find(|candidate| {
            candidate.constants & !shape.constants == 0 && covered.fits(candidate, args)
        });
        let bound = single.map_or(u32::MAX, |candidate| shape.total(candidate));
        if let Some(alternatives) = &mut self.alternatives {
            let root = Root { kind, args, exit };
            record::consider(alternatives, covered, &root, shape, self.single_only, place);
        }
        if !self.forced.is_empty() {
            let root = Root { kind, args, exit };
            if let Some(cost) = self.wanted(&root, span, parts, shape, place) {
                return Ok((cost, shape));
            }
        }
        if shape.children != 0 && !self.single_only {
            let root = Root { kind, args, exit };
            if let Some(cost) = self.fused(&root, parts, shape, bound) {
                return Ok((cost, shape));
            }
        }
        let Some(candidate) = single else {
            return Err(CompileError::NoPattern(kind));
        };
        self.writer.single(candidate, span, exit, parts);
        Ok((bound, shape))
    }

    /// Writes the best tile of several uops, if one costs no more than the bound, and gives the tree's cost.
    #[inline(never)]
    fn fused(&mut self, root: &Root<'_>, parts: Parts, shape: Shape, bound: u32) -> Option<u32> {
        let found = self.covered.best_fused(root, shape, bound)?;
        self.fused.push(self.writer.out.tiles.len() as u32);
        self.writer.fused(root, parts, &found);
        Some(found.cost)
    }
}
