//! The forward pass: walks the old region in layout order and makes the new one, uop by uop. Whatever is known at a
//! uop has been learnt on every way to it: from dominating blocks (values, ranges, what was computed), or on the one
//! way that is being walked (frame and memory).
//!
//! A block that only the block before it jumps to goes on in that block. A loop that is worth it ([`super::peel`]) is
//! walked twice: its first round is peeled off, and in the second walk, which becomes the loop, all that does not
//! change from round to round has been computed. (Mike Pall's idea for LuaJIT.)
//!
//! Start with [`Pass::run`].

use super::edges::{Edges, Label};
use super::kinds::Kinds;
use super::marks::Marks;
use super::memory::Memory;
use super::report::{Fate, Rule};
use super::translate::ExitCopy;
use super::work::Work;
use super::{Options, Task, guard, peel};
use crate::faults::{Fault, planted};
use crate::region::{
    Block, BlockId, Dominators, Edge, RegionData, Span, Terminator, Value, ValueId, edges,
};

/// A block's end that is not written yet, since the next block may go on in its place.
#[derive(Clone, Copy, Debug)]
struct Pending {
    label: Label,
    args: Span,
}

/// Which walk over a block this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walk {
    /// The only one.
    Once,
    /// The one that makes a loop's first round.
    Peeled,
    /// The one after it, that makes the loop.
    Again,
}

/// Memory that is used again for the next region.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub work: Work,
    pub memory: Memory,
    pub dominators: Dominators,
    pub edges: Edges,
    pub exits: Vec<Option<ExitCopy>>,
    /// What became of the old uops, with numbers of the work region.
    pub fates: Vec<Fate>,
    pub peeled: Vec<BlockId>,
}

/// One forward pass.
pub(super) struct Pass<'a> {
    pub region: &'a RegionData,
    pub kinds: &'a Kinds,
    pub options: Options,
    /// Whether to note what becomes of the uops.
    pub account: bool,
    pub s: &'a mut Scratch,
    pub walk: Walk,
    /// How many walks there have been.
    pub walks: u32,
    pending: Option<Pending>,
    /// The first uop of the new block that is open.
    start: u32,
    params: Span,
}

impl<'a> Pass<'a> {
    pub fn new(task: Task<'a>, s: &'a mut Scratch) -> Self {
        let Task {
            region,
            kinds,
            options,
            account,
            ..
        } = task;
        s.work.begin(region, account);
        s.memory.forget();
        s.edges.reset(region);
        s.exits.clear();
        s.exits.resize(region.exits.len(), None);
        s.fates.clear();
        if account {
            s.fates
                .resize(region.uops.len(), Fate::Removed(Rule::Unreachable));
        }
        s.peeled.clear();
        let (walk, params) = (Walk::Once, Span::default());
        Pass {
            region,
            kinds,
            options,
            account,
            s,
            walk,
            walks: 0,
            pending: None,
            start: 0,
            params,
        }
    }

    /// Makes the new region, in `s.work`.
    pub fn run(&mut self) {
        for n in 0..self.region.blocks.len() {
            let block = BlockId(n as u32);
            if n > 0 && !self.s.edges.is_reachable(block) {
                self.skip_edges(block);
            } else if self.options.peel && peel::is_worth_it(self, block) {
                self.walk_block(block, Label::first(block), Walk::Peeled);
                let again = Label::again(block, self.region);
                if self.pending.is_some_and(|pending| pending.label == again) {
                    self.s.peeled.push(block);
                    self.walk_block(block, again, Walk::Again);
                }
            } else {
                self.walk_block(block, Label::first(block), Walk::Once);
            }
        }
        self.flush();
        self.s.work.end();
    }

    /// Walks an old block.
    fn walk_block(&mut self, block: BlockId, label: Label, walk: Walk) {
        self.walk = walk;
        self.walks += u32::from(walk != Walk::Once);
        self.enter(block, label);
        if self.walk_uops(self.region.blocks[block.index()].uops) {
            self.end(block);
        } else {
            self.skip_edges(block);
        }
    }

    /// Begins the new block for an old one, or goes on in the one before.
    fn enter(&mut self, block: BlockId, label: Label) {
        let loops = self.walk != Walk::Peeled && self.s.edges.has_back_edge(block);
        let alone = !loops && self.s.edges.forward_count(block, self.walk) == 1;
        let old_params = self.region.block_params(block);
        if let Some(pending) = self.pending
            && alone
            && pending.label == label
        {
            self.pending = None;
            let work = &mut self.s.work;
            work.enter(block, &self.s.dominators);
            for (&param, n) in old_params.iter().zip(pending.args.range()) {
                work.replace(param, work.region.args[n]);
            }
            return;
        }
        self.flush();
        self.s.work.enter(block, &self.s.dominators);
        self.s.edges.place(label, self.s.work.region.blocks.len());
        self.start = self.s.work.next.0;
        self.params = Span {
            start: self.s.work.region.params.len() as u32,
            len: 0,
        };
        for n in 0..old_params.len() {
            self.enter_param(block, label, n, loops);
        }
        self.enter_state(block, label, alone);
    }

    /// A block's parameter: the value that all edges give it, or a new one.
    fn enter_param(&mut self, block: BlockId, label: Label, n: usize, loops: bool) {
        let old = self.region.block_params(block)[n];
        let ty = self.region.ty(old);
        let mut range = None;
        let mut same = None;
        let mut agree = true;
        for edge in self.s.edges.incoming(label) {
            let value = self.s.work.region.args[edge.args.start as usize + n];
            agree &= same.is_none_or(|same| same == value);
            same = Some(value);
            range = super::range::join(range, self.s.work.range(value));
        }
        if loops {
            let (stays, next) = peel::round(self, block, n, same);
            agree &= stays;
            range = super::range::round(range, next);
        }
        let range = range.unwrap_or(super::range::Range::FULL);
        // The parameter is there in any case, so that edges keep their shape; the last pass drops it when it is unused.
        let place = Value::param(ty, BlockId(label.0), n as u32);
        let param = if self.walk == Walk::Peeled {
            self.define_anew(old, place, Marks::NONE)
        } else {
            self.s.work.define(old, place, Marks::NONE);
            old
        };
        self.s.work.set_range(param, range);
        self.s.work.region.params.push(param);
        self.params.len += 1;
        let value = match same {
            Some(same) if agree => same,
            _ => match range.single() {
                Some(single) if ty == stencils::table::Type::I64 => self.s.work.int(single),
                _ => param,
            },
        };
        if value != param {
            self.s.work.replace(old, value);
        }
    }

    /// What is known at the block's beginning besides values: how it was come to, and frame and memory.
    fn enter_state(&mut self, block: BlockId, label: Label, alone: bool) {
        let last = self.s.work.region.blocks.len().wrapping_sub(1);
        let first = self.s.edges.incoming(label).next();
        let from_last = first.is_some_and(|edge| edge.from == last);
        if self.walk == Walk::Again {
            peel::keep_memory(self, block);
        } else if !(alone && from_last || planted(Fault::JoinKeepsMemory)) {
            self.s.memory.forget();
        }
        let Some((edge, true)) = first.map(|edge| (edge, alone)) else {
            return;
        };
        let Some(held) = edge.held else { return };
        let held = held != planted(Fault::EdgeConditionInverted);
        if let Terminator::Branch { guard, args, .. } =
            self.s.work.region.blocks[edge.from].terminator
        {
            let args: smallvec::SmallVec<[ValueId; 4]> = self.s.work.region.args(args).into();
            guard::assume(&mut self.s.work, guard, &args, held);
        }
    }

    /// The end of a block whose uops have all been walked.
    fn end(&mut self, block: BlockId) {
        match self.region.blocks[block.index()].terminator {
            Terminator::Jump(edge) => self.end_with_jump(edge),
            Terminator::Branch {
                guard,
                args,
                then,
                otherwise,
            } => match self.branch_condition(guard, args) {
                Ok((guard, args)) => {
                    let sides = [(then, true), (otherwise, false)];
                    let edges = sides.map(|(edge, _)| Edge {
                        target: BlockId(self.label_of(edge).0),
                        args: self.edge_args(edge),
                    });
                    let [then, otherwise] = edges;
                    self.close(Terminator::Branch {
                        guard,
                        args,
                        then,
                        otherwise,
                    });
                }
                Err(held) => {
                    let (taken, dropped) = if held {
                        (then, otherwise)
                    } else {
                        (otherwise, then)
                    };
                    self.s.edges.drop_edge(block, dropped.target);
                    self.end_with_jump(taken);
                }
            },
            Terminator::Leave(exit) => {
                let exit = self.exit(exit);
                self.close(Terminator::Leave(exit));
            }
        }
    }

    fn end_with_jump(&mut self, edge: Edge) {
        let (label, args) = (self.label_of(edge), self.edge_args(edge));
        self.pending = Some(Pending { label, args });
    }

    /// Where an old edge goes in the new region.
    fn label_of(&self, edge: Edge) -> Label {
        if self.walk != Walk::Once && edge.target == self.s.work.home {
            Label::again(edge.target, self.region)
        } else {
            Label::first(edge.target)
        }
    }

    fn edge_args(&mut self, edge: Edge) -> Span {
        let start = self.s.work.region.args.len() as u32;
        for n in edge.args.range() {
            let value = self.map(self.region.args[n]);
            self.s.work.region.args.push(value);
        }
        Span {
            start,
            len: edge.args.len,
        }
    }

    /// Writes the end of a block that nothing goes on in.
    fn flush(&mut self) {
        if let Some(Pending { label, args }) = self.pending.take() {
            self.close(Terminator::Jump(Edge {
                target: BlockId(label.0),
                args,
            }));
        }
    }

    /// Ends the new block that is open.
    pub fn close(&mut self, terminator: Terminator) {
        let work = &mut self.s.work;
        let from = work.region.blocks.len();
        let uops = Span {
            start: self.start,
            len: work.next.0 - self.start,
        };
        work.region.blocks.push(Block {
            params: self.params,
            uops,
            terminator,
        });
        for (n, edge) in edges(&terminator).enumerate() {
            let held = matches!(terminator, Terminator::Branch { .. }).then_some(n == 0);
            self.s
                .edges
                .add(Label(edge.target.0), edge.args, from, held);
        }
    }

    /// The ways out of an old block that is never left by them.
    fn skip_edges(&mut self, block: BlockId) {
        for edge in self.region.successors(block) {
            self.s.edges.drop_edge(block, edge.target);
        }
    }
}
