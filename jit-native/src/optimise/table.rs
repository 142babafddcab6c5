//! Finding the uop that computed the same before: an open-addressed table from kinds and operands to uops of the new
//! region. The uops hold the keys. An entry counts only where its block dominates; otherwise it gives way to the
//! newcomer, so no entry is ever removed and nothing needs scopes.

use super::work::{Node, Provenance};
use crate::region::{BlockId, Dominators, RegionData, UopId};

/// The table.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Epoch and uop; an entry of another epoch is empty. The length is zero or a power of two.
    slots: Vec<(u32, UopId)>,
    epoch: u32,
    len: usize,
}

/// Where an entry is or would be.
#[derive(Clone, Copy)]
pub(super) struct Slot(usize);

impl Seen {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.len = 0;
        if self.epoch == u32::MAX {
            self.slots.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    /// The uop of this kind on these operands, if there is one that dominates the block; and the slot for one.
    pub fn find(
        &mut self,
        node: &Node,
        region: &RegionData,
        provenance: &[Provenance],
        block: BlockId,
        dominators: &Dominators,
    ) -> (Option<UopId>, Slot) {
        if self.len * 2 >= self.slots.len() {
            self.grow(region);
        }
        let mask = self.slots.len() - 1;
        let mut place = hash(node) & mask;
        loop {
            let (epoch, uop) = self.slots[place];
            if epoch != self.epoch {
                return (None, Slot(place));
            }
            let known = &region.uops[uop.index()];
            if known.kind == node.kind && region.args(known.args) == node.args() {
                let dominates = dominators.dominates(provenance[uop.index()].home, block);
                return (dominates.then_some(uop), Slot(place));
            }
            place = (place + 1) & mask;
        }
    }

    /// Enters a uop at the slot that was found for it; nothing was entered since.
    pub fn enter(&mut self, Slot(place): Slot, uop: UopId) {
        if self.slots[place].0 != self.epoch {
            self.len += 1;
        }
        self.slots[place] = (self.epoch, uop);
    }

    #[cold]
    fn grow(&mut self, region: &RegionData) {
        let old = std::mem::take(&mut self.slots);
        let size = (old.len() * 2).max(256);
        self.slots.resize(size, (0, UopId(0)));
        for (_, uop) in old.into_iter().filter(|entry| entry.0 == self.epoch) {
            let known = &region.uops[uop.index()];
            let mut place = hash(&Node::new(known.kind, region.args(known.args))) & (size - 1);
            while self.slots[place].0 == self.epoch {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = (self.epoch, uop);
        }
    }
}

#[inline]
fn hash(node: &Node) -> usize {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |h: u64, arg: u32| (h.rotate_left(5) ^ u64::from(arg)).wrapping_mul(FACTOR);
    let h = node
        .args()
        .iter()
        .fold(u64::from(node.kind.0), |h, arg| mix(h, arg.0));
    (h >> 32) as usize
}
