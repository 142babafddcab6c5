//! Putting a region's blocks into another order: the numbers of blocks are their places.

use super::{BlockId, RegionData, Terminator};

impl RegionData {
    /// Orders the blocks as `order` says, which names each once and the blocks' uops in their present order. Gives each
    /// block's new number.
    pub(super) fn lay_out(&mut self, order: &[BlockId]) -> Vec<BlockId> {
        let mut places = vec![BlockId(0); order.len()];
        for (n, block) in order.iter().enumerate() {
            places[block.index()] = BlockId(n as u32);
        }
        self.blocks = order
            .iter()
            .map(|block| self.blocks[block.index()])
            .collect();
        let mut params = Vec::with_capacity(self.params.len());
        for block in &mut self.blocks {
            let start = params.len() as u32;
            params.extend_from_slice(&self.params[block.params.range()]);
            block.params.start = start;
            match &mut block.terminator {
                Terminator::Jump(edge) => edge.target = places[edge.target.index()],
                Terminator::Branch {
                    then, otherwise, ..
                } => {
                    then.target = places[then.target.index()];
                    otherwise.target = places[otherwise.target.index()];
                }
                Terminator::Leave(_) => {}
            }
        }
        self.params = params;
        for param in &self.params {
            let value = &mut self.values[param.index()];
            if let Some((block, n)) = value.as_param() {
                value.set_param(places[block.index()], n);
            }
        }
        places
    }
}
