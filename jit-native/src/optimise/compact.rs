//! Makes the work region the final one, in its place: what is dead goes, the rest moves up and gets numbers without
//! gaps, in the order in which a reader meets it. In many regions nothing is dead and all is in order already.
//!
//! Why it can be done in place: uops, operands and parameters stand in their pools in the order of the blocks, so what
//! moves up never lands on what has not been read yet. Exits stay as they are: each was made for a uop or an end of a
//! block that leaves by it, and neither is ever dead.
//!
//! Decides nothing; [`super::finish`] has. Start with [`Compact::run`].

use super::edges::{Edges, Label};
use super::finish::Live;
use crate::region::{
    BlockId, Edge, ExitId, RegionData, Span, Terminator, UopId, Uses, Value, ValueDef, ValueId,
};

const NONE: u32 = u32::MAX;

/// The new numbers.
#[derive(Debug, Default)]
pub(super) struct Compact {
    values: Vec<u32>,
    /// The values as they were.
    old: Vec<Value>,
    /// By new number.
    uses: Uses,
}

impl Compact {
    /// Makes a region final whose edges go to labels and whose dead parts are not live. Whether it is `in_order` without
    /// them is known.
    pub fn run(&mut self, region: &mut RegionData, edges: &Edges, live: &mut Live, in_order: bool) {
        if !(in_order && live.all()) {
            return self.move_up(region, edges, live);
        }
        let before = cfg!(debug_assertions).then(|| region.clone());
        name_blocks(region, edges);
        if let Some(mut moved) = before {
            let uses = live.values.clone();
            self.move_up(&mut moved, edges, live);
            live.values = uses;
            assert!(moved == *region, "something was out of order");
        }
    }

    /// Leaves out what is dead and numbers the rest, the uses of values with them.
    fn move_up(&mut self, region: &mut RegionData, edges: &Edges, live: &mut Live) {
        self.values.clear();
        self.values.resize(region.values.len(), NONE);
        std::mem::swap(&mut self.old, &mut region.values);
        region.values.clear();
        region.values.reserve(self.old.len());
        self.uses.reset(0);
        let mut mover = Mover {
            numbers: &mut self.values,
            old: &self.old,
            uses: &mut self.uses,
            region,
            edges,
            live,
            uops: 0,
            args: 0,
            exits: 0,
        };
        mover.run();
        std::mem::swap(&mut self.uses, &mut live.values);
    }
}

/// Turns the labels of a region that is final otherwise into blocks.
fn name_blocks(region: &mut RegionData, edges: &Edges) {
    let place = |target: &mut BlockId| *target = edges.place_of(Label(target.0));
    for block in &mut region.blocks {
        match &mut block.terminator {
            Terminator::Jump(edge) => place(&mut edge.target),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                place(&mut then.target);
                place(&mut otherwise.target);
            }
            Terminator::Leave(_) => {}
        }
    }
    for param in &region.params {
        if let ValueDef::Param(block, _) = &mut region.values[param.index()].def {
            place(block);
        }
    }
}

/// A region being made final. What stands before the counts is.
struct Mover<'a> {
    numbers: &'a mut [u32],
    old: &'a [Value],
    uses: &'a mut Uses,
    region: &'a mut RegionData,
    edges: &'a Edges,
    live: &'a Live,
    uops: usize,
    args: usize,
    exits: u32,
}

impl Mover<'_> {
    fn run(&mut self) {
        for n in 0..self.region.blocks.len() {
            self.block(BlockId(n as u32));
        }
        self.move_params();
        self.region.uops.truncate(self.uops);
        self.region.args.truncate(self.args);
    }

    fn block(&mut self, id: BlockId) {
        let mut block = self.region.blocks[id.index()];
        self.define_params(id, block.params);
        let start = self.uops;
        for n in block.uops.range() {
            if self.live.uops[n] {
                self.uop(n);
            }
        }
        block.uops = Span {
            start: start as u32,
            len: (self.uops - start) as u32,
        };
        match &mut block.terminator {
            Terminator::Jump(edge) => self.edge(edge),
            Terminator::Branch {
                args,
                then,
                otherwise,
                ..
            } => {
                self.args(args);
                self.edge(then);
                self.edge(otherwise);
            }
            Terminator::Leave(exit) => self.exit(*exit),
        }
        self.region.blocks[id.index()] = block;
    }

    fn define_params(&mut self, block: BlockId, params: Span) {
        let mut place = 0;
        for n in params.range() {
            let param = self.region.params[n];
            if self.live.values.any(param) {
                self.define(param, ValueDef::Param(block, place));
                place += 1;
            }
        }
    }

    /// Parameters move last: until then edges ask for them.
    fn move_params(&mut self) {
        let mut end = 0;
        for block in &mut self.region.blocks {
            let start = end;
            for n in block.params.range() {
                let number = self.numbers[self.region.params[n].index()];
                if number != NONE {
                    self.region.params[end] = ValueId(number);
                    end += 1;
                }
            }
            block.params = Span {
                start: start as u32,
                len: (end - start) as u32,
            };
        }
        self.region.params.truncate(end);
    }

    #[inline]
    fn uop(&mut self, n: usize) {
        let mut uop = self.region.uops[n];
        self.args(&mut uop.args);
        if let Some(exit) = uop.exit {
            self.exit(exit);
        }
        if let Some(result) = &mut uop.result {
            *result = self.define(*result, ValueDef::Uop(UopId(self.uops as u32)));
        }
        self.region.uops[self.uops] = uop;
        self.uops += 1;
    }

    /// The new value for an old one.
    #[inline]
    fn define(&mut self, old: ValueId, def: ValueDef) -> ValueId {
        let new = self.region.values.len() as u32;
        let ty = self.old[old.index()].ty;
        self.region.values.push(Value { ty, def });
        self.uses.push_of(&self.live.values, old);
        self.numbers[old.index()] = new;
        ValueId(new)
    }

    /// The new number of a value. Constants get theirs when they are first met; there is one for each already.
    #[inline]
    fn value(&mut self, value: ValueId) -> ValueId {
        let known = self.numbers[value.index()];
        if known != NONE {
            return ValueId(known);
        }
        let def = self.old[value.index()].def;
        debug_assert!(
            matches!(def, ValueDef::Const(_)),
            "blocks stand in an order in which definitions come first"
        );
        self.define(value, def)
    }

    #[inline]
    fn args(&mut self, args: &mut Span) {
        let start = self.args;
        for n in args.range() {
            self.region.args[self.args] = self.value(self.region.args[n]);
            self.args += 1;
        }
        args.start = start as u32;
    }

    /// An edge, with the arguments of the parameters that are left.
    fn edge(&mut self, edge: &mut Edge) {
        edge.target = self.edges.place_of(Label(edge.target.0));
        let params = self.region.blocks[edge.target.index()].params;
        let start = self.args;
        for (n, param) in edge.args.range().zip(params.range()) {
            if self.live.values.any(self.region.params[param]) {
                self.region.args[self.args] = self.value(self.region.args[n]);
                self.args += 1;
            }
        }
        edge.args = Span {
            start: start as u32,
            len: (self.args - start) as u32,
        };
    }

    #[inline]
    fn exit(&mut self, exit: ExitId) {
        if exit.0 < self.exits {
            return;
        }
        self.exits += 1;
        for n in self.region.exits[exit.index()].snapshot.range() {
            self.region.snapshots[n].value = self.value(self.region.snapshots[n].value);
        }
    }
}
