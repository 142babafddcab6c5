//! The region that is being made, and what is known of its values. Dead uops and parameters are still in it; the last
//! pass leaves them behind.
//!
//! It begins with the old region's values, operands and uops, so that what is the same in the new one has the numbers that
//! it had: a value that has become another one is [replaced](Work::replace), and operands that have are put behind the old.
//! New uops are written over the old ones, and one that comes to stand where it stood before is there already.
//!
//! What is known holds in a part of the region: from a block on, in all blocks that it dominates. [`Work::learn`] notes
//! each piece with its block, and [`Work::enter`] forgets what does not hold in the block that comes next.

use super::kinds::Met;
use super::marks::Marks;
use super::range::Range;
use super::seen::{Chain, Seen, newest};
use crate::faults::{Fault, planted};
use crate::region::{
    BlockId, Dominators, ExitId, Maybe, RegionData, SnapshotEntry, Span, Uop, UopId, Value, ValueId,
};
use stencils::table::{Type, UopKind};

/// More that is known of a value at present, where its marks say that there is more.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The value to use in its place, a constant.
    instead: ValueId,
    range: Range,
}

/// What is known of a value at a glance: one look for all that is asked of an operand.
#[derive(Clone, Copy, Debug)]
#[repr(align(8))]
pub(super) struct Glance {
    pub marks: Marks,
    /// Where the chain of the uops begins whose newest operand it is: see [`super::seen`].
    pub chain: Chain,
}

impl Glance {
    /// Of a value that no uop has been seen with.
    #[inline]
    fn new(marks: Marks) -> Glance {
        let chain = Chain::EMPTY;
        Glance { marks, chain }
    }
}

/// What was known of a value before something was learnt in an old block.
#[derive(Clone, Copy, Debug)]
struct Before {
    home: BlockId,
    value: ValueId,
    marks: Marks,
    range: Range,
}

/// The value to use for this one. (One that is used in place of another may be a constant here itself.)
#[inline]
fn resolve(glances: &[Glance], known: &[Known], mut value: ValueId) -> ValueId {
    while glances[value.index()].marks.has(Marks::REPLACED) {
        value = known[value.index()].instead;
    }
    value
}

/// The region that is being made.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Its uops are the ones before [`Work::next`]; behind them stands what is left of the old ones.
    pub region: RegionData,
    /// The number of the next uop.
    pub next: UopId,
    /// Whether to note which old uop each one comes from.
    pub account: bool,
    /// For each uop of the region, the old one.
    pub sources: Vec<UopId>,
    /// For each exit of the region, the old one.
    pub exit_sources: Vec<ExitId>,
    /// The integers 0 and 1, once somebody has asked for them.
    truths: [Option<ValueId>; 2],
    /// For each value what is known of it at a glance.
    glances: Vec<Glance>,
    /// For each value more; entries that the marks do not speak of are of no meaning, or not there.
    known: Vec<Known>,
    trail: Vec<Before>,
    pub seen: Seen,
    /// The comparisons that have been seen.
    pub compared: Met,
    /// The old block that is being looked at.
    pub home: BlockId,
}

impl Work {
    /// Begins another region, with the values, operands and uops of the old one.
    pub fn begin(&mut self, old: &RegionData, account: bool) {
        self.region.clear();
        self.region.values.extend_from_slice(&old.values);
        self.region.constants.extend_from_slice(&old.constants);
        self.region.interned.copy(&old.interned);
        self.region.args.extend_from_slice(&old.args);
        self.region.uops.extend_from_slice(&old.uops);
        self.next = UopId(0);
        self.account = account;
        self.sources.clear();
        self.exit_sources.clear();
        self.truths = [None; 2];
        self.glances.clear();
        let unknown = |_: &Value| Glance::new(Marks::NONE);
        self.glances.extend(old.values.iter().map(unknown));
        for (value, glance) in old.values.iter().zip(&mut self.glances) {
            if let Some(constant) = value.as_constant() {
                glance.marks = Marks::of_constant(value.ty(), old.constants[constant.index()]);
            }
        }
        self.trail.clear();
        self.seen.reserve(old.uops.len());
        self.compared = Met::default();
        self.home = BlockId(0);
    }

    /// All uops have been put into the region.
    pub fn end(&mut self) {
        self.region.uops.truncate(self.next.index());
    }

    /// Goes on in an old block: forgets what does not hold there. Every block of the trail dominates the ones after it,
    /// so what is left holds.
    pub fn enter(&mut self, block: BlockId, dominators: &Dominators) {
        while let Some(before) = self.trail.last() {
            if dominators.dominates(before.home, block) || planted(Fault::JoinKeepsRanges) {
                break;
            }
            self.glances[before.value.index()].marks = before.marks;
            self.known[before.value.index()].range = before.range;
            self.trail.pop();
        }
        self.home = block;
    }

    /// A new value, with these marks.
    pub fn value(&mut self, new: Value, marks: Marks) -> ValueId {
        let value = ValueId(self.region.values.len() as u32);
        self.region.values.push(new);
        self.glances.push(Glance::new(marks));
        value
    }

    /// An old value is made here, and has these marks.
    #[inline]
    pub fn define(&mut self, old: ValueId, new: Value, marks: Marks) {
        self.region.values[old.index()] = new;
        self.glances[old.index()].marks = marks;
    }

    /// This value is used in place of an old one from now on; it stands before all that does.
    pub fn replace(&mut self, old: ValueId, instead: ValueId) {
        self.glances[old.index()].marks = Marks::REPLACED;
        let range = Range::FULL;
        self.set_known(old, Known { instead, range });
    }

    /// What a new value can be.
    #[inline]
    pub fn set_range(&mut self, value: ValueId, range: Range) {
        if range != Range::FULL {
            let instead = value;
            let ranged = Marks::RANGED.and(Marks::NARROWED);
            let single = Marks::SINGLE.when(range.single().is_some());
            let marks = &mut self.glances[value.index()].marks;
            *marks = marks.and(ranged).and(single);
            self.set_known(value, Known { instead, range });
        }
    }

    fn set_known(&mut self, value: ValueId, known: Known) {
        if self.known.len() <= value.index() {
            let size = self.region.values.capacity().max(value.index() + 1);
            self.known.resize(size, known);
        }
        self.known[value.index()] = known;
    }

    #[inline]
    pub fn constant(&mut self, ty: Type, bits: u64) -> ValueId {
        let value = self.region.intern(ty, bits);
        if self.glances.len() < self.region.values.len() {
            self.glances.push(Glance::new(Marks::of_constant(ty, bits)));
        }
        value
    }

    pub fn int(&mut self, value: i64) -> ValueId {
        self.constant(Type::I64, value as u64)
    }

    /// What is known of a value at a glance, and where its chain begins.
    #[inline(always)]
    pub fn glance(&self, value: ValueId) -> Glance {
        self.glances[value.index()]
    }

    /// What is known of a value at a glance.
    #[inline]
    pub fn marks(&self, value: ValueId) -> Marks {
        self.glances[value.index()].marks
    }

    /// The value to use for this one here.
    #[inline]
    pub fn resolve(&self, value: ValueId) -> ValueId {
        resolve(&self.glances, &self.known, value)
    }

    /// What a value can be here.
    #[inline]
    pub fn range(&self, value: ValueId) -> Range {
        let marks = self.glances[value.index()].marks;
        if !marks.has(Marks::RANGED) {
            Range::FULL
        } else if !marks.has(Marks::NARROWED) {
            Range::BOOL
        } else if let Some(bits) = self.bits(value) {
            Range::only(bits as i64)
        } else {
            self.known[value.index()].range
        }
    }

    #[inline]
    pub fn is_constant(&self, value: ValueId) -> bool {
        self.glances[value.index()].marks.has(Marks::CONSTANT)
    }

    /// The bits of a constant.
    #[inline]
    pub fn bits(&self, value: ValueId) -> Option<u64> {
        self.region.constant(value)
    }

    /// An integer constant.
    #[inline]
    pub fn as_int(&self, value: ValueId) -> Option<i64> {
        let bits = self.bits(value)?;
        (self.region.ty(value) == Type::I64).then_some(bits as i64)
    }

    /// A float constant.
    #[inline]
    pub fn as_float(&self, value: ValueId) -> Option<f64> {
        let bits = self.bits(value)?;
        (self.region.ty(value) == Type::F64).then_some(f64::from_bits(bits))
    }

    /// The uop whose result this is: its kind and operands.
    #[inline]
    pub fn definition(&self, value: ValueId) -> Option<(UopKind, &[ValueId])> {
        let uop = self.region.values[value.index()].as_uop()?;
        let kind = self.region.uops[uop.index()].kind;
        Some((kind, self.region.uop_args(uop)))
    }

    /// The uop of this kind on these operands, if there is one that dominates where the walk is.
    #[inline(always)]
    pub fn find(&self, kind: UopKind, args: &[ValueId], dominators: &Dominators) -> Option<UopId> {
        let chain = self.glances.get(newest(args))?.chain;
        let here = (self.home, dominators);
        self.seen.find(chain, kind, args, &self.region, here)
    }

    /// Notes a uop on these operands, which was not found.
    #[inline(always)]
    pub fn enter_seen(&mut self, args: &[ValueId], uop: UopId) {
        if let Some(glance) = self.glances.get_mut(newest(args)) {
            self.seen.enter(&mut glance.chain, uop, self.home);
        }
    }

    /// Notes a uop whose newest operand, with this chain as yet, is known.
    #[inline(always)]
    pub fn enter_chain(&mut self, newest: ValueId, mut chain: Chain, uop: UopId) {
        self.seen.enter(&mut chain, uop, self.home);
        self.glances[newest.index()].chain = chain;
    }

    /// Puts a uop on these operands, which nobody has seen, into the new region. Its result keeps its old number and has
    /// these marks.
    #[inline(always)]
    pub fn emit_unseen<const N: usize>(
        &mut self,
        uop: Uop,
        args: [ValueId; N],
        marks: Marks,
        from: UopId,
    ) -> UopId {
        let new = self.emit_same(uop, from);
        self.mark(uop.result, marks);
        self.enter_seen(&args, new);
        new
    }

    /// Notes the marks of a result; false if there is none.
    #[inline]
    pub fn mark(&mut self, result: Maybe<ValueId>, marks: Marks) -> bool {
        // The number of none is too great for any.
        match self.glances.get_mut(result.number() as usize) {
            Some(glance) => glance.marks = marks,
            None => return false,
        }
        true
    }

    /// Learns that an integer is within a range as well. When nothing is left this is a place that is never reached,
    /// and nothing is learnt.
    pub fn learn(&mut self, value: ValueId, range: Range) {
        self.learn_of(value, self.range(value), range);
    }

    /// [`Work::learn`] of an integer that is known to be within a range.
    #[inline]
    pub fn learn_of(&mut self, value: ValueId, known: Range, range: Range) {
        debug_assert_eq!(known, self.range(value));
        // So is every constant, or this place is never reached.
        if !known.within(range) && !self.is_constant(value) {
            self.learn_more(value, known, range);
        }
    }

    fn learn_more(&mut self, value: ValueId, known: Range, range: Range) {
        let Some(range) = known.intersect(range) else {
            return;
        };
        let marks = self.marks(value);
        // It was not replaced before: then it could be one integer alone, and there would be nothing to learn.
        self.trail.push(Before {
            home: self.home,
            value,
            marks,
            range: known,
        });
        let single = range.single();
        let instead = single.map_or(value, |single| self.int(single));
        let single = Marks::REPLACED.and(Marks::SINGLE).when(single.is_some());
        let ranged = Marks::RANGED.and(Marks::NARROWED);
        self.glances[value.index()].marks = marks.and(ranged).and(single);
        self.set_known(value, Known { instead, range });
    }

    /// Whether a value is the outcome of a comparison, and nothing more is known of it.
    #[inline]
    pub fn is_open(&self, value: ValueId) -> bool {
        let marks = self.glances[value.index()].marks;
        marks.has(Marks::RANGED) && !marks.has(Marks::NARROWED)
    }

    /// Learns what an open comparison's outcome is.
    pub fn decide(&mut self, value: ValueId, holds: bool) {
        let (home, marks) = (self.home, self.glances[value.index()].marks);
        let range = Range::BOOL;
        self.trail.push(Before {
            home,
            value,
            marks,
            range,
        });
        let single = Marks::REPLACED.and(Marks::SINGLE);
        self.glances[value.index()].marks = marks.and(single);
        let (instead, range) = (self.truth(holds), Range::only(i64::from(holds)));
        self.set_known(value, Known { instead, range });
    }

    /// The integer 1, or 0, which guards ask for all the time.
    fn truth(&mut self, holds: bool) -> ValueId {
        if let Some(known) = self.truths[usize::from(holds)] {
            return known;
        }
        let value = self.int(i64::from(holds));
        self.truths[usize::from(holds)] = Some(value);
        value
    }

    /// Puts an old snapshot into the pool, with the values that it has here.
    pub fn snapshot(&mut self, old: &[SnapshotEntry]) -> Span {
        let (glances, known) = (&self.glances, &self.known);
        let start = self.region.snapshots.len() as u32;
        let entries = old.iter().map(|entry| SnapshotEntry {
            slot: entry.slot,
            value: resolve(glances, known, entry.value),
        });
        self.region.snapshots.extend(entries);
        Span {
            start,
            len: old.len() as u32,
        }
    }

    /// Puts operands into the pool.
    #[inline(always)]
    pub fn args(&mut self, args: &[ValueId]) -> Span {
        let start = self.region.args.len() as u32;
        for &arg in args {
            self.region.args.push(arg);
        }
        Span {
            start,
            len: args.len() as u32,
        }
    }

    /// Appends a uop to the block that is open; it comes from this old one.
    #[inline]
    pub fn emit(&mut self, uop: Uop, from: UopId) -> UopId {
        match self.region.uops.get_mut(self.next.index()) {
            Some(place) => *place = uop,
            None => self.region.uops.push(uop),
        }
        self.count(from)
    }

    /// [`Work::emit`] of one whose result keeps its number.
    #[inline]
    pub fn emit_same(&mut self, uop: Uop, from: UopId) -> UopId {
        let new = self.emit(uop, from);
        if let Some(result) = uop.result.get() {
            self.region.values[result.index()].set_uop(new);
        }
        new
    }

    /// [`Work::emit_same`] of an old uop as it is. Most often it comes to stand where it stood before.
    #[inline]
    pub fn keep(&mut self, uop: &Uop, from: UopId) -> UopId {
        if self.next == from {
            debug_assert_eq!(self.region.uops[from.index()], *uop);
            debug_assert!(uop.result.get().is_none_or(|result| {
                self.region.values[result.index()].as_uop() == Some(from)
            }));
            self.count(from)
        } else {
            self.emit_same(*uop, from)
        }
    }

    /// The next uop is in its place.
    #[inline]
    fn count(&mut self, from: UopId) -> UopId {
        let new = self.next;
        self.next.0 += 1;
        if self.account {
            self.sources.push(from);
        }
        new
    }
}
