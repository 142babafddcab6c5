//! The forward pass: finds the cheapest pattern for each uop's tree and writes its tile. Start with [`Cover::run`].

use super::matching::{Covered, EffectAt, Root, Shape, Tree};
use super::tile::{Parts, Selection, Tile};
use super::writer::Writer;
use super::{Alternative, Selector, record};
use crate::compile::CompileError;
use crate::machine::Machine;
use crate::region::{ExitId, Region, Span, Terminator, Uop, UopId, Uses};
use stencils::table::UopKind;

/// One forward pass.
pub(super) struct Cover<'a> {
    covered: Covered<'a>,
    writer: Writer<'a>,
    /// The tiles of several uops, in layout order.
    fused: &'a mut Vec<u32>,
    single_only: bool,
    /// Where everything that was considered is written down, if it is.
    alternatives: Option<&'a mut Vec<Alternative>>,
}

impl<'a> Cover<'a> {
    /// A pass over a region whose uses have been counted.
    pub(super) fn new(
        selector: &'a mut Selector,
        machine: &'a Machine,
        region: &'a Region,
        uses: &'a Uses,
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
                uses,
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
                let head = self.covered.index.head(guard);
                let shape = self.covered.shape(head, region.args(args));
                self.root((guard, args, None), shape, Parts::Branch, place)?;
            }
            let len = self.writer.out.tiles.len() as u32 - start;
            self.writer.out.blocks.push(Span { start, len });
        }
        Ok(())
    }

    /// Covers a uop's tree.
    #[inline]
    fn uop(&mut self, at: UopId, uop: &Uop) -> Result<(), CompileError> {
        let covered = &self.covered;
        let head = covered.index.head(uop.kind);
        let effects_before = covered.effects.len() as u32;
        let shape = covered.shape(head, covered.region.args(uop.args));
        let simple = shape.constants | shape.children == 0 && self.alternatives.is_none();
        let cost = match head.plain {
            Some(plain) if simple => {
                let inputs = uop.args.start + u32::from(plain.first_input);
                let imms = self.writer.out.imms.len() as u32;
                let tile = Tile::new(plain.pattern, inputs, plain.input_count, imms);
                let parts = Parts::Uop(at, uop.result);
                self.writer.out.tiles.push(tile.of(parts, uop.exit));
                shape.cost + u32::from(plain.cost)
            }
            _ => {
                let parts = Parts::Uop(at, uop.result);
                self.root((uop.kind, uop.args, uop.exit), shape, parts, at.index())?
            }
        };
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
            results: shape.results,
        });
        Ok(())
    }

    /// Writes the best tile for a root and gives the cost of its tree. A pattern of one uop sets the bound; one of several
    /// is taken if it costs no more.
    fn root(
        &mut self,
        (kind, span, exit): (UopKind, Span, Option<ExitId>),
        shape: Shape,
        parts: Parts,
        place: usize,
    ) -> Result<u32, CompileError> {
        let covered = &self.covered;
        let region = covered.region;
        let args = &region.args[span.range()];
        let head = covered.index.head(kind);
        let mut singles = covered.index.singles_with(head, shape.constants).iter();
        let single = singles.find(|candidate| {
            candidate.constants & !shape.constants == 0 && covered.fits(candidate, args)
        });
        let bound = single.map_or(u32::MAX, |candidate| shape.total(candidate));
        if let Some(alternatives) = &mut self.alternatives {
            let root = Root { kind, args, exit };
            record::consider(alternatives, covered, &root, shape, self.single_only, place);
        }
        if shape.children != 0 && !self.single_only {
            let root = Root { kind, args, exit };
            if let Some(cost) = self.fused(&root, parts, shape, bound) {
                return Ok(cost);
            }
        }
        let Some(candidate) = single else {
            return Err(CompileError::NoPattern(kind));
        };
        self.writer.single(candidate, span, exit, parts);
        Ok(bound)
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
