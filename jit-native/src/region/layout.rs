//! Putting a region's uops into the order of its blocks, for builders that filled the blocks in another order.

use super::{Region, Span, Terminator, UopId, ValueDef, ValueId};

impl Region {
    /// Moves each block's uops to where the layout has them, and the operands with them.
    pub(super) fn lay_out(&mut self) {
        let mut uops = Vec::with_capacity(self.uops.len());
        let mut args = Vec::with_capacity(self.args.len());
        let mut moved = |pool: &[ValueId], span: Span| {
            let start = args.len() as u32;
            args.extend_from_slice(&pool[span.range()]);
            Span {
                start,
                len: span.len,
            }
        };
        for block in &mut self.blocks {
            let start = uops.len() as u32;
            for &uop in &self.uops[block.uops.range()] {
                let mut uop = uop;
                uop.args = moved(&self.args, uop.args);
                if let Some(result) = uop.result {
                    self.values[result.index()].def = ValueDef::Uop(UopId(uops.len() as u32));
                }
                uops.push(uop);
            }
            block.uops.start = start;
            match &mut block.terminator {
                Terminator::Jump(edge) => edge.args = moved(&self.args, edge.args),
                Terminator::Branch {
                    args,
                    then,
                    otherwise,
                    ..
                } => {
                    *args = moved(&self.args, *args);
                    then.args = moved(&self.args, then.args);
                    otherwise.args = moved(&self.args, otherwise.args);
                }
                Terminator::Leave(_) => {}
            }
        }
        self.uops = uops;
        self.args = args;
    }
}
