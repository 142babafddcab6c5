//! Stores to the frame that nobody sees: their word is written again before anything reads it or leaves. Looks backward,
//! one block at a time. Start with [`DeadStores::is_dead`].

use super::kinds::Kind;
use super::memory::{MAX_WORDS, word};
use super::work::Work;
use crate::faults::{Fault, planted};
use crate::region::{RegionData, Terminator, Uop, UopId};
use stencils::uops::kind;

/// A walk backward over a region's uops.
#[derive(Debug, Default)]
pub(super) struct DeadStores {
    /// For each frame word the epoch in which it is written again behind the uop at hand, before anything sees it; if that
    /// is another epoch, it is not.
    overwritten: Vec<u32>,
    epoch: u32,
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
        self.see_all();
        if let Terminator::Leave(exit) = *end {
            for entry in region.snapshot(exit) {
                self.overwrite(entry.slot as usize);
            }
        }
    }

    /// Whether a uop is a dead store. Every uop that [sees stores](Kind::sees_stores) must be asked, from the last one of its
    /// block to the first.
    #[inline]
    pub fn is_dead(&mut self, work: &Work, id: UopId, uop: &Uop, info: &Kind) -> bool {
        if info.may_exit {
            self.pass_exit(work, uop);
        }
        info.touches_frame && self.access(work, id, uop)
    }

    /// Where an exit leaves, words are seen that it does not write.
    #[inline(always)]
    fn pass_exit(&mut self, work: &Work, uop: &Uop) {
        if let Some(exit) = uop.exit.get()
            && !planted(Fault::ExitsSeeNoStores)
        {
            let before = self.epoch;
            self.see_all();
            for entry in work.region.snapshot(exit) {
                if let Some(known) = self.overwritten.get_mut(entry.slot as usize)
                    && *known == before
                {
                    *known = self.epoch;
                }
            }
        }
    }

    #[inline(always)]
    fn access(&mut self, work: &Work, id: UopId, uop: &Uop) -> bool {
        let args = work.region.args(uop.args);
        let offset = args.first().and_then(|&slot| work.as_int(slot));
        match (uop.kind, offset.and_then(word)) {
            (kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64, Some(word)) => {
                let dead = self.overwrite(word);
                if dead {
                    self.found.push(id);
                }
                dead
            }
            (kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64, Some(word)) => {
                if let Some(known) = self.overwritten.get_mut(word) {
                    *known = 0;
                }
                false
            }
            // A word of the frame that is not named, or part of two, or one that is not followed: it may be any.
            _ => {
                self.see_all();
                false
            }
        }
    }

    /// All words are seen.
    #[inline]
    fn see_all(&mut self) {
        if self.epoch == u32::MAX {
            self.overwritten.clear();
            self.epoch = 0;
        }
        self.epoch += 1;
    }

    /// A word is written, if it is followed; gives whether it is written again before anything sees it.
    #[inline]
    fn overwrite(&mut self, word: usize) -> bool {
        match self.overwritten.get_mut(word) {
            Some(known) => std::mem::replace(known, self.epoch) == self.epoch,
            None => {
                self.follow(word);
                false
            }
        }
    }

    /// Makes room for a word that is written.
    #[cold]
    #[inline(never)]
    fn follow(&mut self, word: usize) {
        if word < MAX_WORDS {
            self.overwritten.resize((word + 1).next_power_of_two(), 0);
            self.overwritten[word] = self.epoch;
        }
    }

    /// Whether a uop was found to be a dead store.
    pub fn found(&self, uop: UopId) -> bool {
        self.found.binary_search_by(|known| uop.cmp(known)).is_ok()
    }
}
