//! The forward pass: finds the cheapest pattern for each uop's tree and writes its tile. Start with [`Cover::run`].

use super::matching::{Covered, EffectAt, Leaf, Root, Shape, Tree};
use super::tile::{Parts, Selection};
use super::writer::Writer;
use super::{Alternative, Selector, record};
use crate::compile::CompileError;
use crate::machine::Machine;
use crate::region::{Region, Span, Terminator, Uop, UopId, Uses};
use stencils::library::PatternId;
use stencils::table::UopKind;

/// One forward pass.
pub(super) struct Cover<'a> {
    pub(super) covered: Covered<'a>,
    uses: &'a Uses,
    pub(super) writer: Writer<'a>,
    /// The tiles of several uops, in layout order.
    pub(super) fused: &'a mut Vec<u32>,
    pub(super) single_only: bool,
    /// Patterns to take wherever they match, by place; when there are any, what was considered is written down.
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
        uses: &'a Uses,
        out: &'a mut Selection,
    ) -> Cover<'a> {
        selector.trees.clear();
        selector.trees.reserve(region.uops.len());
        selector.leaves.clear();
        selector
            .leaves
            .extend(region.values.iter().map(Leaf::of_value));
        selector.effects.clear();
        selector.fused.clear();
        selector.alternatives.clear();
        out.tiles.reserve(region.uops.len() + region.blocks.len());
        out.inputs.extend_from_slice(&region.args);
        Cover {
            covered: Covered {
                index: &machine.patterns,
                region,
                trees: &mut selector.trees,
                leaves: &mut selector.leaves,
                effects: &mut selector.effects,
            },
            uses,
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
            for (at, uop) in block.uops.range().zip(&region.uops[block.uops.range()]) {
                self.uop(UopId(at as u32), uop)?;
            }
            if let Terminator::Branch { guard, args, .. } = block.terminator {
                self.branch(guard, args, region.uops.len() + number)?;
            }
            if number + 1 < region.blocks.len() {
                self.cut(block.uops);
            }
            let len = self.writer.out.tiles.len() as u32 - start;
            self.writer.out.blocks.push(Span { start, len });
        }
        Ok(())
    }

    /// At the end of a block: what it makes hangs in no tree of another one.
    fn cut(&mut self, uops: Span) {
        let region = self.covered.region;
        for result in region.uops[uops.range()]
            .iter()
            .filter_map(|uop| uop.result.get())
        {
            self.covered.leaves[result.index()] = Leaf::OTHER;
        }
    }

    /// Covers the guard of a branch.
    fn branch(&mut self, kind: UopKind, span: Span, place: usize) -> Result<(), CompileError> {
        let root = Root {
            kind,
            span,
            args: self.covered.region.args(span),
            exit: None,
        };
        let head = self.covered.index.head(kind);
        let shape = self.covered.shape(head, root.args);
        let cost = self.root(&root, shape, Parts::BRANCH, place);
        cost.map(|_| ()).ok_or(CompileError::NoPattern(kind))
    }

    /// Covers a uop's tree.
    #[inline]
    fn uop(&mut self, at: UopId, uop: &Uop) -> Result<(), CompileError> {
        let covered = &self.covered;
        let head = covered.index.head(uop.kind);
        let effects_before = covered.effects.len() as u32;
        let args = covered.region.args(uop.args);
        let shape = covered.shape(head, args);
        let cost = match head.plain {
            Some(plain) if shape.is_plain() && self.alternatives.is_none() => {
                let parts = Parts::of_uop(at, uop);
                self.writer.plain(plain, uop.args.start, parts);
                shape.cost + u32::from(plain.cost)
            }
            _ => {
                let cost = self.look_at(at, uop, shape);
                cost.ok_or(CompileError::NoPattern(uop.kind))?
            }
        };
        if !head.effects.is_empty() {
            let set = head.effects;
            self.covered.effects.push(EffectAt { uop: at, set });
        }
        self.covered.trees.push(Tree {
            own: cost.wrapping_sub(shape.cost),
            effects_before,
            tile: self.writer.out.tiles.len() as u32 - 1,
            operands: shape.operands(),
        });
        if let Some(result) = uop.result.get()
            && self.uses.once(result)
        {
            self.covered.leaves[result.index()] = Leaf::tree(cost, head);
        }
        Ok(())
    }

    /// Writes the best tile for a uop that has constants or children among its operands.
    #[inline(never)]
    fn look_at(&mut self, at: UopId, uop: &Uop, shape: Shape) -> Option<u32> {
        let root = Root {
            kind: uop.kind,
            span: uop.args,
            args: self.covered.region.args(uop.args),
            exit: uop.exit.get(),
        };
        self.root(&root, shape, Parts::of_uop(at, uop), at.index())
    }

    /// Writes the best tile for a root and gives the cost of its tree, if there is a pattern for it.
    #[inline(always)]
    fn root(&mut self, root: &Root<'_>, shape: Shape, parts: Parts, place: usize) -> Option<u32> {
        if let Some(alternatives) = &mut self.alternatives {
            let covered = &self.covered;
            record::consider(alternatives, covered, root, shape, self.single_only, place);
            if let Some(cost) = self.wanted(root, shape, parts, place) {
                return Some(cost);
            }
        }
        if shape.children() != 0 && !self.single_only {
            self.fused(root, shape, parts)
        } else {
            self.single(root, shape, parts)
        }
    }

    /// Writes the best tile of one uop and gives the cost of its tree.
    #[inline(always)]
    fn single(&mut self, root: &Root<'_>, shape: Shape, parts: Parts) -> Option<u32> {
        let candidate = self.covered.best_single(root, shape)?;
        self.writer.single(candidate, root, parts);
        Some(shape.total(candidate))
    }

    /// Writes the best tile, be it of one uop or several, and gives the cost of its tree. A pattern of one uop sets the
    /// bound; one of several is taken if it costs no more.
    #[inline(never)]
    fn fused(&mut self, root: &Root<'_>, shape: Shape, parts: Parts) -> Option<u32> {
        let single = self.covered.best_single(root, shape);
        let bound = single.map_or(u32::MAX, |candidate| shape.total(candidate));
        let Some(found) = self.covered.best_fused(root, shape, bound) else {
            self.writer.single(single?, root, parts);
            return Some(bound);
        };
        self.fused.push(self.writer.out.tiles.len() as u32);
        self.writer.fused(root, parts, &found);
        Some(found.cost)
    }
}
