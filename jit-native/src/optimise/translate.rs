//! What an old value or an old exit is in the new region, at the place where the walk is. Start with [`Pass::operand`].

use super::forward::{Pass, Walk};
use super::marks::Marks;
use crate::faults::{Fault, planted};
use crate::region::{BlockId, Exit, ExitId, UopId, Value, ValueId};

/// An old exit that has been put into the new region.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExitCopy {
    exit: ExitId,
    /// Where: it may serve again where this block dominates, in the same walk.
    home: BlockId,
    walk: u32,
}

impl Pass<'_> {
    /// The value to use for an old one, here.
    #[inline]
    pub fn map(&self, old: ValueId) -> ValueId {
        self.s.work.resolve(old)
    }

    /// [`Pass::map`], and what is known of the value at a glance.
    #[inline]
    pub fn operand(&self, old: ValueId) -> (ValueId, Marks) {
        let work = &self.s.work;
        let marks = work.marks(old);
        if marks.has(Marks::REPLACED) {
            let new = work.resolve(old);
            return (new, work.marks(new));
        }
        (old, marks)
    }

    /// An old uop's result is made by this uop of the new region, and has these marks: gives its number there. It
    /// is the old number, but in a first round that is peeled off: the loop keeps the numbers.
    #[inline(always)]
    pub fn define(&mut self, old: ValueId, uop: UopId, marks: Marks) -> ValueId {
        let work = &mut self.s.work;
        let value = Value::uop(work.region.ty(old), uop);
        if self.walk != Walk::Peeled {
            work.define(old, value, marks);
            return old;
        }
        let value = self.define_anew(old, value, marks);
        self.s.work.region.uops[uop.index()].result = value.into();
        value
    }

    /// An old value is made here in a first round that is peeled off, and has these marks: gives its number.
    #[inline(never)]
    pub fn define_anew(&mut self, old: ValueId, value: Value, marks: Marks) -> ValueId {
        let new = self.s.work.value(value, marks);
        self.s.work.replace(old, new);
        new
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
        let work = &mut self.s.work;
        let snapshot = work.snapshot(self.region.snapshot(old));
        let exit = ExitId(work.region.exits.len() as u32);
        work.region.exits.push(Exit { snapshot });
        work.exit_sources.push(old);
        self.s.exits[old.index()] = Some(ExitCopy {
            exit,
            home,
            walk: self.walks,
        });
        exit
    }
}
