//! A region taken apart, so that it can be edited, and put together again. What an edit made of it need not be a region:
//! [`Program::build`] says.

use jit_native::region::{BlockId, Edge, ExitId, Region, RegionBuilder, Span, Terminator, ValueId};
use std::collections::HashMap;
use stencils::table::{Type, UopKind, UopTable};

/// A region taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    pub blocks: Vec<Block>,
    /// The snapshots.
    pub exits: Vec<Vec<(u32, Operand)>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub params: Vec<(ValueId, Type)>,
    pub uops: Vec<Op>,
    pub end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    pub kind: UopKind,
    pub args: Vec<Operand>,
    pub result: Option<(ValueId, Type)>,
    pub exit: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Leave(usize),
    Jump(Way),
    Branch {
        guard: UopKind,
        args: Vec<Operand>,
        then: Way,
        otherwise: Way,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub target: usize,
    pub args: Vec<Operand>,
}

/// A value, by the number that it had in the first region, or a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    Value(ValueId, Type),
    Constant(Type, u64),
}

impl Operand {
    pub fn ty(self) -> Type {
        match self {
            Operand::Value(_, ty) | Operand::Constant(ty, _) => ty,
        }
    }
}

impl Block {
    /// Everything in the block that an edit may want to see: the operands of its uops and of its end.
    pub fn operands(&mut self) -> impl Iterator<Item = &mut Operand> {
        let ends: Vec<&mut Operand> = match &mut self.end {
            End::Leave(_) => Vec::new(),
            End::Jump(way) => way.args.iter_mut().collect(),
            End::Branch {
                args,
                then,
                otherwise,
                ..
            } => args
                .iter_mut()
                .chain(&mut then.args)
                .chain(&mut otherwise.args)
                .collect(),
        };
        self.uops.iter_mut().flat_map(|op| &mut op.args).chain(ends)
    }

    /// The ways out of the block.
    pub fn ways(&mut self) -> impl Iterator<Item = &mut Way> {
        let ways: Vec<&mut Way> = match &mut self.end {
            End::Leave(_) => Vec::new(),
            End::Jump(way) => vec![way],
            End::Branch {
                then, otherwise, ..
            } => vec![then, otherwise],
        };
        ways.into_iter()
    }
}

impl Program {
    /// Takes a verified region apart.
    pub fn of(region: &Region) -> Self {
        let exits = (0..region.exits.len()).map(|n| {
            let snapshot = region.snapshot(ExitId(n as u32)).iter();
            snapshot
                .map(|entry| (entry.slot, operand(region, entry.value)))
                .collect()
        });
        let blocks = (0..region.blocks.len()).map(|n| block(region, BlockId(n as u32)));
        Program {
            blocks: blocks.collect(),
            exits: exits.collect(),
        }
    }

    /// The operands of all uops, ends and snapshots.
    pub fn operands(&mut self) -> impl Iterator<Item = &mut Operand> {
        let exits = self.exits.iter_mut().flatten().map(|entry| &mut entry.1);
        self.blocks
            .iter_mut()
            .flat_map(Block::operands)
            .chain(exits)
    }

    /// Puts `instead` wherever the value stands.
    pub fn replace(&mut self, value: ValueId, instead: Operand) {
        for operand in self.operands() {
            if matches!(*operand, Operand::Value(id, _) if id == value) {
                *operand = instead;
            }
        }
    }

    /// How much of everything there is; edits that make it less lead to an end.
    pub fn size(&mut self) -> [usize; 4] {
        let uops = self.blocks.iter().map(|block| block.uops.len()).sum();
        let params: usize = self.blocks.iter().map(|block| block.params.len()).sum();
        let entries: usize = self.exits.iter().map(Vec::len).sum();
        // A way back counts as a branch: without it a region ends sooner.
        let branches = self
            .blocks
            .iter()
            .enumerate()
            .filter(|(n, block)| match &block.end {
                End::Leave(_) => false,
                End::Jump(way) => way.target <= *n,
                End::Branch { .. } => true,
            });
        let branches = branches.count();
        let blocks = self.blocks.len();
        let detail = self.operands().map(|operand| match operand {
            Operand::Value(..) => 1000,
            Operand::Constant(_, bits) => (64 - bits.leading_zeros() + bits.count_ones()) as usize,
        });
        let detail = detail.sum();
        let rest = params + entries + self.exits.len();
        [uops, blocks + branches, rest, detail]
    }

    /// Takes out blocks that nothing goes to, and exits that nothing leaves by.
    pub fn prune(&mut self) {
        let mut reached = vec![false; self.blocks.len()];
        let mut todo = vec![0];
        while let Some(n) = todo.pop() {
            if !std::mem::replace(&mut reached[n], true) {
                todo.extend(self.blocks[n].ways().map(|way| way.target));
            }
        }
        let numbers = new_numbers(&reached);
        let mut kept = reached.into_iter();
        self.blocks.retain(|_| kept.next().unwrap_or(false));
        for way in self.blocks.iter_mut().flat_map(Block::ways) {
            way.target = numbers[way.target];
        }
        let mut used = vec![false; self.exits.len()];
        self.each_exit(|exit| used[*exit] = true);
        let numbers = new_numbers(&used);
        let mut kept = used.into_iter();
        self.exits.retain(|_| kept.next().unwrap_or(false));
        self.each_exit(|exit| *exit = numbers[*exit]);
    }

    fn each_exit(&mut self, mut see: impl FnMut(&mut usize)) {
        for block in &mut self.blocks {
            block
                .uops
                .iter_mut()
                .filter_map(|op| op.exit.as_mut())
                .for_each(&mut see);
            if let End::Leave(exit) = &mut block.end {
                see(exit);
            }
        }
    }

    /// The region that this is, if it is one.
    pub fn build(&self) -> Option<Region> {
        let mut builder = RegionBuilder::new(UopTable::stock());
        let mut values = HashMap::new();
        let mut blocks = Vec::new();
        for block in &self.blocks {
            let types: Vec<Type> = block.params.iter().map(|param| param.1).collect();
            let id = builder.block(&types);
            let params = builder.params(id).iter().copied();
            values.extend(block.params.iter().map(|param| param.0).zip(params));
            blocks.push(id);
        }
        let mut assembly = Assembly {
            program: self,
            builder,
            values,
            blocks,
            exits: vec![None; self.exits.len()],
        };
        for n in 0..self.blocks.len() {
            assembly.block(n)?;
        }
        assembly.builder.finish().ok()
    }
}

/// The new number of each item that is kept.
fn new_numbers(kept: &[bool]) -> Vec<usize> {
    let mut next = 0;
    let number = |&kept: &bool| {
        next += usize::from(kept);
        next.saturating_sub(1)
    };
    kept.iter().map(number).collect()
}

fn operand(region: &Region, id: ValueId) -> Operand {
    let ty = region.ty(id);
    match region.constant(id) {
        Some(bits) => Operand::Constant(ty, bits),
        None => Operand::Value(id, ty),
    }
}

fn block(region: &Region, id: BlockId) -> Block {
    let typed = |id: ValueId| (id, region.ty(id));
    let args = |span: Span| {
        region
            .args(span)
            .iter()
            .map(|&id| operand(region, id))
            .collect()
    };
    let way = |edge: Edge| Way {
        target: edge.target.index(),
        args: args(edge.args),
    };
    let block = &region.blocks[id.index()];
    let uops = region.uops[block.uops.range()].iter().map(|uop| Op {
        kind: uop.kind,
        args: args(uop.args),
        result: uop.result.get().map(typed),
        exit: uop.exit.get().map(ExitId::index),
    });
    Block {
        params: region
            .block_params(id)
            .iter()
            .map(|&id| typed(id))
            .collect(),
        uops: uops.collect(),
        end: match block.terminator {
            Terminator::Leave(exit) => End::Leave(exit.index()),
            Terminator::Jump(edge) => End::Jump(way(edge)),
            Terminator::Branch {
                guard,
                args: span,
                then,
                otherwise,
            } => End::Branch {
                guard,
                args: args(span),
                then: way(then),
                otherwise: way(otherwise),
            },
        },
    }
}

/// A region being put together. Whatever does not exist makes the attempt end with nothing.
struct Assembly<'p> {
    program: &'p Program,
    builder: RegionBuilder<'static>,
    values: HashMap<ValueId, ValueId>,
    blocks: Vec<BlockId>,
    exits: Vec<Option<ExitId>>,
}

impl Assembly<'_> {
    fn block(&mut self, n: usize) -> Option<()> {
        self.builder.switch_to(self.blocks[n]);
        let program = self.program;
        for op in &program.blocks[n].uops {
            let args = self.values(&op.args)?;
            let result = match op.exit {
                None => self.builder.uop(op.kind, &args),
                Some(exit) => {
                    let exit = self.exit(exit)?;
                    self.builder.uop_or_exit(op.kind, &args, exit)
                }
            };
            if let Some((name, _)) = op.result {
                self.values.insert(name, result?);
            }
        }
        match &program.blocks[n].end {
            End::Leave(exit) => {
                let exit = self.exit(*exit)?;
                self.builder.leave(exit);
            }
            End::Jump(way) => {
                let args = self.values(&way.args)?;
                self.builder.jump(self.blocks[way.target], &args);
            }
            End::Branch {
                guard,
                args,
                then,
                otherwise,
            } => {
                let args = self.values(args)?;
                let (t, o) = (self.values(&then.args)?, self.values(&otherwise.args)?);
                let (then, otherwise) = (self.blocks[then.target], self.blocks[otherwise.target]);
                self.builder
                    .branch(*guard, &args, (then, &t), (otherwise, &o));
            }
        }
        Some(())
    }

    fn values(&mut self, operands: &[Operand]) -> Option<Vec<ValueId>> {
        operands
            .iter()
            .map(|&operand| self.value(operand))
            .collect()
    }

    fn value(&mut self, operand: Operand) -> Option<ValueId> {
        match operand {
            Operand::Value(name, _) => self.values.get(&name).copied(),
            Operand::Constant(ty, bits) => Some(self.builder.constant(ty, bits)),
        }
    }

    /// The exit, made where it is used first.
    fn exit(&mut self, n: usize) -> Option<ExitId> {
        if let Some(exit) = self.exits[n] {
            return Some(exit);
        }
        let mut snapshot = Vec::new();
        for &(slot, operand) in &self.program.exits[n] {
            snapshot.push((slot, self.value(operand)?));
        }
        let exit = self.builder.exit(&snapshot);
        self.exits[n] = Some(exit);
        Some(exit)
    }
}
