//! The forward pass: finds the cheapest pattern for each uop's tree and writes its tile. Start with [`Cover::run`].

use super::Selector;
use super::index::Head;
use super::matching::{ANYTHING, Covered, EffectAt, Leaf, Root, Shape, Tree};
use super::record::Record;
use super::tile::{Parts, Selection};
use super::writer::Writer;
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
    /// [`ANYTHING`] if all is to be looked at closely, because it is written down; else nothing.
    always: u32,
    /// Where everything that was considered is written down, if it is.
    record: Option<Record<'a>>,
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
        // What stands there from before is not looked at: a leaf that is a child says that its tree is known.
        selector.trees.resize(region.uops.len(), Tree::default());
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
            always: if selector.record { ANYTHING } else { 0 },
            record: selector.record.then(|| Record {
                alternatives: &mut selector.alternatives,
                costs: vec![0; region.values.len()],
                single_only: selector.single_only,
            }),
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
            let uops = &region.uops[block.uops.range()];
            for (at, uop) in (block.uops.start..).zip(uops) {
                self.uop(UopId(at), uop)?;
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
            if let Some(record) = &mut self.record {
                record.costs[result.index()] = 0;
            }
        }
    }

    /// Covers the guard of a branch.
    fn branch(&mut self, kind: UopKind, span: Span, place: usize) -> Result<(), CompileError> {
        let args = self.covered.region.args(span);
        let root = Root {
            kind,
            span,
            args,
            exit: None,
            shape: self.covered.shape(args),
        };
        let own = self.root(&root, Parts::BRANCH, place);
        own.map(|_| ()).ok_or(CompileError::NoPattern(kind))
    }

    /// Covers a uop's tree.
    #[inline(always)]
    fn uop(&mut self, at: UopId, uop: &Uop) -> Result<(), CompileError> {
        let covered = &self.covered;
        let head = covered.index.head(uop.kind);
        let shape = covered.shape(covered.region.args(uop.args));
        match self.plain(at, uop, head, shape) {
            Some(net) => {
                self.note(at, uop, head, net);
                Ok(())
            }
            None => self.look_at(at, uop, head, shape),
        }
    }

    /// Notes what the uops below have to know of one whose tree costs so much, less what its operands cost: its tile is
    /// the one written last.
    #[inline(always)]
    fn note(&mut self, at: UopId, uop: &Uop, head: &Head, own: i32) {
        if !head.effects.is_empty() {
            let set = head.effects;
            self.covered.effects.push(EffectAt { uop: at, set });
        }
        if head.column != 0
            && let Some(result) = uop.result.get()
            && self.uses.once(result)
        {
            self.covered.leaves[result.index()] = Leaf::child(head.column);
            let own_effect = u32::from(!head.effects.is_empty());
            self.covered.trees[at.index()] = Tree {
                own,
                effects_before: self.covered.effects.len() as u32 - own_effect,
                tile: self.writer.out.tiles.len() as u32 - 1,
            };
        }
    }

    /// Writes the best tile for a uop none of whose operands is a child that some pattern wants, and at most one a constant,
    /// if it is a simple one, and gives the cost of its tree, less what its operands cost. Nothing for anything else.
    #[inline(always)]
    fn plain(&mut self, at: UopId, uop: &Uop, head: &Head, shape: Shape) -> Option<i32> {
        let wanted = shape.sorts() & (head.wants | self.always);
        if wanted == 0 {
            self.writer.plain(&head.plain, at, uop);
            return Some(head.plain.net);
        }
        if wanted & !(Leaf::CONSTANT.sort() | ANYTHING) != 0
            || self.always != 0
            || !head.lone
            || !shape.constants().is_power_of_two()
        {
            return None;
        }
        let covered = &self.covered;
        let arg = shape.constants().trailing_zeros() as u8;
        let value = *covered.region.args(uop.args).get(usize::from(arg))?;
        let bits = covered.region.constant_bits(value);
        match covered.index.with_constant(head, arg, bits) {
            Some(plain) => {
                self.writer.plain(plain, at, uop);
                self.writer.out.imms.push(bits);
                Some(plain.net)
            }
            None if wanted & ANYTHING == 0 => {
                self.writer.plain(&head.plain, at, uop);
                Some(head.plain.net)
            }
            None => None,
        }
    }

    /// Covers the tree of a uop that has constants or children among its operands.
    #[inline(never)]
    fn look_at(
        &mut self,
        at: UopId,
        uop: &Uop,
        head: &Head,
        shape: Shape,
    ) -> Result<(), CompileError> {
        let root = Root {
            kind: uop.kind,
            span: uop.args,
            args: self.covered.region.args(uop.args),
            exit: uop.exit.get(),
            shape,
        };
        let own = self.root(&root, Parts::of_uop(at, uop), at.index());
        let own = own.ok_or(CompileError::NoPattern(uop.kind))?;
        if let Some(record) = &mut self.record
            && let Some(result) = uop.result.get()
            && self.uses.once(result)
        {
            record.covered(&self.covered, result, root.args, own);
        }
        self.note(at, uop, head, own);
        Ok(())
    }

    /// Writes the best tile for a root and gives the cost of its tree, less what its operands cost, if there is a pattern
    /// for it.
    #[inline(always)]
    fn root(&mut self, root: &Root<'_>, parts: Parts, place: usize) -> Option<i32> {
        if let Some(record) = &mut self.record {
            record.consider(&self.covered, root, place);
            if let Some(own) = self.wanted(root, parts, place) {
                return Some(own);
            }
        }
        let head = self.covered.index.head(root.kind);
        if root.shape.sorts() & head.wants & !(Leaf::CONSTANT.sort() | ANYTHING) != 0
            && !self.single_only
        {
            self.fused(root, parts)
        } else {
            let candidate = self.covered.best_single(root)?;
            self.writer.single(candidate, root, parts);
            Some(candidate.plain.net)
        }
    }

    /// Writes the best tile, be it of one uop or several, and gives the cost of its tree. A pattern of one uop sets the
    /// bound; one of several is taken if it costs no more.
    #[inline(never)]
    fn fused(&mut self, root: &Root<'_>, parts: Parts) -> Option<i32> {
        let single = self.covered.best_single(root);
        let bound = single.map_or(i32::MAX, |candidate| candidate.plain.net);
        let Some(found) = self.covered.best_fused(root, bound) else {
            self.writer.single(single?, root, parts);
            return Some(bound);
        };
        self.fused.push(self.writer.out.tiles.len() as u32);
        self.writer.fused(root, parts, &found);
        Some(found.own)
    }
}
