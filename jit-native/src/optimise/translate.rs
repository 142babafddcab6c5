//! What an old value or an old exit is in the new region, at the place where the walk is. Start with [`Pass::operand`].

use super::forward::Pass;
use super::marks::Marks;
use crate::faults::{Fault, planted};
use crate::region::{BlockId, Exit, ExitId, SnapshotEntry, Span, ValueDef, ValueId};

/// An old exit that has been put into the new region.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExitCopy {
    exit: ExitId,
    /// Where: it may serve again where this block dominates, in the same walk.
    home: BlockId,
    walk: u32,
}

/// What stands for an old value that the walk has not met.
pub(super) const UNMAPPED: ValueId = ValueId(u32::MAX);

impl Pass<'_> {
    /// The value to use for an old one, here.
    #[inline]
    pub fn map(&mut self, old: ValueId) -> ValueId {
        self.operand(old).0
    }

    /// [`Pass::map`], and what is known of the value at a glance.
    #[inline]
    pub fn operand(&mut self, old: ValueId) -> (ValueId, Marks) {
        let known = self.s.map[old.index()];
        match self.s.work.marks(known) {
            Some(marks) if !marks.has(Marks::REPLACED) => (known, marks),
            _ => self.constant(old, known),
        }
    }

    /// An old value that is a constant, or has become one here.
    fn constant(&mut self, old: ValueId, known: ValueId) -> (ValueId, Marks) {
        let work = &mut self.s.work;
        let new = if known != UNMAPPED {
            work.resolve(known)
        } else {
            let value = &self.region.values[old.index()];
            let ValueDef::Const(bits) = value.def else {
                unreachable!("the region was verified: definitions come first")
            };
            let new = work.constant(value.ty, bits);
            self.s.map[old.index()] = new;
            new
        };
        (new, work.marks(new).unwrap_or(Marks::NONE))
    }

    /// An old exit in the new region, with the values that its snapshot has here.
    pub fn exit(&mut self, old: ExitId) -> ExitId {
        let home = self.s.work.home;
        if let Some(copy) = self.s.exits[old.index()]
            && (copy.walk == self.walks || planted(Fault::StaleSnapshot))
            && self.s.dominators.dominates(copy.home, home)
        {
            return copy.exit;
        }
        let start = self.s.work.region.snapshots.len() as u32;
        let snapshot = self.region.snapshot(old);
        for &SnapshotEntry { slot, value } in snapshot {
            let value = self.map(value);
            let work = &mut self.s.work;
            work.meet(value);
            work.region.snapshots.push(SnapshotEntry { slot, value });
        }
        let work = &mut self.s.work;
        let exit = ExitId(work.region.exits.len() as u32);
        let len = snapshot.len() as u32;
        work.region.exits.push(Exit {
            snapshot: Span { start, len },
        });
        work.exit_sources.push(old);
        self.s.exits[old.index()] = Some(ExitCopy {
            exit,
            home,
            walk: self.walks,
        });
        exit
    }
}
