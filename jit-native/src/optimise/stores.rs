//! Stores to the frame that nobody sees: their word is written again before anything reads it or leaves. Looks backward,
//! one block at a time. Start with [`DeadStores::is_dead`].

use super::kinds::Kind;
use super::memory::frame_word;
use super::work::Work;
use crate::faults::{Fault, planted};
use crate::region::{RegionData, Terminator, Uop, UopId};
use stencils::uops::kind;

/// The most frame words whose stores are followed at once.
const MAX_WORDS: usize = 32;

/// A walk backward over a region's uops.
#[derive(Debug, Default)]
pub(super) struct DeadStores {
    /// The frame words that are written again behind the uop at hand, before anything sees them.
    overwritten: Vec<u32>,
    /// The dead stores, the last one first.
    found: Vec<UopId>,
}

impl DeadStores {
    /// Before the first block.
    pub fn clear(&mut self) {
        self.found.clear();
    }

    /// At the end of a block.
    pub fn enter(&mut self, region: &RegionData, end: &Terminator) {
        self.overwritten.clear();
        if let Terminator::Leave(exit) = *end {
            let words = region.snapshot(exit).iter().map(|entry| entry.slot);
            self.overwritten.extend(words.take(MAX_WORDS));
        }
    }

    /// Whether a uop is a dead store. Every uop that [sees stores](Kind::sees_stores) must be asked, from the last one of its
    /// block to the first.
    #[inline]
    pub fn is_dead(&mut self, work: &Work, id: UopId, uop: &Uop, info: &Kind) -> bool {
        if info.may_exit && !self.overwritten.is_empty() {
            self.pass_exit(work, uop);
        }
        info.touches_frame && self.access(work, id, uop)
    }

    /// Where an exit leaves, words are seen that it does not write.
    #[inline(never)]
    fn pass_exit(&mut self, work: &Work, uop: &Uop) {
        if let Some(exit) = uop.exit.get()
            && !planted(Fault::ExitsSeeNoStores)
        {
            let snapshot = work.region.snapshot(exit);
            self.overwritten
                .retain(|word| snapshot.iter().any(|entry| entry.slot == *word));
        }
    }

    #[inline(never)]
    fn access(&mut self, work: &Work, id: UopId, uop: &Uop) -> bool {
        let args = work.region.args(uop.args);
        let offset = args.first().and_then(|&slot| work.as_int(slot));
        match (uop.kind, offset.and_then(frame_word)) {
            (kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64, Some(word)) => {
                if self.overwritten.contains(&word) {
                    self.found.push(id);
                    return true;
                }
                if self.overwritten.len() < MAX_WORDS {
                    self.overwritten.push(word);
                }
            }
            (kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64, Some(word)) => {
                self.overwritten.retain(|known| *known != word);
            }
            // A word of the frame that is not named, or part of two: it may be any.
            _ => self.overwritten.clear(),
        }
        false
    }

    /// Whether a uop was found to be a dead store.
    pub fn found(&self, uop: UopId) -> bool {
        self.found.binary_search_by(|known| uop.cmp(known)).is_ok()
    }
}
