//! Finding the uop that computed the same before: an open-addressed table from kinds and operands to uops of the new
//! region. The uops hold the keys. An entry counts only where its block dominates; otherwise it gives way to the
//! newcomer, so no entry is ever removed and nothing needs scopes.

use super::work::Node;
use crate::region::{BlockId, Dominators, RegionData, UopId};

/// The table.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The length is zero or a power of two.
    slots: Vec<Entry>,
    epoch: u32,
    len: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// An entry of another epoch is empty.
    epoch: u32,
    uop: UopId,
    /// The block in which it stands.
    home: BlockId,
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
    #[inline]
    pub fn find(
        &mut self,
        node: &Node,
        region: &RegionData,
        block: BlockId,
        dominators: &Dominators,
    ) -> (Option<UopId>, Slot) {
        if self.len * 2 >= self.slots.len() {
            self.grow(region);
        }
        let mask = self.slots.len() - 1;
        let mut place = hash(node) & mask;
        loop {
            let entry = self.slots[place];
            if entry.epoch != self.epoch {
                return (None, Slot(place));
            }
            let known = &region.uops[entry.uop.index()];
            // Short as they are, a loop beats a call of memcmp.
            let mut pairs = region.args(known.args).iter().zip(node.args());
            if known.kind == node.kind && pairs.all(|(a, b)| a == b) {
                let dominates = dominators.dominates(entry.home, block);
                return (dominates.then_some(entry.uop), Slot(place));
            }
            place = (place + 1) & mask;
        }
    }

    /// Enters a uop at the slot that was found for it; nothing was entered since.
    pub fn enter(&mut self, Slot(place): Slot, uop: UopId, home: BlockId) {
        let entry = &mut self.slots[place];
        self.len += usize::from(entry.epoch != self.epoch);
        *entry = Entry {
            epoch: self.epoch,
            uop,
            home,
        };
    }

    #[cold]
    fn grow(&mut self, region: &RegionData) {
        let old = std::mem::take(&mut self.slots);
        let size = (old.len() * 2).max(256);
        let empty = Entry {
            epoch: 0,
            uop: UopId(0),
            home: BlockId(0),
        };
        self.slots.resize(size, empty);
        for entry in old.into_iter().filter(|entry| entry.epoch == self.epoch) {
            let known = &region.uops[entry.uop.index()];
            let mut place = hash(&Node::new(known.kind, region.args(known.args))) & (size - 1);
            while self.slots[place].epoch == self.epoch {
                place = (place + 1) & (size - 1);
            }
            self.slots[place] = entry;
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
