//! Numbers a region as a reader meets it: what the optimiser makes has gaps, which only somebody who looks at it minds.
//! Changes nothing that the region does. Start with [`RegionData::tidy`].

use super::{Edge, ExitId, RegionData, Span, Terminator, ValueId};

/// Of a value that has not been met.
const UNMET: ValueId = ValueId(u32::MAX);

/// A region that is being numbered.
struct Tidier<'a> {
    old: &'a RegionData,
    new: RegionData,
    /// By old number.
    numbers: Vec<ValueId>,
    /// Those before this one have been met.
    next_exit: u32,
}

impl RegionData {
    /// The region with numbers of values that have no gaps, in the order in which a reader meets them (constants where they
    /// are used first), and with nothing in its pools that is not used. The region is good, and its exits stand in the
    /// order in which they are used first.
    pub(crate) fn tidy(&self) -> RegionData {
        let new = RegionData {
            uops: self.uops.clone(),
            blocks: self.blocks.clone(),
            exits: self.exits.clone(),
            snapshots: self.snapshots.clone(),
            ..RegionData::default()
        };
        let mut tidier = Tidier {
            old: self,
            new,
            numbers: vec![UNMET; self.values.len()],
            next_exit: 0,
        };
        for n in 0..self.blocks.len() {
            tidier.block(n);
        }
        tidier.new
    }
}

impl Tidier<'_> {
    fn block(&mut self, n: usize) {
        let mut block = self.old.blocks[n];
        let start = self.new.params.len() as u32;
        for &param in &self.old.params[block.params.range()] {
            let number = self.value(param);
            self.new.params.push(number);
        }
        block.params.start = start;
        for n in block.uops.range() {
            let mut uop = self.old.uops[n];
            uop.args = self.args(uop.args);
            if let Some(exit) = uop.exit.get() {
                self.exit(exit);
            }
            uop.result = uop.result.get().map(|result| self.value(result)).into();
            self.new.uops[n] = uop;
        }
        match &mut block.terminator {
            Terminator::Jump(edge) => self.edge(edge),
            Terminator::Branch {
                args,
                then,
                otherwise,
                ..
            } => {
                *args = self.args(*args);
                self.edge(then);
                self.edge(otherwise);
            }
            Terminator::Leave(exit) => self.exit(*exit),
        }
        self.new.blocks[n] = block;
    }

    /// The new number of a value, which gets one when it is first met: there it is made, or it is a constant.
    fn value(&mut self, old: ValueId) -> ValueId {
        let number = &mut self.numbers[old.index()];
        if *number == UNMET {
            *number = ValueId(self.new.values.len() as u32);
            let value = self.new.pack(self.old.ty(old), self.old.def(old));
            self.new.values.push(value);
        }
        *number
    }

    fn args(&mut self, span: Span) -> Span {
        let start = self.new.args.len() as u32;
        for &arg in self.old.args(span) {
            let number = self.value(arg);
            self.new.args.push(number);
        }
        Span { start, ..span }
    }

    fn edge(&mut self, edge: &mut Edge) {
        edge.args = self.args(edge.args);
    }

    fn exit(&mut self, exit: ExitId) {
        if exit.0 < self.next_exit {
            return;
        }
        self.next_exit = exit.0 + 1;
        for n in self.old.exits[exit.index()].snapshot.range() {
            let value = self.value(self.old.snapshots[n].value);
            self.new.snapshots[n].value = value;
        }
    }
}
