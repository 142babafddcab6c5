//! Assembly: one forward walk that copies the stencil of every op and fills its holes, and then the cold parts.
//!
//! Hot code stands in block order; a block that goes on with the next one falls through. What a guard leaves to, a stub
//! that writes the snapshot and goes through the exit's slot, stands behind all hot code, and so does what an edge has to
//! do on the way when a branch takes it. Branches forward are filled when everything has its place.
//!
//! On AArch64 conditional branches reach 1 MiB. When one is about to get out of reach, an island of far jumps
//! is put in its way ([`labels`]); so code of any size works.
//!
//! Start with [`Assembler::run`]; the copying itself is in [`emit`], from tables that [`recipe`], [`window`] and [`ready`]
//! make of a library.

mod cold;
pub(crate) mod emit;
pub(crate) mod heads;
mod labels;
pub mod marks;
mod masks;
pub(crate) mod ready;
pub(crate) mod recipe;
mod rotate;
mod wellformed;
pub(crate) mod window;

use crate::allocate::loops::Loop;
use crate::allocate::output::{Allocation, OpExit};
use crate::compile::CompileError;
use crate::compiled::Fixup;
use crate::faults::{Fault, planted};
use crate::machine::Machine;
use crate::region::{Edge, ExitId, Region, Span, Terminator};
use crate::select::tile::Selection;
use emit::Emitter;
use labels::{Label, Labels, Waiting};
use marks::{Counts, Mark, Source};
use rotate::Rotation;

/// The most bytes of code in one region: within reach of every unconditional branch.
pub const MAX_REGION_BYTES: u32 = 64 << 20;

/// The scratch memory of assembly, reused from region to region, and its result.
#[derive(Debug, Default)]
pub struct Assembler {
    pub(crate) emitter: Emitter,
    labels: Labels,
    pub(crate) fixups: Vec<Fixup>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) counts: Counts,
    /// Edges to be written behind the hot code.
    cold_edges: Vec<u32>,
    /// The blocks that back edges enter behind their first guard, in order.
    rotations: Vec<Rotation>,
    /// Whether to note where every byte comes from.
    pub record: bool,
    /// How far a conditional branch may reach, if less than the architecture allows: for tests.
    pub reach: Option<u32>,
}

/// What assembly reads.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The library.
    pub machine: &'a Machine,
    /// The region.
    pub region: &'a Region,
    /// Its tiles.
    pub selection: &'a Selection,
    /// Their registers.
    pub allocation: &'a Allocation,
    /// The region's loops, by header.
    pub loops: &'a [Loop],
    /// The number that exit 0 gives back.
    pub first_exit: u32,
    /// The numbers that the region's exits had before it was optimised; empty when it was not.
    pub exit_names: &'a [ExitId],
}

impl Input<'_> {
    /// The number by which the caller knows an exit.
    fn name(&self, exit: ExitId) -> ExitId {
        self.exit_names.get(exit.index()).copied().unwrap_or(exit)
    }
}

/// Which list ops are taken from.
#[derive(Clone, Copy)]
enum OpList {
    /// Those of blocks.
    Block,
    /// Those of edges.
    Edge,
}

/// Where the exits of hot ops go.
#[derive(Clone, Copy, Debug)]
enum Exits {
    /// Each to its own; the `otherwise` edge of the present block begins at this label.
    Own(Label),
    /// All to one label.
    All(Label),
}

impl Assembler {
    /// Assembles a region.
    ///
    /// # Errors
    /// When the code is too large.
    pub fn run(&mut self, input: Input<'_>) -> Result<(), CompileError> {
        let blocks = input.region.blocks.len();
        self.emitter.clear();
        self.fixups.clear();
        self.marks.clear();
        self.cold_edges.clear();
        self.counts = Counts::default();
        self.labels.start(input, self.reach);
        self.find_rotations(input);
        for block in 0..blocks {
            self.block(input, block)?;
        }
        self.cold(input)?;
        // Before branches are filled: within the limit everything is in reach.
        self.labels.check_limit(self.emitter.position())?;
        self.labels.fill_all(&mut self.emitter)
    }

    fn block(&mut self, input: Input<'_>, block: usize) -> Result<(), CompileError> {
        let mut ops = input.allocation.blocks[block];
        self.bring_head(input, block, &ops)?;
        let label = self.labels.block(block as u32);
        self.labels.bind(label, self.emitter.position());
        let terminator = input.region.blocks[block].terminator;
        let rotation = self.rotation(block);
        if let Terminator::Branch { then, .. } = terminator
            && rotation.is_none()
            && self.is_turned(input, block, then)
        {
            return self.turned_branch(input, block);
        }
        let exits = Exits::Own(self.otherwise_of(input, block));
        if let Some(rotation) = rotation {
            self.first_ops(input, rotation, &mut ops.ops, exits)?;
        }
        self.ops(input, ops.ops, exits, OpList::Block)?;
        match terminator {
            Terminator::Jump(edge) => match self.rotation(edge.target.index()) {
                Some(rotation) if edge.target.index() <= block => {
                    self.ops(input, ops.then, exits, OpList::Edge)?;
                    self.back_edge(input, rotation)
                }
                _ => self.edge(input, block, edge, ops.then, true),
            },
            Terminator::Branch {
                then, otherwise, ..
            } => {
                self.edge(input, block, then, ops.then, true)?;
                if ops.otherwise.len == 0 {
                    return Ok(());
                }
                // When the way on is elsewhere anyway, the other edge may as well fall through to its block.
                if then.target.index() != block + 1 && otherwise.target.index() == block + 1 {
                    return self.otherwise_here(input, block, otherwise);
                }
                self.cold_edges.push(block as u32);
                Ok(())
            }
            Terminator::Leave(_) => {
                // The stub is run into: an island before it must not be.
                self.prepare(input, true)?;
                self.stub(input, ops.site)
            }
        }
    }

    /// Where a block's `otherwise` edge begins: at its target, when nothing is to be done on the way.
    fn otherwise_of(&self, input: Input<'_>, block: usize) -> Label {
        match input.region.blocks[block].terminator {
            Terminator::Branch { otherwise, .. }
                if input.allocation.blocks[block].otherwise.len == 0
                    || planted(Fault::EdgeMovesSkipped) =>
            {
                self.labels.block(otherwise.target.0)
            }
            _ => self.labels.otherwise(block as u32),
        }
    }

    /// Whether a branch's own jump can take it to `then`, which does not follow, so that no second jump is needed.
    fn is_turned(&self, input: Input<'_>, block: usize, then: Edge) -> bool {
        let ops = &input.allocation.blocks[block];
        let last = input.allocation.ops[ops.ops.range()].last();
        then.target.index() != block + 1
            && ops.then.len == 0
            && last.is_some_and(|op| {
                op.exit == OpExit::OTHERWISE
                    && input.machine.recipes.recipes[op.stencil.0 as usize].flips
            })
    }

    /// A block whose branch jumps to `then` and falls through to `otherwise`.
    fn turned_branch(&mut self, input: Input<'_>, block: usize) -> Result<(), CompileError> {
        let Terminator::Branch {
            then, otherwise, ..
        } = input.region.blocks[block].terminator
        else {
            return Ok(());
        };
        let exits = Exits::Own(self.labels.block(then.target.0));
        self.ops(
            input,
            input.allocation.blocks[block].ops,
            exits,
            OpList::Block,
        )?;
        self.emitter.flip(input.machine.arch());
        self.otherwise_here(input, block, otherwise)
    }

    /// Writes a block's `otherwise` edge where the code stands.
    fn otherwise_here(
        &mut self,
        input: Input<'_>,
        block: usize,
        otherwise: Edge,
    ) -> Result<(), CompileError> {
        let label = self.labels.otherwise(block as u32);
        self.labels.bind(label, self.emitter.position());
        let ops = input.allocation.blocks[block].otherwise;
        self.edge(input, block, otherwise, ops, true)
    }

    /// Copies a run of ops of a block or an edge.
    fn ops(
        &mut self,
        input: Input<'_>,
        span: Span,
        exits: Exits,
        list: OpList,
    ) -> Result<(), CompileError> {
        let allocation = input.allocation;
        let all = match list {
            OpList::Block => &allocation.ops,
            OpList::Edge => &allocation.edge_ops,
        };
        let ops = &all[span.range()];
        let (label, every) = match exits {
            Exits::Own(otherwise) => (otherwise, false),
            Exits::All(label) => (label, true),
        };
        let recipes = &input.machine.recipes;
        let (most, aside) = match self.record {
            true => (1, 0),
            false => self.labels.batch(recipes.most_exits),
        };
        let mut done = 0;
        while done < ops.len() {
            let stop = self.prepare(input, true)?.saturating_sub(aside);
            if self.record {
                let n = span.start + done as u32;
                self.mark(match list {
                    OpList::Block => Source::Op(n),
                    OpList::Edge => Source::EdgeOp(n),
                });
            }
            let from = self.labels.open;
            let mut waiting = Waiting {
                labels: &mut self.labels,
                fixups: &mut self.fixups,
            };
            let end = ops.len().min(done.saturating_add(most));
            done += emit::run(
                &mut self.emitter,
                &mut waiting,
                recipes,
                &ops[done..end],
                &input.selection.imms,
                stop as usize,
            )?;
            self.labels.redirect(from, label, every);
        }
        self.counts.stencils += span.len;
        Ok(())
    }

    /// What an edge does on the way, and the jump to its target, unless `falls` through to the next block.
    fn edge(
        &mut self,
        input: Input<'_>,
        block: usize,
        edge: Edge,
        ops: Span,
        falls: bool,
    ) -> Result<(), CompileError> {
        let nowhere = Exits::Own(self.labels.otherwise(block as u32));
        self.ops(input, ops, nowhere, OpList::Edge)?;
        let over = planted(Fault::FallsThroughOneBlock) && edge.target.index() == block + 2;
        if !falls || edge.target.index() != block + 1 && !over {
            self.mark_if_asked(Source::Jump(edge.target.0));
            let label = self.labels.block(edge.target.0);
            self.jump(input, label)?;
        }
        Ok(())
    }

    fn mark_if_asked(&mut self, source: Source) {
        if self.record {
            self.mark(source);
        }
    }

    #[cold]
    fn mark(&mut self, source: Source) {
        self.marks.push(Mark {
            at: self.emitter.position(),
            source,
        });
    }
}
