//! Loops that end in one jump instead of two: what a loop's first block begins with, up to the first guard, is written once
//! more at the back edge, and the guard's jump is turned round, so that it is the way back. (Loop inversion, as every
//! optimising compiler does it, but on stencils.)
//!
//! Never changes what runs in which order. Start with [`Assembler::back_edge`].

use super::labels::Label;
use super::marks::Source;
use super::{Assembler, Exits, Input, OpList};
use crate::allocate::output::OpExit;
use crate::compile::CompileError;
use crate::region::{Span, Terminator};

/// The most ops and bytes of code that are written a second time.
const MAX_OPS: usize = 4;
const MAX_BYTES: u32 = 48;

/// A loop's first block that is entered behind its first guard by the back edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rotation {
    block: u32,
    /// How many of its ops stand before that place, the guard included.
    pub(super) ops: u32,
    /// The place.
    inside: Label,
}

impl Assembler {
    /// Notes the blocks that plain jumps go back to. The rest of what is known of them comes when they are written.
    pub(super) fn find_rotations(&mut self, input: Input<'_>) {
        self.rotations.clear();
        for (block, own) in input.region.blocks.iter().enumerate() {
            if let Terminator::Jump(edge) = own.terminator
                && edge.target.index() <= block
                && let Some(ops) = repeated(input, edge.target.index())
            {
                let block = edge.target.0;
                let inside = self.labels.fresh();
                self.rotations.push(Rotation { block, ops, inside });
            }
        }
        self.rotations
            .sort_unstable_by_key(|rotation| rotation.block);
        self.rotations.dedup_by_key(|rotation| rotation.block);
    }

    /// The rotation of a block that has one.
    pub(super) fn rotation(&self, block: usize) -> Option<Rotation> {
        let at = self
            .rotations
            .binary_search_by_key(&(block as u32), |r| r.block);
        at.ok().map(|at| self.rotations[at])
    }

    /// Writes the ops of a block up to the place behind its first guard, and binds that place.
    pub(super) fn first_ops(
        &mut self,
        input: Input<'_>,
        rotation: Rotation,
        ops: &mut Span,
        exits: Exits,
    ) -> Result<(), CompileError> {
        let first = Span {
            start: ops.start,
            len: rotation.ops,
        };
        self.ops(input, first, exits, OpList::Block)?;
        self.labels.bind(rotation.inside, self.emitter.position());
        (ops.start, ops.len) = (ops.start + first.len, ops.len - first.len);
        Ok(())
    }

    /// The end of a block that goes back to a block with a rotation: its first ops once more, a jump to the place behind
    /// them, and the way out if the guard fails.
    pub(super) fn back_edge(
        &mut self,
        input: Input<'_>,
        rotation: Rotation,
    ) -> Result<(), CompileError> {
        let header = rotation.block as usize;
        let start = input.allocation.blocks[header].ops.start;
        let ops = Span {
            start,
            len: rotation.ops,
        };
        self.ops(input, ops, Exits::All(rotation.inside), OpList::Block)?;
        self.emitter.flip(input.machine.arch());
        let guard = &input.allocation.ops[(start + rotation.ops - 1) as usize];
        if guard.exit == OpExit::OTHERWISE {
            if let Terminator::Branch { otherwise, .. } = input.region.blocks[header].terminator {
                self.mark_if_asked(Source::Jump(otherwise.target.0));
            }
            return self.jump(input, self.otherwise_of(input, header));
        }
        let site = self.labels.site(guard.exit.0);
        if self.labels.is_bound(site) {
            self.mark_if_asked(Source::Stub(guard.exit.0));
            return self.jump(input, site);
        }
        // The stub is run into: an island before it must not be.
        self.prepare(input, true)?;
        self.stub(input, guard.exit.0)
    }
}

/// How many of a loop's first ops are repeated at its back edge: up to the first guard, if that can be turned round.
fn repeated(input: Input<'_>, header: usize) -> Option<u32> {
    let ops = &input.allocation.ops[input.allocation.blocks[header].ops.range()];
    let recipes = &input.machine.recipes.recipes;
    let recipe = |n: usize| &recipes[ops[n].stencil.0 as usize];
    let guard = ops
        .iter()
        .take(MAX_OPS)
        .position(|op| op.exit != OpExit::NONE)?;
    let bytes: u32 = (0..=guard).map(|n| u32::from(recipe(n).len)).sum();
    (recipe(guard).flips && bytes <= MAX_BYTES).then_some(guard as u32 + 1)
}
